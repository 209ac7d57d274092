/*
 * A program with a tunnel inside: runs until SIGINT or SIGTERM, prints what went through.
 *
 *   gcc -o tunnel tunnel.c -lpenstock
 *   sudo ./tunnel main.yml
 */
#include <penstock.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static void
print_line (void *context, int level, const char *line)
{
    (void)context;
    (void)level;
    fprintf (stderr, "%s\n", line);
}

static void
print_error (const char *what)
{
    char text[4096];

    penstock_last_error (text, sizeof text);
    fprintf (stderr, "%s: %s\n", what, text);
}

int
main (int argc, char *argv[])
{
    penstock_options options = PENSTOCK_OPTIONS_DEFAULT;
    penstock_tunnel tunnel;
    uint64_t sent, received;
    sigset_t signals;
    int number;

    if (argc != 2) {
        fprintf (stderr, "tunnel CONFIG\n");
        return 2;
    }

    /* The library takes no signals: the program waits for them as it likes. */
    sigemptyset (&signals);
    sigaddset (&signals, SIGINT);
    sigaddset (&signals, SIGTERM);
    pthread_sigmask (SIG_BLOCK, &signals, NULL);

    options.log = print_line;
    if (penstock_start_file (argv[1], &options, &tunnel) != PENSTOCK_OK) {
        print_error ("start");
        return 1;
    }
    printf ("running\n");
    fflush (stdout);
    sigwait (&signals, &number);

    if (penstock_stop (tunnel) != PENSTOCK_OK)
        print_error ("stop");
    penstock_traffic (tunnel, NULL, &sent, NULL, &received);
    printf ("%llu bytes from the device, %llu bytes to it\n", (unsigned long long)sent, (unsigned long long)received);
    penstock_free (tunnel);
    return 0;
}
