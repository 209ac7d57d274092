/*
 * Sessions that are all at work: each sends a block, waits until all of it came back, and sends the next.
 *
 *   active ADDRESS PORT COUNT BLOCK SECONDS PID
 *
 * One line: open N, blocks N, resident memory of PID as its greatest and its median, in KB, sampled ten times a second once all are open.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 65536, MOST_SAMPLES = 10000 };

static size_t sent[MOST], received[MOST];
static int open_flags[MOST];
static char block[1 << 20];

static double
seconds (void)
{
    struct timespec now;
    clock_gettime (CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static long
resident (const char *pid)
{
    char path[64];
    long size = 0, pages = 0;
    FILE *file;

    snprintf (path, sizeof path, "/proc/%s/statm", pid);
    file = fopen (path, "r");
    if (file == NULL)
        return -1;
    if (fscanf (file, "%ld %ld", &size, &pages) != 2)
        pages = -1;
    fclose (file);
    return pages * 4;
}

static int
ascending (const void *a, const void *b)
{
    const long x = *(const long *)a, y = *(const long *)b;
    return (x > y) - (x < y);
}

int
main (int argc, char *argv[])
{
    static long samples[MOST_SAMPLES];
    static char buffer[65536];
    struct sockaddr_in target = { .sin_family = AF_INET };
    const int set = epoll_create1 (EPOLL_CLOEXEC);
    int count, open_count = 0, lost = 0, sampled = 0;
    long blocks = 0;
    size_t size;
    double end = 0, next = 0, patience = seconds () + 30;

    if (argc < 7)
        return 2;
    count = atoi (argv[3]) < MOST ? atoi (argv[3]) : MOST;
    size = (size_t)atol (argv[4]) < sizeof block ? (size_t)atol (argv[4]) : sizeof block;
    target.sin_port = htons ((unsigned short)atoi (argv[2]));
    inet_pton (AF_INET, argv[1], &target.sin_addr);
    for (int i = 0; i < count; i++) {
        const int fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.u64 = (uint64_t)i << 32 | (uint32_t)fd };
        if (connect (fd, (struct sockaddr *)&target, sizeof target) != 0 && errno != EINPROGRESS)
            return 1;
        epoll_ctl (set, EPOLL_CTL_ADD, fd, &event);
        if (i % 64 == 63)
            usleep (5000);
    }
    while ((end == 0 && seconds () < patience) || seconds () < end) {
        struct epoll_event events[256];
        const int ready = epoll_wait (set, events, 256, 50);
        for (int e = 0; e < ready; e++) {
            const int i = (int)(events[e].data.u64 >> 32), fd = (int)(uint32_t)events[e].data.u64;
            int moved = 1;
            if ((events[e].events & (EPOLLERR | EPOLLHUP)) != 0) {
                close (fd);
                lost++;
                continue;
            }
            if (!open_flags[i] && (events[e].events & EPOLLOUT) != 0) {
                open_flags[i] = 1;
                open_count++;
            }
            while (moved && open_flags[i]) {
                ssize_t n;
                moved = 0;
                if (sent[i] < size && (n = send (fd, block, size - sent[i], MSG_NOSIGNAL)) > 0) {
                    sent[i] += (size_t)n;
                    moved = 1;
                }
                if ((n = recv (fd, buffer, sizeof buffer, 0)) > 0) {
                    received[i] += (size_t)n;
                    moved = 1;
                }
                if (received[i] == size) {
                    sent[i] = received[i] = 0;
                    blocks++;
                }
            }
        }
        if (end == 0 && open_count == count)
            end = seconds () + atof (argv[5]);
        if (end != 0 && seconds () >= next && sampled < MOST_SAMPLES) {
            samples[sampled++] = resident (argv[6]);
            next = seconds () + 0.1;
        }
    }
    if (sampled == 0)
        return 1;
    qsort (samples, (size_t)sampled, sizeof samples[0], ascending);
    printf ("open %d lost %d blocks %ld resident greatest %ld median %ld\n", open_count, lost, blocks, samples[sampled - 1], samples[sampled / 2]);
    return 0;
}
