// An independent peer for the ring, written from its byte layout alone; shares no code with Penstock.
//
//   ring_peer FILE create                      creator of the single-channel layout (seL4's place), then exits
//   ring_peer FILE serve N [naive|cas]         seL4's place: answers N service or bulk messages
//   ring_peer FILE call N [naive|cas]          Linux's place: N service calls, checks each answer
//   ring_peer FILE produce N cas               seL4's place: N numbered messages, one of many producers
//   ring_peer FILE die-locked                  takes the lock of Linux's ring and exits with it
//
// "naive" takes the lock word by read, write, read back; "cas" by compare-exchange. Both write fields byte by byte
// where the original does.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#pragma pack(push, 1)
struct control {
    uint8_t map_mode1, map_mode2;
    uint16_t header, tail, capacity, block_size, reserved;
    uint64_t phy_addr, virt_addr1, virt_addr2;
    struct { uint64_t virt, phys; } table1[125], table2[125];
    uint32_t lock_value, owner_zone, lock_count, contention;
    uint32_t magic, version, enqueue_count, dequeue_count;
};
struct message {
    uint8_t version, type;
    uint16_t frontend, backend, payload_len;
    uint8_t payload[4088];
};
struct bulk {
    uint32_t offset, length, service;
    int32_t status;
};
#pragma pack(pop)

_Static_assert(offsetof(struct control, header) == 2, "header");
_Static_assert(offsetof(struct control, tail) == 4, "tail");
_Static_assert(offsetof(struct control, capacity) == 6, "capacity");
_Static_assert(offsetof(struct control, block_size) == 8, "block_size");
_Static_assert(offsetof(struct control, phy_addr) == 12, "phy_addr");
_Static_assert(offsetof(struct control, table1) == 36, "table1");
_Static_assert(offsetof(struct control, table2) == 2036, "table2");
_Static_assert(offsetof(struct control, lock_value) == 4036, "lock_value");
_Static_assert(offsetof(struct control, magic) == 4052, "magic");
_Static_assert(offsetof(struct control, enqueue_count) == 4060, "enqueue_count");
_Static_assert(sizeof(struct control) == 4068, "control");
_Static_assert(sizeof(struct message) == 4096, "message");
_Static_assert(sizeof(struct bulk) == 16, "bulk");

enum { TYPE_DATA = 3, TYPE_SERVICE = 0x10, TYPE_BULK = 0x20, BLOCK = 4096, CAPACITY = 256, WINDOW = 0x100000, WINDOW_LENGTH = 0x200000 };

static volatile uint8_t *base;
static int cas;

static volatile struct control *ring(int n) { return (volatile struct control *)(base + n * 4096); }
static volatile uint8_t *data(void) { return base + 0x2000; }

