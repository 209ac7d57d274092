/*
 * Starts and quits many times, at every stage, and watches what the process holds.
 * cycles CONFIG ROUNDS LONGEST_MICROSECONDS
 *
 * The delay before quit runs through 0 to LONGEST. Half of the rounds take the configuration as text, and each third starts
 * from a thread of its own. A line for each tenth part; the last line sums up.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "counts.h"
#include "original.h"

static const char *path;
static unsigned char text[65536];
static size_t text_length;
static atomic_int running;

struct round {
    int number;
    int result;
};

static void *
quit_after (void *argument)
{
    usleep (*(useconds_t *)argument);
    /* Until it is seen: a quit from before the entry of main does nothing. */
    while (atomic_load (&running)) {
        hev_socks5_tunnel_quit ();
        usleep (1000);
    }
    return NULL;
}

static void *
run (void *argument)
{
    struct round *round = argument;
    round->result = round->number % 2 == 0 ? hev_socks5_tunnel_main_from_file (path, -1)
                                           : hev_socks5_tunnel_main_from_str (text, (unsigned)text_length, -1);
    return NULL;
}

int
main (int argc, char *argv[])
{
    int rounds, failed = 0, most_descriptors = 0, most_threads = 0;
    int first_descriptors = 0, first_threads = 0;
    long first_resident = 0;
    double worst = 0;
    FILE *file;

    if (argc < 4)
        return 2;
    path = argv[1];
    rounds = atoi (argv[2]);
    file = fopen (path, "r");
    if (file == NULL)
        return 2;
    text_length = fread (text, 1, sizeof text, file);
    fclose (file);
    srand (1);
    for (int i = 0; i < rounds; i++) {
        struct round round = { i, -1 };
        useconds_t delay = (useconds_t)rand () % (useconds_t)(atoi (argv[3]) + 1);
        pthread_t quitter, starter;
        double began = milliseconds (), took;

        atomic_store (&running, 1);
        pthread_create (&quitter, NULL, quit_after, &delay);
        if (i % 3 == 0) {
            pthread_create (&starter, NULL, run, &round);
            pthread_join (starter, NULL);
        } else {
            run (&round);
        }
        took = milliseconds () - began - delay / 1e3;
        atomic_store (&running, 0);
        pthread_join (quitter, NULL);
        failed += round.result != 0;
        worst = took > worst ? took : worst;
        if (i == rounds / 10) {
            first_descriptors = descriptors ();
            first_threads = threads ();
            first_resident = resident_kilobytes ();
        }
        if (i >= rounds / 10) {
            most_descriptors = descriptors () > most_descriptors ? descriptors () : most_descriptors;
            most_threads = threads () > most_threads ? threads () : most_threads;
        }
        if (rounds >= 10 && (i + 1) % (rounds / 10) == 0) {
            printf ("%d rounds: %d descriptors, %d threads, %ld KB\n", i + 1, descriptors (), threads (), resident_kilobytes ());
            fflush (stdout);
        }
    }
    /* The kernel takes an ended thread off its list a moment after it was joined. */
    printf ("failed %d, longest %.0f ms, descriptors %d to %d, threads %d to %d, resident %ld to %ld KB\n", failed, worst,
            first_descriptors, descriptors (), first_threads, threads (), first_resident, resident_kilobytes ());
    (void)most_descriptors;
    (void)most_threads;
    return failed == 0 ? 0 : 3;
}
