/*
 * HyperAMP's shared memory, as C sees it: the queue page of protocol A in both layouts, and what its words mean.
 * For the RTOS or C side of a channel. Little-endian, every field naturally aligned, the same on x86-64 and AArch64.
 *
 * Rules that keep both sides safe:
 *   sender    store BUSY, then publish proc_ing_h, and only while the mark is IDLE and proc_ing_h is at its end
 *   service   copy a message once and check the copy; read the link, unlink, then complete; IDLE last
 *   complete  one 16-bit release store of the flag word (3, 5 or 7 in the low bits)
 */
#ifndef PENSTOCK_HYPERAMP_H
#define PENSTOCK_HYPERAMP_H

#include <stddef.h>
#include <stdint.h>

#define HYPERAMP_MARK_RAW 0x00000000u
#define HYPERAMP_MARK_INITIALISED 0xEEEEEEEEu
#define HYPERAMP_MARK_IDLE 0xBBBBBBBBu
#define HYPERAMP_MARK_BUSY 0xFFFFFFFFu

#define HYPERAMP_LOCKED 0x0F
#define HYPERAMP_UNLOCKED 0x0A

#define HYPERAMP_DEALT 0x0001u
#define HYPERAMP_OK 0x0003u
#define HYPERAMP_FAILED 0x0005u
#define HYPERAMP_NOT_EXISTS 0x0007u
#define HYPERAMP_FLAG_MASK 0x0007u

struct hyperamp_msg {
    uint16_t flag;      /* dealt, result in bits 1 and 2, the rest as found */
    uint16_t service_id;
    uint32_t offset;    /* in the payload area */
    uint32_t length;    /* bytes, most clients count a terminating zero */
};

struct hyperamp_entry {
    struct hyperamp_msg msg;
    uint16_t cur_idx;   /* its own index, never rewritten */
    uint16_t nxt_idx;   /* buf_size ends a list */
};

struct hyperamp_queue_v1 {
    uint32_t working_mark;
    uint16_t buf_size, empty_h, wait_h, proc_ing_h;
    struct hyperamp_entry entries[];
};

struct hyperamp_queue_v2 {
    uint32_t working_mark;
    uint16_t buf_size, empty_h, wait_h, proc_ing_h;
    uint8_t queue_lock;
    uint8_t pad[3];
    struct hyperamp_entry entries[];
};

/* Entries that a page of so many bytes holds. */
static inline uint32_t hyperamp_entries(size_t page, size_t header)
{
    size_t n = page < header ? 0 : (page - header) / sizeof(struct hyperamp_entry);
    return (uint32_t)(n > 65535 ? 65535 : n);
}

#ifndef __cplusplus
_Static_assert(sizeof(struct hyperamp_msg) == 12, "msg");
_Static_assert(offsetof(struct hyperamp_msg, service_id) == 2, "msg.service_id");
_Static_assert(offsetof(struct hyperamp_msg, offset) == 4, "msg.offset");
_Static_assert(offsetof(struct hyperamp_msg, length) == 8, "msg.length");
_Static_assert(sizeof(struct hyperamp_entry) == 16, "entry");
_Static_assert(offsetof(struct hyperamp_entry, cur_idx) == 12, "entry.cur_idx");
_Static_assert(offsetof(struct hyperamp_entry, nxt_idx) == 14, "entry.nxt_idx");
_Static_assert(offsetof(struct hyperamp_queue_v1, buf_size) == 4, "v1.buf_size");
_Static_assert(offsetof(struct hyperamp_queue_v1, empty_h) == 6, "v1.empty_h");
_Static_assert(offsetof(struct hyperamp_queue_v1, wait_h) == 8, "v1.wait_h");
_Static_assert(offsetof(struct hyperamp_queue_v1, proc_ing_h) == 10, "v1.proc_ing_h");
_Static_assert(offsetof(struct hyperamp_queue_v1, entries) == 12, "v1.entries");
_Static_assert(offsetof(struct hyperamp_queue_v2, queue_lock) == 12, "v2.queue_lock");
_Static_assert(offsetof(struct hyperamp_queue_v2, entries) == 16, "v2.entries");
#endif

#endif
