/*
 * An independent peer for the interop tests: a legacy client or service of the queue RPC, with the originals' quirks as
 * switches.
 *
 *   peer client LAYOUT FILE THREADS REQUESTS SERVICE [quirk...]     prints "completed N wrong M"
 *   peer service LAYOUT FILE MESSAGES [quirk...]                    prints "served N"
 *   peer scribble FILE SEED MILLISECONDS                            writes anything anywhere
 *
 * Client quirks: init (initialises the queue first), late-busy (BUSY after the head is published), no-nul (the length
 * leaves the terminator out), own-entry (each thread keeps one entry for life), batch (hands three messages over at once,
 * pushed 0, 1, 2). Service quirks: two-step (dealt, a pause, the result), link-last (writes the link after the dealt bit).
 */
#define _GNU_SOURCE
#include "hyperamp.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

enum { PAYLOAD = 4 << 20, PAGE = 0x1000, PEER = PAYLOAD + 0x10000, TEXT = 64 };

static uint8_t *base, *page;
static struct hyperamp_entry *entries;
static uint32_t end;
static int version, late_busy, no_nul, own_entry, batch, two_step, link_last;

#define MARK (*(_Atomic uint32_t *)(page + 0))
#define HEAD(at) (*(_Atomic uint16_t *)(page + (at)))
#define EMPTY HEAD(6)
#define WAIT HEAD(8)
#define PROC HEAD(10)
#define LOCK (*(_Atomic uint8_t *)(page + 12))
#define FLAG(e) (*(_Atomic uint16_t *)&(e)->msg.flag)

static const uint8_t KEY[16] = {0x7e, 0x2b, 0x40, 0x43, 0x7d, 0xfb, 0x87, 0xf3, 0xfe, 0xa2, 0x40, 0xdd, 0x5c, 0x9a, 0x1a, 0x69};
static pthread_mutex_t empty_lock = PTHREAD_MUTEX_INITIALIZER, wait_lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic int left, completed, wrong;

static void nap(long us)
{
    struct timespec t = {us / 1000000, us % 1000000 * 1000};
    nanosleep(&t, NULL);
}

static void lock(void)
{
    uint8_t expected = HYPERAMP_UNLOCKED;
    while (version == 2 && !atomic_compare_exchange_strong(&LOCK, &expected, HYPERAMP_LOCKED)) {
        expected = HYPERAMP_UNLOCKED;
        sched_yield();
    }
}

static void unlock(void)
{
    if (version == 2) LOCK = HYPERAMP_UNLOCKED;
}

static void init(void)
{
    for (uint32_t i = 0; i < end; i++) {
        entries[i].cur_idx = (uint16_t)i;
        entries[i].nxt_idx = (uint16_t)(i + 1);
    }
    EMPTY = 0;
    WAIT = PROC = (uint16_t)end;
    unlock();
    *(_Atomic uint16_t *)(page + 4) = (uint16_t)end;
    MARK = HYPERAMP_MARK_IDLE;
}

static uint16_t pop(void)
{
    pthread_mutex_lock(&empty_lock);
    lock();
    uint16_t i = EMPTY;
    if (i < end) {
        EMPTY = entries[i].nxt_idx;
        entries[i].nxt_idx = (uint16_t)end;
        entries[i].msg.flag &= (uint16_t)~HYPERAMP_FLAG_MASK;
        entries[i].msg.length = 0;
    }
    unlock();
    pthread_mutex_unlock(&empty_lock);
    return i;
}

static void give_back(uint16_t i)
{
    pthread_mutex_lock(&empty_lock);
    lock();
    entries[i].msg.flag &= (uint16_t)~HYPERAMP_FLAG_MASK;
    entries[i].msg.length = 0;
    entries[i].nxt_idx = EMPTY;
    EMPTY = i;
    unlock();
    pthread_mutex_unlock(&empty_lock);
}

static void send_entries(const uint16_t *index, int count)
{
    pthread_mutex_lock(&wait_lock);
    for (int k = 0; k < count; k++) {
        lock();
        entries[index[k]].nxt_idx = WAIT;
        WAIT = index[k];
        unlock();
    }
    while (MARK != HYPERAMP_MARK_IDLE && MARK != HYPERAMP_MARK_INITIALISED) nap(20);
    if (!late_busy) MARK = HYPERAMP_MARK_BUSY;
    lock();
    PROC = WAIT;
    WAIT = (uint16_t)end;
    unlock();
    if (late_busy) MARK = HYPERAMP_MARK_BUSY;
    pthread_mutex_unlock(&wait_lock);
}

static int right(uint16_t service, const uint8_t *text, const uint8_t *data, uint32_t masked)
{
    for (uint32_t k = 0; k < TEXT; k++) {
        uint8_t want = text[k];
        if (service != 66 && k < masked) want ^= KEY[k % 16];
        if (data[k] != want) return 0;
    }
    return 1;
}

static void fill(uint16_t i, uint16_t service, uint32_t offset, const uint8_t *text)
{
    struct hyperamp_entry *e = &entries[i];
    e->msg.flag &= (uint16_t)~HYPERAMP_FLAG_MASK;
    e->msg.service_id = service;
    e->msg.offset = offset;
    e->msg.length = TEXT + (no_nul ? 0 : 1);
    memcpy(base + offset, text, TEXT);
    base[offset + TEXT] = 0;
}

