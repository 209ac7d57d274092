/*
 * A wire between two network namespaces that takes its time: each frame arrives after a fixed delay.
 *
 *   delayed_link NAMESPACE_A NAMESPACE_B DEVICE DELAY_US
 *
 * Makes a TAP device of that name in both namespaces (named ones, of `ip netns`) and carries frames between them, each way
 * in order and DELAY_US later. For kernels without netem. The devices go with the process.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { FRAMES = 4096, ROOM = 2048 };

/* What is on its way from one end to the other. */
struct way {
    int from, to;
    unsigned head, count;
    struct {
        uint64_t due;
        ssize_t length;
        unsigned char bytes[ROOM];
    } frames[FRAMES];
};

static struct way ways[2];

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int end_in(const char *name, const char *device)
{
    char path[256];
    struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
    snprintf(path, sizeof path, "/run/netns/%s", name);
    int place = open(path, O_RDONLY | O_CLOEXEC);
    if (place < 0 || setns(place, CLONE_NEWNET) < 0) {
        perror(path);
        exit(1);
    }
    close(place);
    int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    strncpy(request.ifr_name, device, IFNAMSIZ - 1);
    if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0) {
        perror(device);
        exit(1);
    }
    return fd;
}

/* Takes what has come; a wire that is full loses it. */
static void take(struct way *way, uint64_t delay)
{
    unsigned char lost[ROOM];
    for (;;) {
        unsigned place = (way->head + way->count) % FRAMES;
        int full = way->count == FRAMES;
        ssize_t got = read(way->from, full ? lost : way->frames[place].bytes, ROOM);
        if (got < 0)
            return;
        if (full)
            continue;
        way->frames[place].length = got;
        way->frames[place].due = now_ns() + delay;
        way->count++;
    }
}

/* Delivers what is due; when the next one is. */
static uint64_t deliver(struct way *way)
{
    while (way->count > 0 && way->frames[way->head].due <= now_ns()) {
        if (write(way->to, way->frames[way->head].bytes, (size_t)way->frames[way->head].length) < 0 && errno != EIO)
            perror("delayed_link: write");
        way->head = (way->head + 1) % FRAMES;
        way->count--;
    }
    return way->count > 0 ? way->frames[way->head].due : UINT64_MAX;
}

int main(int count, char **arguments)
{
    if (count != 5) {
        fprintf(stderr, "usage: delayed_link NAMESPACE_A NAMESPACE_B DEVICE DELAY_US\n");
        return 2;
    }
    uint64_t delay = strtoull(arguments[4], NULL, 10) * 1000;
    prctl(PR_SET_TIMERSLACK, 1);
    ways[0].from = ways[1].to = end_in(arguments[1], arguments[3]);
    ways[0].to = ways[1].from = end_in(arguments[2], arguments[3]);
    for (;;) {
        uint64_t a = deliver(&ways[0]), b = deliver(&ways[1]), next = a < b ? a : b, now = now_ns();
        struct pollfd ends[2] = { { ways[0].from, POLLIN, 0 }, { ways[1].from, POLLIN, 0 } };
        uint64_t left = next > now ? next - now : 0;
        struct timespec patience = { (time_t)(left / 1000000000u), (long)(left % 1000000000u) };
        ppoll(ends, 2, next == UINT64_MAX ? NULL : &patience, NULL);
        take(&ways[0], delay);
        take(&ways[1], delay);
    }
}
