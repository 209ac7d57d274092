/*
 * What a run does to the process around it: signals, children, limits.
 * neighbour CONFIG
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "counts.h"
#include "original.h"

static atomic_int running = 1;
static atomic_int handled_elsewhere;
static pid_t host;

static void
on_user (int number)
{
    (void)number;
    /* The handlers of the host run on the threads of the host: those that were there before the run, and this process' own. */
    char name[32] = "";
    pthread_getname_np (pthread_self (), name, sizeof name);
    if (strcmp (name, "host") != 0)
        atomic_fetch_add (&handled_elsewhere, 1);
}

static void *
probe (void *argument)
{
    int status = 0;
    pid_t child;
    (void)argument;

    pthread_setname_np (pthread_self (), "host");
    usleep (200000);
    for (int i = 0; i < 200; i++) {
        kill (host, SIGUSR1);
        usleep (500);
    }
    /* A child of the host is the host's to wait for. */
    child = fork ();
    if (child == 0)
        _exit (42);
    usleep (100000);
    printf ("child %s\n", waitpid (child, &status, 0) == child && WEXITSTATUS (status) == 42 ? "kept" : "lost");
    while (atomic_load (&running)) {
        hev_socks5_tunnel_quit ();
        usleep (1000);
    }
    return NULL;
}

static void
print_signals (const char *when)
{
    printf ("signals %s:", when);
    for (int number = 1; number < 65; number++) {
        struct sigaction action;
        if (sigaction (number, NULL, &action) == 0 && action.sa_handler != SIG_DFL && number != SIGUSR1)
            printf (" %d%s", number, action.sa_handler == SIG_IGN ? " ignored" : "");
    }
    printf ("\n");
}

int
main (int argc, char *argv[])
{
    struct rlimit before, after;
    sigset_t mask_before, mask_after;
    pthread_t thread;
    int result;

    if (argc < 2)
        return 2;
    host = getpid ();
    pthread_setname_np (pthread_self (), "host");
    signal (SIGUSR1, on_user);
    print_signals ("before");
    getrlimit (RLIMIT_NOFILE, &before);
    pthread_sigmask (SIG_SETMASK, NULL, &mask_before);
    pthread_create (&thread, NULL, probe, NULL);
    result = hev_socks5_tunnel_main (argv[1], -1);
    atomic_store (&running, 0);
    pthread_join (thread, NULL);
    pthread_sigmask (SIG_SETMASK, NULL, &mask_after);
    getrlimit (RLIMIT_NOFILE, &after);
    print_signals ("after");
    printf ("mask %s\n", memcmp (&mask_before, &mask_after, sizeof mask_before) == 0 ? "kept" : "changed");
    printf ("limit %lu\n", (unsigned long)after.rlim_cur);
    printf ("handlers on other threads %d\n", atomic_load (&handled_elsewhere));
    printf ("process %s, main %d\n", getpid () == host ? "kept" : "changed", result);
    return 0;
}
