/*
 * A program with a tunnel inside, by the functions of hev-socks5-tunnel: runs until SIGINT or SIGTERM.
 *
 *   gcc -o drop-in drop-in.c -lhev-socks5-tunnel
 *   sudo ./drop-in main.yml
 */
#include <hev-socks5-tunnel.h>
#include <signal.h>

static void
quit (int number)
{
    (void)number;
    hev_socks5_tunnel_quit (); /* may interrupt anything */
}

int
main (int argc, char *argv[])
{
    if (argc != 2)
        return 2;
    signal (SIGINT, quit);
    signal (SIGTERM, quit);
    /* -1: with a device of its own. hev_socks5_tunnel_main_from_str takes the configuration's text. */
    return hev_socks5_tunnel_main_from_file (argv[1], -1) == 0 ? 0 : 1;
}