static void fail(const char *what) {
    fprintf(stderr, "ring_peer: %s\n", what);
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void pause_until(double deadline) {
    if (now() > deadline)
        fail("no progress for 60 s");
    sched_yield();
}

static void lock(volatile struct control *c, uint32_t zone) {
    double deadline = now() + 60;
    for (;;) {
        if (cas) {
            uint32_t expected = 0;
            if (__atomic_compare_exchange_n(&c->lock_value, &expected, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
                break;
        } else if (c->lock_value == 0) {
            c->lock_value = 1;
            __sync_synchronize();
            if (c->lock_value == 1)
                break;
        }
        c->contention++;
        pause_until(deadline);
    }
    c->owner_zone = zone;
    c->lock_count++;
}

static void unlock(volatile struct control *c) {
    c->owner_zone = 0;
    __atomic_store_n(&c->lock_value, 0, __ATOMIC_RELEASE);
}

static int enqueue(volatile struct control *c, const struct message *m, uint32_t zone) {
    lock(c, zone);
    uint16_t h = c->header, next = (uint16_t)((h + 1) % c->capacity);
    if (next == c->tail) {
        unlock(c);
        return 0;
    }
    volatile uint8_t *block = data() + (size_t)(h + 1) * BLOCK;
    const uint8_t *from = (const uint8_t *)m;
    for (size_t i = 0; i < 8u + m->payload_len; i++)
        block[i] = from[i];
    __sync_synchronize();
    c->header = next;
    c->enqueue_count++;
    unlock(c);
    return 1;
}

static int dequeue(volatile struct control *c, struct message *m, uint32_t zone) {
    if (c->header == c->tail)
        return 0;
    lock(c, zone);
    if (c->header == c->tail) {
        unlock(c);
        return 0;
    }
    __sync_synchronize();
    volatile uint8_t *block = data() + (size_t)(c->tail + 1) * BLOCK;
    for (size_t i = 0; i < BLOCK; i++)
        ((uint8_t *)m)[i] = block[i];
    c->tail = (uint16_t)((c->tail + 1) % c->capacity);
    c->dequeue_count++;
    unlock(c);
    return 1;
}

static void create_one(volatile struct control *c, uint64_t at) {
    c->capacity = 0;
    memset((void *)c, 0, 4096);
    c->block_size = BLOCK;
    c->phy_addr = at;
    c->virt_addr1 = (uint64_t)(uintptr_t)c;
    c->version = 1;
    c->magic = 0x48415150;
    __sync_synchronize();
    c->capacity = CAPACITY;
}

static void put(volatile struct control *c, const struct message *m, uint32_t zone) {
    double deadline = now() + 60;
    while (!enqueue(c, m, zone))
        pause_until(deadline);
}

static void take(volatile struct control *c, struct message *m, uint32_t zone) {
    double deadline = now() + 60;
    while (!dequeue(c, m, zone))
        pause_until(deadline);
}

static void serve(int count) {
    struct message m;
    for (int i = 0; i < count; i++) {
        take(ring(1), &m, 1);
        if (m.version != 1 || m.payload_len > sizeof m.payload)
            fail("a message without sense");
        if (m.type == TYPE_SERVICE) {
            if (m.frontend == 1 || m.frontend == 2)
                for (int k = 0; k < m.payload_len; k++)
                    m.payload[k] ^= 0x5A;
            m.type = TYPE_DATA;
        } else if (m.type == TYPE_BULK) {
            struct bulk b;
            memcpy(&b, m.payload, sizeof b);
            b.status = -1;
            if (b.offset >= WINDOW && (uint64_t)b.offset + b.length <= WINDOW + WINDOW_LENGTH) {
                if (b.service == 1 || b.service == 2)
                    for (uint32_t k = 0; k < b.length; k++)
                        data()[b.offset + k] ^= 0x5A;
                b.status = 1;
            }
            memcpy(m.payload, &b, sizeof b);
            m.frontend = m.backend = 0;
        } else
            fail("a message of another type");
        put(ring(0), &m, 1);
    }
}

static void call(int count) {
    struct message m;
    for (int i = 0; i < count; i++) {
        memset(&m, 0, sizeof m);
        m.version = 1;
        m.type = TYPE_SERVICE;
        m.frontend = 1;
        m.backend = (uint16_t)i;
        m.payload_len = (uint16_t)(1 + i % 4088);
        for (int k = 0; k < m.payload_len; k++)
            m.payload[k] = (uint8_t)(i + k);
        uint16_t length = m.payload_len;
        put(ring(1), &m, 0);
        take(ring(0), &m, 0);
        if (m.type != TYPE_DATA || m.frontend != 1 || m.backend != (uint16_t)i || m.payload_len != length)
            fail("an answer to something else");
        for (int k = 0; k < length; k++)
            if (m.payload[k] != (uint8_t)((i + k) ^ 0x5A))
                fail("a wrong byte");
    }
}

static void produce(int count) {
    struct message m;
    memset(&m, 0, sizeof m);
    m.version = 1;
    m.type = TYPE_DATA;
    m.payload_len = 4;
    for (int i = 0; i < count; i++) {
        memcpy(m.payload, &i, 4);
        put(ring(0), &m, 1);
    }
}

int main(int argc, char **argv) {
    if (argc < 3)
        fail("FILE and a verb");
    int fd = open(argv[1], O_RDWR);
    if (fd < 0)
        fail("cannot open the file");
    base = mmap(NULL, 0x402000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (base == MAP_FAILED)
        fail("cannot map the file");
    int count = argc > 3 ? atoi(argv[3]) : 0;
    cas = argc > 4 && strcmp(argv[4], "cas") == 0;
    if (strcmp(argv[2], "create") == 0) {
        create_one(ring(0), 0xDE000000);
        create_one(ring(1), 0xDE001000);
    } else if (strcmp(argv[2], "serve") == 0)
        serve(count);
    else if (strcmp(argv[2], "call") == 0)
        call(count);
    else if (strcmp(argv[2], "produce") == 0)
        produce(count);
    else if (strcmp(argv[2], "die-locked") == 0) {
        cas = 1;
        lock(ring(1), 0);
        _exit(0);
    } else
        fail("an unknown verb");
    return 0;
}