static void *client(void *argument)
{
    static _Atomic uint32_t threads;
    uint16_t service = (uint16_t)(uintptr_t)argument, index[3];
    int count = batch ? 3 : 1;
    uint32_t offset = 1024 * (1 + atomic_fetch_add(&threads, 1));
    uint8_t text[TEXT];
    int held = 0;
    while (atomic_fetch_sub(&left, count) >= count) {
        for (int k = 0; k < TEXT; k++) text[k] = (uint8_t)(offset / 1024 + (uint32_t)k + (uint32_t)completed);
        for (int k = 0; k < count; k++) {
            if (!held || !own_entry)
                while ((index[k] = pop()) >= end) nap(100);
            fill(index[k], service, offset + 128 * (uint32_t)k, text);
        }
        held = 1;
        send_entries(index, count);
        for (int k = 0; k < count; k++) {
            struct hyperamp_entry *e = &entries[index[k]];
            while (!(FLAG(e) & HYPERAMP_DEALT)) nap(100);
            if ((FLAG(e) & HYPERAMP_FLAG_MASK) == HYPERAMP_OK && right(service, text, base + offset + 128 * (uint32_t)k, TEXT - (no_nul ? 1 : 0)))
                completed++;
            else
                wrong++;
            if (!own_entry) give_back(index[k]);
        }
    }
    return NULL;
}

static void serve(int messages)
{
    *(_Atomic uint32_t *)(base + PEER) = HYPERAMP_MARK_INITIALISED;
    int served = 0;
    while (served < messages) {
        uint16_t head = PROC;
        if (head >= end || MARK != HYPERAMP_MARK_BUSY) {
            nap(20);
            continue;
        }
        struct hyperamp_entry *e = &entries[head];
        uint8_t *data = base + e->msg.offset;
        for (uint32_t k = 0; e->msg.service_id != 66 && k + 1 < e->msg.length; k++) data[k] ^= KEY[k % 16];
        if (two_step) {
            FLAG(e) |= HYPERAMP_DEALT;
            nap(300);
            FLAG(e) |= 2;
        } else {
            FLAG(e) = (uint16_t)((FLAG(e) & ~HYPERAMP_FLAG_MASK) | HYPERAMP_OK);
        }
        if (link_last) nap(300);
        PROC = e->nxt_idx;
        e->nxt_idx = (uint16_t)end;
        MARK = HYPERAMP_MARK_IDLE;
        served++;
    }
    printf("served %d\n", served);
}

static void scribble(unsigned seed, long milliseconds)
{
    struct timespec start, t;
    clock_gettime(CLOCK_MONOTONIC, &start);
    do {
        for (int i = 0; i < 200; i++) {
            uint8_t *where = rand_r(&seed) % 4 ? page : base;
            uint32_t span = where == page ? PAGE : PAYLOAD;
            *(volatile uint16_t *)(where + rand_r(&seed) % (span / 2) * 2) =
                (uint16_t)(rand_r(&seed) % 3 ? rand_r(&seed) % 300 : rand_r(&seed));
        }
        nap(50);
        clock_gettime(CLOCK_MONOTONIC, &t);
    } while ((t.tv_sec - start.tv_sec) * 1000 + (t.tv_nsec - start.tv_nsec) / 1000000 < milliseconds);
    memset(page, 0, PAGE);
    init();
}

static void map(const char *file)
{
    int fd = open(file, O_RDWR);
    struct stat s;
    if (fd < 0 || fstat(fd, &s) || s.st_size < PEER + PAGE) { perror(file); exit(1); }
    base = mmap(NULL, PEER + PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (base == MAP_FAILED) { perror("mmap"); exit(1); }
    page = base + PAYLOAD;
    size_t header = version == 1 ? sizeof(struct hyperamp_queue_v1) : sizeof(struct hyperamp_queue_v2);
    entries = (struct hyperamp_entry *)(page + header);
    end = hyperamp_entries(PAGE, header);
}

int main(int argc, char **argv)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (argc < 5) return 2;
    version = strcmp(argv[2], "v1") ? 2 : 1;
    int wipe = 0;
    for (int i = 5; i < argc; i++) {
        wipe |= !strcmp(argv[i], "init");
        late_busy |= !strcmp(argv[i], "late-busy");
        no_nul |= !strcmp(argv[i], "no-nul");
        own_entry |= !strcmp(argv[i], "own-entry");
        batch |= !strcmp(argv[i], "batch");
        two_step |= !strcmp(argv[i], "two-step");
        link_last |= !strcmp(argv[i], "link-last");
    }
    if (!strcmp(argv[1], "scribble")) {
        map(argv[2]);
        scribble((unsigned)atoi(argv[3]), atol(argv[4]));
        return 0;
    }
    map(argv[3]);
    if (!strcmp(argv[1], "service")) {
        serve(atoi(argv[4]));
        return 0;
    }
    if (argc < 7) return 2;
    if (wipe) init();
    int threads = atoi(argv[4]), requests = atoi(argv[5]);
    left = requests;
    pthread_t all[64];
    for (int i = 0; i < threads && i < 64; i++) pthread_create(&all[i], NULL, client, (void *)(uintptr_t)atoi(argv[6]));
    for (int i = 0; i < threads && i < 64; i++) pthread_join(all[i], NULL);
    printf("completed %d wrong %d\n", completed, wrong);
    return 0;
}
