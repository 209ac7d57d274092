/*
 * The functions of hev-socks5-tunnel.
 *
 *   host's thread         run's thread (C, then managed)           any thread, any signal handler
 *   main: claim ──────►   managed run: waits on quit_fd  ◄──────── quit: write to quit_fd
 *         join  ◄──────   retract, end
 *
 * They are C because quit may interrupt managed code of this very library, on a thread of its own: managed code that is
 * entered from there ends the process. And because a host's thread may have a small stack and takes the host's signals.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "border.h"

#pragma GCC visibility push(default)
#include "hev-socks5-tunnel.h"
#pragma GCC visibility pop

enum { IDLE, RUNNING, ASKED };

/* Deep enough for the composer of configurations at its deepest. */
static const size_t stack_size = 1024 * 1024;

static const size_t longest_path = 8 * 1024; /* twice PATH_MAX: too long is for the kernel to say */

static atomic_int state = IDLE;   /* IDLE → RUNNING → ASKED → IDLE; RUNNING → IDLE when the run ends by itself */
static atomic_int quit_fd = -1;   /* rings the run; -1 while there is none to ring */
static atomic_int inside;         /* calls of quit that may be about to use quit_fd */

void
hev_socks5_tunnel_quit (void)
{
    const int saved = errno;
    int expected = RUNNING;

    atomic_fetch_add (&inside, 1);
    if (atomic_compare_exchange_strong (&state, &expected, ASKED)) {
        /* Without a descriptor the run is just beginning, and looks at the state once it has one. */
        const int fd = atomic_load (&quit_fd);
        const uint64_t one = 1;
        if (fd >= 0) {
            const ssize_t ignored = write (fd, &one, sizeof one);
            (void)ignored;
        }
    }
    atomic_fetch_sub (&inside, 1);
    errno = saved;
}

/* Signals are the host's: the threads of a run take none but those that their own code causes, and the runtime's own. */
static void
mask_signals (sigset_t *before)
{
    static const int needed[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS };
    sigset_t mask;

    sigfillset (&mask);
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        sigdelset (&mask, needed[i]);
    sigdelset (&mask, SIGRTMIN);
    pthread_sigmask (SIG_SETMASK, &mask, before);
}

static void
retract (void)
{
    const int fd = atomic_exchange (&quit_fd, -1);

    /* Whoever is inside quit may have the number still: it must not be another file's before they are out. */
    while (atomic_load (&inside) != 0)
        sched_yield ();
    if (fd >= 0)
        close (fd);
    atomic_store (&state, IDLE);
}

static void *
run_thread (void *argument)
{
    struct border_run *run = argument;

    run->result = penstock_drop_in_run (run->text, run->length, run->is_path, run->tun_fd, run->quit_fd);
    retract ();
    return NULL;
}

static int
start_thread (struct border_run *run, pthread_t *thread)
{
    pthread_attr_t attributes;
    sigset_t before;
    int error;

    if (pthread_attr_init (&attributes) != 0)
        return -1;
    pthread_attr_setstacksize (&attributes, stack_size);
    mask_signals (&before);
    error = pthread_create (thread, &attributes, run_thread, run);
    pthread_sigmask (SIG_SETMASK, &before, NULL);
    pthread_attr_destroy (&attributes);
    return error == 0 ? 0 : -1;
}

int
border_start (struct border_run *run, pthread_t *thread)
{
    int expected = IDLE;

    run->result = -1;
    if (!atomic_compare_exchange_strong (&state, &expected, RUNNING))
        return -1;
    run->quit_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (run->quit_fd >= 0) {
        const uint64_t one = 1;
        atomic_store (&quit_fd, run->quit_fd);
        if (atomic_load (&state) == ASKED) {
            const ssize_t ignored = write (run->quit_fd, &one, sizeof one);
            (void)ignored;
        }
        if (start_thread (run, thread) == 0)
            return 0;
    }
    retract ();
    return -1;
}

int
border_is_running (void)
{
    return atomic_load (&state) != IDLE;
}

static int
run_to_end (const void *text, size_t length, int is_path, int tun_fd)
{
    struct border_run run = { text, length, is_path, tun_fd, -1, -1 };
    pthread_t thread;
#ifndef __ANDROID__
    int cancel;

    /* The run works on this frame: a cancellation waits until it has ended. */
    pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, &cancel);
#endif
    if (border_start (&run, &thread) == 0)
        pthread_join (thread, NULL);
#ifndef __ANDROID__
    pthread_setcancelstate (cancel, NULL);
#endif
    return run.result;
}

int
hev_socks5_tunnel_main_from_file (const char *config_path, int tun_fd)
{
    return run_to_end (config_path, config_path != NULL ? strnlen (config_path, longest_path) : 0, 1, tun_fd);
}

int
hev_socks5_tunnel_main (const char *config_path, int tun_fd)
{
    return hev_socks5_tunnel_main_from_file (config_path, tun_fd);
}

int
hev_socks5_tunnel_main_from_str (const unsigned char *config_str, unsigned int config_len, int tun_fd)
{
    return run_to_end (config_str, config_len, 0, tun_fd);
}

void
hev_socks5_tunnel_stats (size_t *tx_packets, size_t *tx_bytes, size_t *rx_packets, size_t *rx_bytes)
{
    uint64_t four[4] = { 0, 0, 0, 0 };

    /* Without a run the runtime is not woken for four zeros. */
    if (border_is_running ())
        penstock_drop_in_stats (four);
    if (tx_packets != NULL)
        *tx_packets = (size_t)four[0];
    if (tx_bytes != NULL)
        *tx_bytes = (size_t)four[1];
    if (rx_packets != NULL)
        *rx_packets = (size_t)four[2];
    if (rx_bytes != NULL)
        *rx_bytes = (size_t)four[3];
}
