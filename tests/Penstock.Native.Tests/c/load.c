/*
 * Connections without end to one address: each sends as long as it can, and a new one takes its place.
 * load ADDRESS PORT CONNECTIONS
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in target;

static int
open_one (void)
{
    int fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (connect (fd, (const struct sockaddr *)&target, sizeof target) == 0)
        return fd;
    return fd;
}

int
main (int argc, char *argv[])
{
    static struct pollfd all[1024];
    static char bytes[65536];
    int count;

    if (argc < 4)
        return 2;
    signal (SIGPIPE, SIG_IGN);
    target.sin_family = AF_INET;
    target.sin_port = htons ((unsigned short)atoi (argv[2]));
    inet_pton (AF_INET, argv[1], &target.sin_addr);
    count = atoi (argv[3]);
    for (int i = 0; i < count; i++)
        all[i] = (struct pollfd){ open_one (), POLLIN | POLLOUT, 0 };
    for (unsigned turn = 0;; turn++) {
        if (poll (all, (nfds_t)count, 20) < 0)
            return 3;
        for (int i = 0; i < count; i++) {
            const int stuck = (turn + (unsigned)i) % 512 == 0;
            int over = stuck || (all[i].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
            if (!over && (all[i].revents & POLLIN) != 0)
                over = recv (all[i].fd, bytes, sizeof bytes, 0) <= 0;
            if (!over && (all[i].revents & POLLOUT) != 0)
                over = send (all[i].fd, bytes, sizeof bytes, 0) < 0;
            if (over) {
                close (all[i].fd);
                all[i].fd = open_one ();
            }
        }
    }
}
