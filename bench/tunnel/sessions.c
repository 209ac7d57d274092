/*
 * Opens many connections through the tunnel, moves data on each, and holds them.
 *
 *   sessions ADDRESS PORT COUNT IN_FLIGHT
 *
 * Commands come on standard input, one a line, and each is answered by one line on standard output:
 *   open    connects COUNT sockets, at most IN_FLIGHT of them unanswered     opened N failed N seconds S
 *   move    sends 64 bytes on each and waits until they came back            moved N failed N seconds S
 *   close   closes all of them                                              closed N
 * Whatever has not happened after thirty seconds counts as failed.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { TEXT = 64, PATIENCE_MS = 30000 };

static int *sockets;
static int count, in_flight, poll_fd;
static struct sockaddr_in6 to6 = { .sin6_family = AF_INET6 };
static struct sockaddr_in to4 = { .sin_family = AF_INET };
static int is6;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Starts connecting socket i. Non-zero when it could not be started. */
static int start(int i)
{
    int fd = socket(is6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
    sockets[i] = fd;
    if (fd < 0)
        return -1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct sockaddr *to = is6 ? (struct sockaddr *)&to6 : (struct sockaddr *)&to4;
    if (connect(fd, to, is6 ? sizeof to6 : sizeof to4) < 0 && errno != EINPROGRESS) {
        close(fd);
        sockets[i] = -1;
        return -1;
    }
    struct epoll_event event = { .events = EPOLLOUT, .data.u32 = (unsigned)i };
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &event);
    return 0;
}

static void drop(int i)
{
    if (sockets[i] >= 0)
        close(sockets[i]);
    sockets[i] = -1;
}

static void open_all(void)
{
    double begun = now();
    int started = 0, opened = 0, failed = 0;
    char *waiting = calloc((size_t)count, 1);
    while (opened + failed < count && now() - begun < PATIENCE_MS / 1000.0) {
        while (started < count && started - opened - failed < in_flight) {
            if (start(started) < 0)
                failed++;
            else
                waiting[started] = 1;
            started++;
        }
        struct epoll_event ready[256];
        int got = epoll_wait(poll_fd, ready, 256, 1000);
        for (int k = 0; k < got; k++) {
            int i = (int)ready[k].data.u32, error = 0;
            socklen_t length = sizeof error;
            getsockopt(sockets[i], SOL_SOCKET, SO_ERROR, &error, &length);
            waiting[i] = 0;
            if (error != 0) {
                drop(i);
                failed++;
                continue;
            }
            struct epoll_event event = { .events = EPOLLIN, .data.u32 = (unsigned)i };
            epoll_ctl(poll_fd, EPOLL_CTL_MOD, sockets[i], &event);
            opened++;
        }
    }
    for (int i = 0; i < count; i++)
        if (waiting[i])
            drop(i);
    free(waiting);
    printf("opened %d failed %d seconds %.6f\n", opened, count - opened, now() - begun);
}

static void move_all(void)
{
    double begun = now();
    unsigned char text[TEXT], back[TEXT];
    int *missing = calloc((size_t)count, sizeof *missing), open = 0, next = 0, busy = 0, moved = 0, failed = 0;
    memset(text, 0x5a, sizeof text);
    for (int i = 0; i < count; i++)
        open += sockets[i] >= 0;
    while (moved + failed < open && now() - begun < PATIENCE_MS / 1000.0) {
        for (; next < count && busy < in_flight; next++) {
            if (sockets[next] < 0)
                continue;
            if (send(sockets[next], text, TEXT, MSG_NOSIGNAL) != TEXT) {
                drop(next);
                failed++;
                continue;
            }
            missing[next] = TEXT;
            busy++;
        }
        struct epoll_event ready[256];
        int got = epoll_wait(poll_fd, ready, 256, 1000);
        for (int k = 0; k < got; k++) {
            int i = (int)ready[k].data.u32;
            ssize_t length = sockets[i] < 0 ? 0 : recv(sockets[i], back, TEXT, 0);
            if (length <= 0) {
                if (missing[i] > 0)
                    busy--;
                drop(i);
                failed++;
            } else if ((missing[i] -= (int)length) == 0) {
                busy--;
                moved++;
            }
        }
    }
    free(missing);
    printf("moved %d failed %d seconds %.6f\n", moved, open - moved, now() - begun);
}

int main(int arguments, char **argument)
{
    if (arguments != 5) {
        fprintf(stderr, "usage: sessions ADDRESS PORT COUNT IN_FLIGHT\n");
        return 2;
    }
    is6 = strchr(argument[1], ':') != NULL;
    inet_pton(is6 ? AF_INET6 : AF_INET, argument[1], is6 ? (void *)&to6.sin6_addr : (void *)&to4.sin_addr);
    to4.sin_port = to6.sin6_port = htons((unsigned short)atoi(argument[2]));
    count = atoi(argument[3]);
    in_flight = atoi(argument[4]);
    sockets = malloc((size_t)count * sizeof *sockets);
    for (int i = 0; i < count; i++)
        sockets[i] = -1;
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    poll_fd = epoll_create1(EPOLL_CLOEXEC);

    char line[64];
    setvbuf(stdout, NULL, _IOLBF, 0);
    while (fgets(line, sizeof line, stdin)) {
        if (strncmp(line, "open", 4) == 0) {
            open_all();
        } else if (strncmp(line, "move", 4) == 0) {
            move_all();
        } else if (strncmp(line, "close", 5) == 0) {
            int closed = 0;
            for (int i = 0; i < count; i++) {
                closed += sockets[i] >= 0;
                drop(i);
            }
            printf("closed %d\n", closed);
        }
    }
    return 0;
}
