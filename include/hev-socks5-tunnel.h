/*
 * The functions of hev-socks5-tunnel, as Penstock offers them: a program that was built for the original is linked with
 * libhev-socks5-tunnel.so or opens it by dlopen, and changes nothing.
 *
 * docs/embedding.md tells what a host process gets with the library: threads, signals, limits.
 */
#ifndef HEV_SOCKS5_TUNNEL_H
#define HEV_SOCKS5_TUNNEL_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Runs a tunnel and returns when it has ended.
 *
 * config_path  the configuration file
 * tun_fd       a TUN descriptor that is used as it is: raw IPv4 and IPv6 packets without a header in front. It becomes
 *              non-blocking, is never configured and never closed. Any negative number: a device is opened and
 *              configured as the file says.
 *
 * Returns 0 after hev_socks5_tunnel_quit, and a negative number when the tunnel could not start, ended by itself, or when
 * another run has not ended yet. May be called again, from this thread or another, after success and failure alike.
 */
int hev_socks5_tunnel_main (const char *config_path, int tun_fd);

/* The same under another name. */
int hev_socks5_tunnel_main_from_file (const char *config_path, int tun_fd);

/* The same with the configuration's text: config_len bytes, with or without a 0 behind them. */
int hev_socks5_tunnel_main_from_str (const unsigned char *config_str, unsigned int config_len, int tun_fd);

/*
 * Ends the run that is going on, from its first instruction to its last, and returns at once. Without a run it does nothing:
 * it neither waits nor touches the next run. Any thread and any signal handler may call it, any number of times.
 */
void hev_socks5_tunnel_quit (void);

/*
 * Packets and bytes that the run has read from the TUN (tx) and written to it (rx), whole IP packets as the kernel's
 * interface counters have them. All zero without a run. A pointer may be NULL. Any thread; not from a signal handler.
 */
void hev_socks5_tunnel_stats (size_t *tx_packets, size_t *tx_bytes, size_t *rx_packets, size_t *rx_bytes);

#ifdef __cplusplus
}
#endif

#endif /* HEV_SOCKS5_TUNNEL_H */
