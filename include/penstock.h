/*
 * Penstock as a C library: tunnels by handle, several in a process.
 *
 * Functions return PENSTOCK_OK or one of the negative numbers below; penstock_last_error says more. All of them may be
 * called from any thread, and none of them from a signal handler: a program that wants to stop on a signal writes to a
 * pipe or an eventfd of its own. A handle is a number, not a pointer: one that was freed is refused, not followed.
 *
 * docs/embedding.md tells what a host process gets with the library: threads, signals, limits.
 */
#ifndef PENSTOCK_H
#define PENSTOCK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A tunnel; 0 is none. */
typedef int64_t penstock_tunnel;

enum penstock_status {
    PENSTOCK_OK = 0,
    PENSTOCK_INVALID_ARGUMENT = -1,      /* a pointer is NULL, a size is none that this version knows */
    PENSTOCK_INVALID_CONFIGURATION = -2, /* the text or file cannot be used */
    PENSTOCK_START_FAILED = -3,          /* device, log file or system: the tunnel did not come up */
    PENSTOCK_NO_SUCH_TUNNEL = -4,        /* the handle was never given, or was freed */
    PENSTOCK_TIMED_OUT = -5,             /* the time was over before the tunnel ended */
    PENSTOCK_FAILED = -6,                /* the tunnel ended by itself */
    PENSTOCK_FROM_CALLBACK = -7,         /* a callback of a tunnel may not stop, free or wait for one */
    PENSTOCK_INTERNAL = -8               /* a defect of the library */
};

enum penstock_level {
    PENSTOCK_DEBUG = 0,
    PENSTOCK_INFO = 1,
    PENSTOCK_WARN = 2,
    PENSTOCK_ERROR = 3
};

/*
 * Takes a line of the log: UTF-8 with a 0 at its end and no line break, "[YYYY-MM-DD HH:MM:SS] [L] text". Called on the log's own
 * thread, one line at a time. The text is valid until the function returns. misc.log-level decides what comes.
 */
typedef void (*penstock_log_function) (void *context, int level, const char *line);

/*
 * Takes a socket towards a proxy or a relay before it is bound or connected; 0 lets it go on, anything else fails its
 * session. Called on the threads of the packets, several at a time: all their sessions wait for the answer. The socket
 * stays the library's. (An app that is a VPN passes it to VpnService.protect.) The sockets of the system's resolver
 * are not seen.
 */
typedef int (*penstock_protect_function) (void *context, int socket);

typedef struct penstock_options {
    size_t size;                       /* sizeof (penstock_options) */
    void *context;                     /* passed to the callbacks */
    penstock_log_function log;         /* takes the log in place of misc.log-file; may be NULL */
    penstock_protect_function protect; /* may be NULL */
    int tun_fd;                        /* a TUN descriptor to use as it is, or any negative number */
    int reserved;                      /* 0 */
} penstock_options;

/* Each member at its default. */
#define PENSTOCK_OPTIONS_DEFAULT { sizeof (penstock_options), NULL, NULL, NULL, -1, 0 }

/*
 * Starts a tunnel and returns when it is up, the post-up script under way.
 *
 * text, length  the configuration, as in a file; a 0 at its end is not needed
 * options       NULL: the defaults
 * tunnel        receives the handle, or 0
 */
int penstock_start (const char *text, size_t length, const penstock_options *options, penstock_tunnel *tunnel);

/* The same with a configuration file. */
int penstock_start_file (const char *path, const penstock_options *options, penstock_tunnel *tunnel);

/*
 * Waits until the tunnel has ended, timeout_ms milliseconds at most; a negative number is no limit.
 * PENSTOCK_OK: it was stopped. PENSTOCK_FAILED: it ended by itself, penstock_last_error says why. PENSTOCK_TIMED_OUT.
 */
int penstock_wait (penstock_tunnel tunnel, int timeout_ms);

/* Ends all sessions and threads, runs the pre-down script, closes the device; the handle stays valid. A second call waits for the first. */
int penstock_stop (penstock_tunnel tunnel);

/* Stops the tunnel if need be, and gives the handle back. */
int penstock_free (penstock_tunnel tunnel);

/* The name of the tunnel's interface; empty for a descriptor that was handed in. See penstock_last_error for buffer and result. */
long penstock_interface (penstock_tunnel tunnel, char *buffer, size_t size);

/*
 * Packets and bytes read from the TUN (tx) and written to it (rx), as hev_socks5_tunnel_stats counts them; they stay after
 * the end. A pointer may be NULL.
 */
int penstock_traffic (
    penstock_tunnel tunnel, uint64_t *tx_packets, uint64_t *tx_bytes, uint64_t *rx_packets, uint64_t *rx_bytes);

/*
 * Everything that is counted, as a JSON object: totals, drops by reason, a share for each shard. docs/embedding.md lists the names. See
 * penstock_last_error for buffer and result.
 */
long penstock_statistics (penstock_tunnel tunnel, char *buffer, size_t size);

/*
 * Why the last call of this thread failed: a sentence, several lines for a configuration with several mistakes; empty when it did not.
 *
 * buffer, size  receive as much as has room, always with a 0 at the end; NULL and 0 ask for the length alone
 *
 * Returns the length of the whole text in bytes, without the 0; a negative number is a penstock_status.
 */
long penstock_last_error (char *buffer, size_t size);

/* MAJOR.MINOR.MICRO of the library; valid for ever. */
const char *penstock_version (void);

#ifdef __cplusplus
}
#endif

#endif /* PENSTOCK_H */
