/*
 * A TUN that the host opened and configured: handed in twice, it is neither configured nor closed.
 * descriptor CONFIG NAME
 *
 * Prints "up" for each run once its statistics have moved, and quits when a line is read.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "original.h"

static atomic_int running;

static void *
quit_on_line (void *argument)
{
    char line[16];
    (void)argument;
    if (fgets (line, sizeof line, stdin) != NULL) {
        size_t numbers[4];
        hev_socks5_tunnel_stats (&numbers[0], &numbers[1], &numbers[2], &numbers[3]);
        printf ("stats %zu %zu %zu %zu\n", numbers[0], numbers[1], numbers[2], numbers[3]);
    }
    while (atomic_load (&running)) {
        hev_socks5_tunnel_quit ();
        usleep (5000);
    }
    return NULL;
}

int
main (int argc, char *argv[])
{
    struct ifreq request;
    char command[256];
    int tun;

    if (argc < 3)
        return 2;
    tun = open ("/dev/net/tun", O_RDWR | O_CLOEXEC);
    memset (&request, 0, sizeof request);
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    strncpy (request.ifr_name, argv[2], IFNAMSIZ - 1);
    if (tun < 0 || ioctl (tun, TUNSETIFF, &request) != 0)
        return 2;
    snprintf (command, sizeof command,
              "ip link set %s up mtu 1400 && ip addr add 198.18.7.1/32 dev %s && ip route add 10.20.0.0/16 dev %s", argv[2], argv[2], argv[2]);
    if (system (command) != 0)
        return 2;
    for (int round = 0; round < 2; round++) {
        pthread_t thread;
        int result;
        atomic_store (&running, 1);
        pthread_create (&thread, NULL, quit_on_line, NULL);
        printf ("starting\n");
        fflush (stdout);
        result = hev_socks5_tunnel_main (argv[1], tun);
        atomic_store (&running, 0);
        pthread_join (thread, NULL);
        printf ("main %d, descriptor %s%s\n", result, fcntl (tun, F_GETFD) >= 0 ? "open" : "closed",
                (fcntl (tun, F_GETFL) & O_NONBLOCK) != 0 ? ", does not block" : "");
        fflush (stdout);
    }
    return 0;
}
