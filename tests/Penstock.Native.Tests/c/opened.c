/*
 * A program that finds the library at run time and quits from a signal handler, over and over, whatever thread of the
 * process takes the signal.
 * opened LIBRARY CONFIG ROUNDS
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

typedef int (*main_function) (const char *, int);
typedef void (*quit_function) (void);

static quit_function quit;
static atomic_int changed;

static void
on_alarm (int number)
{
    (void)number;
    errno = 12345;
    quit ();
    if (errno != 12345)
        atomic_store (&changed, 1);
}

int
main (int argc, char *argv[])
{
    void *library;
    main_function run;
    struct sigaction action;
    int failed = 0;

    if (argc < 4)
        return 2;
    library = dlopen (argv[1], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        fprintf (stderr, "%s\n", dlerror ());
        return 2;
    }
    run = (main_function)dlsym (library, "hev_socks5_tunnel_main_from_file");
    quit = (quit_function)dlsym (library, "hev_socks5_tunnel_quit");
    memset (&action, 0, sizeof action);
    action.sa_handler = on_alarm;
    sigaction (SIGALRM, &action, NULL);
    for (int round = 0; round < atoi (argv[3]); round++) {
        /* Again and again: one before the entry of main does nothing, as it must. */
        const struct itimerval often = { { 0, 3000 + 1000 * (round % 20) }, { 0, 3000 + 1000 * (round % 20) } };
        const struct itimerval never = { { 0, 0 }, { 0, 0 } };
        setitimer (ITIMER_REAL, &often, NULL);
        if (run (argv[2], -1) != 0)
            failed++;
        setitimer (ITIMER_REAL, &never, NULL);
    }
    if (dlclose (library) != 0)
        failed++;
    printf ("%d failed, errno %s\n", failed, atomic_load (&changed) ? "changed" : "kept");
    return failed == 0 && !atomic_load (&changed) ? 0 : 3;
}
