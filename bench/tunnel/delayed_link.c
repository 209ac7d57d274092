/*
 * A wire between two network namespaces that takes its time, and does what radio links do.
 *
 *   delayed_link NAMESPACE_A NAMESPACE_B DEVICE DELAY_US [loss=N] [early=N] [jitter=US] [rate=MBIT queue=FRAMES]
 *
 * Makes a TAP device of that name in both namespaces (named ones, of `ip netns`) and carries frames between them, each way
 * DELAY_US later. Of a thousand frames `loss` are lost and `early` take half the delay; `jitter` adds up to so much, and
 * what is ready before others overtakes them; `rate` holds frames back, `queue` of them at most. In order where none of
 * this is asked for. Chance is the same in every run. For kernels without netem. The devices go with the process.
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

/* What is on its way from one end to the other: frames, and the order in which they are due. */
struct way {
    int from, to;
    uint64_t free_at;
    unsigned head, count;
    unsigned order[FRAMES];
    struct {
        uint64_t due;
        ssize_t length;
        unsigned char bytes[ROOM];
    } frames[FRAMES];
};

static struct way ways[2];
static uint64_t delay, loss, early, jitter, rate, queue = FRAMES;

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

static unsigned chance(unsigned of)
{
    static uint64_t state = 0x9e3779b97f4a7c15u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 32) % of);
}

static unsigned *place(struct way *way, unsigned index)
{
    return &way->order[(way->head + index) % FRAMES];
}

/* When a frame of this length that has come now arrives; 0 when it is lost. */
static uint64_t due(struct way *way, ssize_t length)
{
    uint64_t ready = now_ns();
    if (loss > 0 && chance(1000) < loss)
        return 0;
    if (rate > 0) {
        uint64_t takes = (uint64_t)length * 8000 / rate;
        if (way->free_at < ready)
            way->free_at = ready;
        if (way->free_at - ready > queue * (ROOM - 500) * 8000 / rate)
            return 0;
        ready = way->free_at += takes;
    }
    ready += early > 0 && chance(1000) < early ? delay / 2 : delay;
    return jitter > 0 ? ready + (uint64_t)chance((unsigned)jitter) * 1000 : ready;
}

/* Takes what has come; a wire that is full loses it. */
static void take(struct way *way)
{
    unsigned char lost[ROOM];
    for (;;) {
        /* Behind the last of the order stand the free ones. */
        unsigned slot = *place(way, way->count % FRAMES);
        int full = way->count == FRAMES;
        ssize_t got = read(way->from, full ? lost : way->frames[slot].bytes, ROOM);
        if (got < 0)
            return;
        uint64_t at = full ? 0 : due(way, got);
        if (at == 0)
            continue;
        way->frames[slot].length = got;
        way->frames[slot].due = at;
        unsigned index = way->count++;
        for (; index > 0 && way->frames[*place(way, index - 1)].due > at; index--)
            *place(way, index) = *place(way, index - 1);
        *place(way, index) = slot;
    }
}

/* Delivers what is due; when the next one is. */
static uint64_t deliver(struct way *way)
{
    while (way->count > 0) {
        unsigned slot = *place(way, 0);
        if (way->frames[slot].due > now_ns())
            return way->frames[slot].due;
        if (write(way->to, way->frames[slot].bytes, (size_t)way->frames[slot].length) < 0 && errno != EIO)
            perror("delayed_link: write");
        way->head = (way->head + 1) % FRAMES;
        way->count--;
    }
    return UINT64_MAX;
}

static void option(const char *text)
{
    static const struct { const char *name; uint64_t *value; } known[] = {
        { "loss=", &loss }, { "early=", &early }, { "jitter=", &jitter }, { "rate=", &rate }, { "queue=", &queue },
    };
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
        if (strncmp(text, known[i].name, strlen(known[i].name)) == 0) {
            *known[i].value = strtoull(text + strlen(known[i].name), NULL, 10);
            return;
        }
    }
    fprintf(stderr, "delayed_link: what is %s?\n", text);
    exit(2);
}

int main(int count, char **arguments)
{
    if (count < 5) {
        fprintf(stderr, "usage: delayed_link NAMESPACE_A NAMESPACE_B DEVICE DELAY_US [loss=N] [early=N] [jitter=US] [rate=MBIT queue=FRAMES]\n");
        return 2;
    }
    delay = strtoull(arguments[4], NULL, 10) * 1000;
    for (int i = 5; i < count; i++)
        option(arguments[i]);
    for (unsigned i = 0; i < FRAMES; i++)
        ways[0].order[i] = ways[1].order[i] = i;
    prctl(PR_SET_TIMERSLACK, 1);
    ways[0].from = ways[1].to = end_in(arguments[1], arguments[3]);
    ways[0].to = ways[1].from = end_in(arguments[2], arguments[3]);
    for (;;) {
        uint64_t a = deliver(&ways[0]), b = deliver(&ways[1]), next = a < b ? a : b, now = now_ns();
        struct pollfd ends[2] = { { ways[0].from, POLLIN, 0 }, { ways[1].from, POLLIN, 0 } };
        uint64_t left = next > now ? next - now : 0;
        struct timespec patience = { (time_t)(left / 1000000000u), (long)(left % 1000000000u) };
        ppoll(ends, 2, next == UINT64_MAX ? NULL : &patience, NULL);
        take(&ways[0]);
        take(&ways[1]);
    }
}
