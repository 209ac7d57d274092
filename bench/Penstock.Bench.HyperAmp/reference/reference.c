/*
 * What the bench measures HyperAMP against, in plain C, two processes over one shared mapping:
 *
 *   ring SECONDS                 a single-producer ring a direction, ping-pong of 64 bytes, spinning
 *   futex SECONDS                the same turn-taking, asleep on a futex between turns
 *   original SECONDS N WAIT      the queue RPC as the original runs it, doorbell-gated, N threads; WAIT is
 *                                spin, sleep (100 us naps) or yield
 *   memcpy SECONDS               bytes a second of memcpy over 2 MiB
 *
 * The server is pinned to the last processor, the clients to the first. One line of key=value goes out. The original's
 * algorithm uses an entry after completing it, which tears its lists sooner or later: then requests hang or get wrong
 * answers. Its figures are those of the time until then (broken=1); one that breaks at once ends with status 3.
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAYLOAD = 64, BUCKETS = 1 << 20, SLOTS = 256, THREADS = 64, BROKEN = 3 };

#define MILLISECONDS(n) ((uint64_t)(n) * 1000000u)

static uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void pin(int last)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(last ? (int)sysconf(_SC_NPROCESSORS_ONLN) - 1 : 0, &set);
    sched_setaffinity(0, sizeof set, &set);
}

static inline void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#else
    __asm__ volatile("yield");
#endif
}

/* Latencies in buckets of 10 ns, up to 10 ms; the rest in the last. */
struct histogram { uint64_t count, max; uint32_t bucket[BUCKETS]; };

static void add(struct histogram *h, uint64_t ns)
{
    uint64_t i = ns / 10;
    h->bucket[i < BUCKETS ? i : BUCKETS - 1]++;
    h->count++;
    if (ns > h->max) h->max = ns;
}

static double at(const struct histogram *h, double share)
{
    uint64_t want = (uint64_t)((double)h->count * share), seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
        seen += h->bucket[i];
        if (seen > want) return i == BUCKETS - 1 ? (double)h->max / 1000 : i / 100.0;
    }
    return 0;
}

static void report(const char *name, struct histogram *h, double seconds, uint64_t least, uint64_t most)
{
    printf("name=%s rate=%.0f p50=%.2f p99=%.2f max=%.1f least=%llu most=%llu\n", name, (double)h->count / seconds,
           at(h, 0.5), at(h, 0.99), (double)h->max / 1000, (unsigned long long)least, (unsigned long long)most);
}

static void *share(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) { perror("mmap"); exit(1); }
    return p;
}

static pid_t serve(void (*server)(void *), void *memory)
{
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        pin(1);
        server(memory);
        _exit(0);
    }
    return child;
}

/* A ring a direction: head and tail on lines of their own, 64 bytes a slot. */
struct ring {
    _Alignas(64) _Atomic uint32_t head;
    _Alignas(64) _Atomic uint32_t tail;
    _Alignas(64) uint8_t slot[SLOTS][PAYLOAD];
};

static void put(struct ring *r, const uint8_t *from)
{
    uint32_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
    while (head - atomic_load_explicit(&r->tail, memory_order_acquire) == SLOTS) relax();
    memcpy(r->slot[head % SLOTS], from, PAYLOAD);
    atomic_store_explicit(&r->head, head + 1, memory_order_release);
}

static void take(struct ring *r, uint8_t *to)
{
    uint32_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);
    while (atomic_load_explicit(&r->head, memory_order_acquire) == tail) relax();
    memcpy(to, r->slot[tail % SLOTS], PAYLOAD);
    atomic_store_explicit(&r->tail, tail + 1, memory_order_release);
}

static void ring_server(void *memory)
{
    struct ring *r = memory;
    uint8_t text[PAYLOAD];
    for (;;) {
        take(&r[0], text);
        put(&r[1], text);
    }
}

static void run_ring(double seconds)
{
    struct ring *r = share(2 * sizeof *r);
    struct histogram *h = calloc(1, sizeof *h);
    uint8_t text[PAYLOAD] = "ping", back[PAYLOAD];
    serve(ring_server, r);
    pin(0);
    uint64_t start = now(), end = start + (uint64_t)(seconds * 1e9), t = start;
    while (t < end) {
        put(&r[0], text);
        take(&r[1], back);
        uint64_t u = now();
        add(h, u - t);
        t = u;
    }
    report("ring", h, (double)(t - start) / 1e9, h->count, h->count);
}

struct turn { _Alignas(64) _Atomic uint32_t word[2]; uint8_t text[PAYLOAD]; };

static void wait_turn(_Atomic uint32_t *word)
{
    while (atomic_load_explicit(word, memory_order_acquire) == 0)
        syscall(SYS_futex, word, FUTEX_WAIT, 0, NULL, NULL, 0);
    atomic_store_explicit(word, 0, memory_order_relaxed);
}

