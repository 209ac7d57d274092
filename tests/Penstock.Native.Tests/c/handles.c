/*
 * Two tunnels of one process, by handle: log and sockets by callback, statistics as JSON, and every refusal.
 * handles CONFIG1 CONFIG2
 *
 * Prints "up" when both run; for each line of input the statistics of both; ends with the input.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "penstock.h"

static int wrong;
static atomic_int lines[2];
static atomic_int sockets[2];
static atomic_int refused_inside;
static penstock_tunnel tunnels[2];

#define EXPECT(condition)                                          \
    do {                                                           \
        if (!(condition)) {                                        \
            char error[500] = "";                                  \
            penstock_last_error (error, sizeof error);             \
            printf ("line %d: " #condition " (%s)\n", __LINE__, error); \
            wrong++;                                               \
        }                                                          \
    } while (0)

static void
on_line (void *context, int level, const char *line)
{
    atomic_fetch_add (&lines[(long)context], 1);
    if (level < PENSTOCK_DEBUG || level > PENSTOCK_ERROR || line[0] != '[' || strchr (line, '\n') != NULL)
        atomic_fetch_add (&lines[(long)context], 1000000);
    if (penstock_stop (tunnels[0]) == PENSTOCK_FROM_CALLBACK && penstock_free (tunnels[0]) == PENSTOCK_FROM_CALLBACK
        && penstock_wait (tunnels[0], -1) == PENSTOCK_FROM_CALLBACK)
        atomic_fetch_add (&refused_inside, 1);
}

static int
on_socket (void *context, int socket)
{
    atomic_fetch_add (&sockets[(long)context], 1);
    /* The second tunnel's sockets stay where they are. */
    return socket < 0 || (long)context == 1;
}

static void
refusals (const char *config)
{
    static const char text[] = "socks5: { port: 1080, address: 127.0.0.1, password: x }";
    penstock_options options = PENSTOCK_OPTIONS_DEFAULT;
    penstock_tunnel tunnel = 99;
    char error[16];

    EXPECT (penstock_start (NULL, 5, NULL, &tunnel) == PENSTOCK_INVALID_ARGUMENT && tunnel == 0);
    EXPECT (penstock_start (text, sizeof text - 1, NULL, NULL) == PENSTOCK_INVALID_ARGUMENT);
    EXPECT (penstock_start (text, sizeof text - 1, NULL, &tunnel) == PENSTOCK_INVALID_CONFIGURATION);
    EXPECT (penstock_last_error (NULL, 0) > (long)sizeof error);
    EXPECT (penstock_last_error (error, sizeof error) > (long)sizeof error && strlen (error) == sizeof error - 1);
    EXPECT (penstock_last_error (NULL, 7) == PENSTOCK_INVALID_ARGUMENT);
    EXPECT (penstock_start_file (NULL, NULL, &tunnel) == PENSTOCK_INVALID_ARGUMENT);
    EXPECT (penstock_start_file ("/tmp", NULL, &tunnel) == PENSTOCK_INVALID_CONFIGURATION);
    options.size = 3;
    EXPECT (penstock_start_file (config, &options, &tunnel) == PENSTOCK_INVALID_ARGUMENT);
    options.size = sizeof options;
    options.reserved = 1;
    EXPECT (penstock_start_file (config, &options, &tunnel) == PENSTOCK_INVALID_ARGUMENT);
    options.reserved = 0;
    options.tun_fd = 987;
    EXPECT (penstock_start_file (config, &options, &tunnel) == PENSTOCK_START_FAILED && tunnel == 0);
    EXPECT (penstock_wait (0, 0) == PENSTOCK_NO_SUCH_TUNNEL);
    EXPECT (penstock_stop (-1) == PENSTOCK_NO_SUCH_TUNNEL);
    EXPECT (penstock_free (INT64_MAX) == PENSTOCK_NO_SUCH_TUNNEL);
    EXPECT (penstock_traffic (4711, NULL, NULL, NULL, NULL) == PENSTOCK_NO_SUCH_TUNNEL);
    EXPECT (penstock_statistics (4711, NULL, 0) == PENSTOCK_NO_SUCH_TUNNEL);
    EXPECT (penstock_interface (4711, NULL, 0) == PENSTOCK_NO_SUCH_TUNNEL);
}

int
main (int argc, char *argv[])
{
    char line[16];

    if (argc < 3)
        return 2;
    refusals (argv[1]);
    for (long i = 0; i < 2; i++) {
        char name[16] = "";
        penstock_options options = PENSTOCK_OPTIONS_DEFAULT;
        options.context = (void *)i;
        options.log = on_line;
        options.protect = on_socket;
        EXPECT (penstock_start_file (argv[1 + i], &options, &tunnels[i]) == PENSTOCK_OK && tunnels[i] > 0);
        EXPECT (penstock_interface (tunnels[i], name, sizeof name) > 0);
        printf ("%s\n", name);
    }
    EXPECT (penstock_wait (tunnels[0], 10) == PENSTOCK_TIMED_OUT);
    printf ("up, version %s\n", penstock_version ());
    fflush (stdout);
    while (fgets (line, sizeof line, stdin) != NULL) {
        for (int i = 0; i < 2; i++) {
            uint64_t numbers[4] = { 0, 0, 0, 0 };
            long length = penstock_statistics (tunnels[i], NULL, 0);
            char *json = malloc ((size_t)length + 1);
            EXPECT (penstock_statistics (tunnels[i], json, (size_t)length + 1) >= 0);
            EXPECT (penstock_traffic (tunnels[i], &numbers[0], &numbers[1], &numbers[2], &numbers[3]) == PENSTOCK_OK);
            printf ("tunnel %d: %lu %lu %lu %lu; %d sockets; %s\n", i, (unsigned long)numbers[0], (unsigned long)numbers[1],
                    (unsigned long)numbers[2], (unsigned long)numbers[3], atomic_load (&sockets[i]), json);
            free (json);
        }
        printf ("done\n");
        fflush (stdout);
    }
    EXPECT (penstock_stop (tunnels[0]) == PENSTOCK_OK);
    EXPECT (penstock_stop (tunnels[0]) == PENSTOCK_OK);
    EXPECT (penstock_wait (tunnels[0], -1) == PENSTOCK_OK);
    EXPECT (penstock_statistics (tunnels[0], NULL, 0) > 0);
    for (int i = 0; i < 2; i++) {
        EXPECT (penstock_free (tunnels[i]) == PENSTOCK_OK);
        EXPECT (penstock_free (tunnels[i]) == PENSTOCK_NO_SUCH_TUNNEL);
    }
    EXPECT (atomic_load (&lines[0]) > 0 && atomic_load (&lines[0]) < 1000000);
    EXPECT (atomic_load (&refused_inside) == atomic_load (&lines[0]) + atomic_load (&lines[1]));
    printf ("%d wrong\n", wrong);
    return wrong == 0 ? 0 : 3;
}
