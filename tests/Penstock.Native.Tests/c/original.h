/* The public functions of hev-socks5-tunnel as its users know them, declared as their programs were compiled. */
#ifndef ORIGINAL_H
#define ORIGINAL_H

#include <stddef.h>

int hev_socks5_tunnel_main (const char *config_path, int tun_fd);
int hev_socks5_tunnel_main_from_file (const char *config_path, int tun_fd);
int hev_socks5_tunnel_main_from_str (const unsigned char *config_str, unsigned int config_len, int tun_fd);
void hev_socks5_tunnel_quit (void);
void hev_socks5_tunnel_stats (size_t *tx_packets, size_t *tx_bytes, size_t *rx_packets, size_t *rx_bytes);

#endif
