/*
 * A program as it was built for the original: linked with its library, a handler that quits, statistics when asked.
 * linked CONFIG
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "original.h"

static void
quit (int number)
{
    (void)number;
    hev_socks5_tunnel_quit ();
}

static void *
reader (void *argument)
{
    char line[16];
    (void)argument;
    while (fgets (line, sizeof line, stdin) != NULL) {
        size_t numbers[4] = { 7, 7, 7, 7 };
        hev_socks5_tunnel_stats (&numbers[0], &numbers[1], &numbers[2], &numbers[3]);
        printf ("stats %zu %zu %zu %zu\n", numbers[0], numbers[1], numbers[2], numbers[3]);
        fflush (stdout);
    }
    return NULL;
}

#include <pthread.h>

int
main (int argc, char *argv[])
{
    struct sigaction action;
    pthread_t thread;
    size_t after[4];
    int result;

    if (argc < 2)
        return 2;
    memset (&action, 0, sizeof action);
    action.sa_handler = quit;
    sigaction (SIGTERM, &action, NULL);
    sigaction (SIGINT, &action, NULL);
    pthread_create (&thread, NULL, reader, NULL);
    pthread_detach (thread);
    result = hev_socks5_tunnel_main (argv[1], -1);
    hev_socks5_tunnel_stats (&after[0], &after[1], &after[2], &after[3]);
    printf ("main %d, then %zu %zu %zu %zu\n", result, after[0], after[1], after[2], after[3]);
    fflush (stdout);
    return result == 0 ? 0 : 3;
}