static void give_turn(_Atomic uint32_t *word)
{
    atomic_store_explicit(word, 1, memory_order_release);
    syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void futex_server(void *memory)
{
    struct turn *t = memory;
    for (;;) {
        wait_turn(&t->word[0]);
        give_turn(&t->word[1]);
    }
}

static void run_futex(double seconds)
{
    struct turn *turn = share(sizeof *turn);
    struct histogram *h = calloc(1, sizeof *h);
    serve(futex_server, turn);
    pin(0);
    uint64_t start = now(), end = start + (uint64_t)(seconds * 1e9), t = start;
    while (t < end) {
        memset(turn->text, (int)t, PAYLOAD);
        give_turn(&turn->word[0]);
        wait_turn(&turn->word[1]);
        uint64_t u = now();
        add(h, u - t);
        t = u;
    }
    report("futex", h, (double)(t - start) / 1e9, h->count, h->count);
}

/* The queue RPC: version 2 of the page, one message a hand-over, a shared counter as the doorbell. */
struct msg { uint16_t flag, service; uint32_t offset, length; };
struct entry { struct msg m; uint16_t cur, nxt; };
struct queue {
    volatile uint32_t mark;
    volatile uint16_t size, empty_h, wait_h, proc_h;
    _Atomic uint8_t lock;
    uint8_t pad[3];
    struct entry e[255];
};
_Static_assert(sizeof(struct queue) == 16 + 255 * 16, "the page");

struct original {
    struct queue q;
    _Alignas(4096) _Atomic uint64_t bell;
    _Alignas(4096) uint8_t payload[4 << 20];
};

static const uint8_t KEY[16] = {0x7e, 0x2b, 0x40, 0x43, 0x7d, 0xfb, 0x87, 0xf3, 0xfe, 0xa2, 0x40, 0xdd, 0x5c, 0x9a, 0x1a, 0x69};

static void byte_lock(_Atomic uint8_t *lock, uint8_t is, uint8_t becomes)
{
    uint8_t expected = is;
    while (!atomic_compare_exchange_strong(lock, &expected, becomes)) {
        expected = is;
        sched_yield();
    }
}

static void original_server(void *memory)
{
    struct original *o = memory;
    uint64_t seen = 0;
    for (;;) {
        while (atomic_load_explicit(&o->bell, memory_order_acquire) == seen) relax();
        seen++;
        uint16_t head = o->q.proc_h;
        if (head >= 255) continue;
        struct entry *e = &o->q.e[head];
        uint8_t *data = o->payload + e->m.offset;
        uint32_t length = e->m.length - 1;
        for (uint32_t i = 0; i < length; i++) data[i] ^= KEY[i % 16];
        atomic_thread_fence(memory_order_release);
        *(volatile uint8_t *)&e->m.flag |= 1;
        *(volatile uint8_t *)&e->m.flag |= 2;
        o->q.proc_h = e->nxt;
        e->nxt = 255;
        o->q.mark = 0xBBBBBBBB;
    }
}

static struct original *O;
static _Atomic uint8_t empty_lock, wait_lock, block_lock;
static uint32_t next_block;
static volatile int stop, broken;
static char how;

struct worker { pthread_t thread; struct histogram h; volatile uint64_t done; };

static void request(struct worker *w, uint8_t *text, uint8_t *back, uint32_t offset)
{
    struct queue *q = &O->q;
    uint64_t t = now();
    byte_lock(&empty_lock, 0, 1);
    byte_lock(&q->lock, 0x0A, 0x0F);
    uint16_t i = q->empty_h;
    q->empty_h = q->e[i].nxt;
    q->e[i].nxt = 255;
    byte_lock(&q->lock, 0x0F, 0x0A);
    struct entry *e = &q->e[i];
    e->m.flag = 0;
    e->m.length = 0;
    byte_lock(&empty_lock, 1, 0);
    e->m.service = 1;
    byte_lock(&block_lock, 0, 1);
    next_block = (next_block + 1) % 16384;
    byte_lock(&block_lock, 1, 0);
    uint8_t *data = O->payload + offset;
    for (int k = 0; k < PAYLOAD; k++) ((volatile uint8_t *)data)[k] = text[k];
    data[PAYLOAD] = 0;
    e->m.offset = offset;
    e->m.length = PAYLOAD + 1;
    byte_lock(&wait_lock, 0, 1);
    byte_lock(&q->lock, 0x0A, 0x0F);
    e->nxt = q->wait_h;
    q->wait_h = i;
    byte_lock(&q->lock, 0x0F, 0x0A);
    while (q->mark != 0xBBBBBBBB) relax();
    byte_lock(&q->lock, 0x0A, 0x0F);
    atomic_thread_fence(memory_order_release);
    q->proc_h = q->wait_h;
    q->wait_h = 255;
    byte_lock(&q->lock, 0x0F, 0x0A);
    q->mark = 0xFFFFFFFF;
    byte_lock(&wait_lock, 1, 0);
    atomic_fetch_add(&O->bell, 1);
    while (!(*(volatile uint16_t *)&e->m.flag & 1)) {
        if (how == 's') relax();
        else if (how == 'y') sched_yield();
        else usleep(100);
    }
    atomic_thread_fence(memory_order_acquire);
    memcpy(back, data, PAYLOAD);
    byte_lock(&empty_lock, 0, 1);
    byte_lock(&q->lock, 0x0A, 0x0F);
    e->m.flag = 0;
    e->m.length = 0;
    e->nxt = q->empty_h;
    q->empty_h = i;
    byte_lock(&q->lock, 0x0F, 0x0A);
    byte_lock(&empty_lock, 1, 0);
    add(&w->h, now() - t);
    w->done++;
    for (int k = 0; k < PAYLOAD; k++) {
        if ((uint8_t)(text[k] ^ KEY[k % 16]) != back[k]) broken = stop = 1;
    }
}

static void *client(void *argument)
{
    struct worker *w = argument;
    uint8_t text[PAYLOAD], back[PAYLOAD];
    static _Atomic uint32_t place;
    uint32_t offset = atomic_fetch_add(&place, 1) * 128;
    for (int i = 0; i < PAYLOAD; i++) text[i] = (uint8_t)('a' + i % 26);
    while (!stop) request(w, text, back, offset);
    return NULL;
}

static void run_original(double seconds, int threads, const char *wait)
{
    O = share(sizeof *O);
    how = wait[0] == 's' && wait[1] == 'l' ? 'n' : wait[0];
    O->q.size = O->q.wait_h = O->q.proc_h = 255;
    O->q.lock = 0x0A;
    for (int i = 0; i < 255; i++) { O->q.e[i].cur = (uint16_t)i; O->q.e[i].nxt = (uint16_t)(i + 1); }
    O->q.mark = 0xBBBBBBBB;
    serve(original_server, O);
    pin(0);
    struct worker *w = calloc((size_t)threads, sizeof *w);
    uint64_t start = now();
    for (int i = 0; i < threads; i++) pthread_create(&w[i].thread, NULL, client, &w[i]);
    uint64_t alive = start, end = start + (uint64_t)(seconds * 1e9), before = 0;
    while (now() < end && !broken) {
        uint64_t done = 0;
        usleep(5000);
        for (int i = 0; i < threads; i++) done += w[i].done;
        if (done > before) alive = now();
        before = done;
        if (now() - alive > MILLISECONDS(500)) broken = 1;
    }
    stop = 1;
    for (int i = 0; i < threads && !broken; i++) {
        struct timespec patience;
        clock_gettime(CLOCK_REALTIME, &patience);
        patience.tv_sec += 2;
        broken = pthread_timedjoin_np(w[i].thread, NULL, &patience) != 0;
    }
    uint64_t took = (broken ? alive : now()) - start;
    if (took < MILLISECONDS(20)) exit(BROKEN);
    uint64_t least = UINT64_MAX, most = 0;
    struct histogram *all = calloc(1, sizeof *all);
    for (int i = 0; i < threads; i++) {
        for (int k = 0; k < BUCKETS; k++) all->bucket[k] += w[i].h.bucket[k];
        all->count += w[i].h.count;
        if (w[i].h.max > all->max) all->max = w[i].h.max;
        if (w[i].done < least) least = w[i].done;
        if (w[i].done > most) most = w[i].done;
    }
    printf("broken=%d ", broken);
    report("original", all, (double)took / 1e9, least, most);
}

static void run_memcpy(double seconds)
{
    enum { SIZE = 2 << 20 };
    uint8_t *from = share(SIZE), *to = share(SIZE);
    memset(from, 1, SIZE);
    pin(0);
    uint64_t start = now(), end = start + (uint64_t)(seconds * 1e9), t = start, rounds = 0;
    while (t < end) {
        memcpy(to, from, SIZE);
        __asm__ volatile("" : : "r"(to) : "memory");
        rounds++;
        t = now();
    }
    printf("name=memcpy rate=%.0f\n", (double)rounds * SIZE / ((double)(t - start) / 1e9));
}

int main(int argc, char **argv)
{
    if (argc < 3) { fprintf(stderr, "reference ring|futex|original|memcpy SECONDS [N WAIT]\n"); return 2; }
    double seconds = atof(argv[2]);
    if (!strcmp(argv[1], "ring")) run_ring(seconds);
    else if (!strcmp(argv[1], "futex")) run_futex(seconds);
    else if (!strcmp(argv[1], "memcpy")) run_memcpy(seconds);
    else if (!strcmp(argv[1], "original") && argc == 5 && atoi(argv[3]) <= THREADS) run_original(seconds, atoi(argv[3]), argv[4]);
    else return 2;
    fflush(stdout);
    _exit(0);
}
