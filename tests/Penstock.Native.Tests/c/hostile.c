/*
 * Arguments that nobody should pass: each call must fail and come back, and a usable one must work afterwards.
 * hostile CONFIG
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "counts.h"
#include "original.h"

static int wrong;

static void
expect_failure (const char *what, int result)
{
    if (result >= 0) {
        printf ("%s: %d\n", what, result);
        wrong++;
    }
}

static void *
quit_soon (void *argument)
{
    volatile int *running = argument;
    while (*running) {
        usleep (20000);
        hev_socks5_tunnel_quit ();
    }
    return NULL;
}

static void *
run_on_small_stack (void *argument)
{
    *(int *)argument = hev_socks5_tunnel_main ("/nonexistent", -1);
    return NULL;
}

static void
run_usable (const char *config, int tun_fd)
{
    volatile int running = 1;
    pthread_t thread;
    int result;

    pthread_create (&thread, NULL, quit_soon, (void *)&running);
    result = hev_socks5_tunnel_main (config, tun_fd);
    running = 0;
    pthread_join (thread, NULL);
    if (result != 0) {
        printf ("usable configuration: %d\n", result);
        wrong++;
    }
}

int
main (int argc, char *argv[])
{
    static const unsigned char broken[] = "tunnel: [";
    static const unsigned char not_text[] = { 0xff, 0x00, 0xc3, 0x28, 't', ':', ' ', 'x' };
    const unsigned int huge = 8 * 1024 * 1024;
    unsigned char *deep = malloc (huge);
    char *long_path = malloc (huge);
    int null_file = open ("/dev/null", O_RDWR | O_CLOEXEC);
    int read_end[2], small_result = 0;
    pthread_attr_t small;
    pthread_t thread;
    struct rlimit limit, few;
    static const unsigned char minimal[] = "socks5: { port: 1080, address: 127.0.0.1 }\nmisc: { log-file: 'null' }\n";

    if (argc < 2 || deep == NULL || long_path == NULL || pipe2 (read_end, O_CLOEXEC) != 0)
        return 2;

    hev_socks5_tunnel_quit ();
    hev_socks5_tunnel_stats (NULL, NULL, NULL, NULL);

    expect_failure ("path NULL", hev_socks5_tunnel_main (NULL, -1));
    expect_failure ("path empty", hev_socks5_tunnel_main ("", -1));
    expect_failure ("path missing", hev_socks5_tunnel_main ("/nonexistent/configuration.yml", -1));
    expect_failure ("path of a directory", hev_socks5_tunnel_main ("/tmp", -1));
    expect_failure ("path not UTF-8", hev_socks5_tunnel_main ("/tmp/\xff\xfe\xc3", -1));
    expect_failure ("path of endless zeros", hev_socks5_tunnel_main ("/dev/zero", -1));
    memset (long_path, 'a', huge);
    long_path[huge - 1] = 0;
    expect_failure ("path of 8 MB", hev_socks5_tunnel_main (long_path, -1));

    expect_failure ("text NULL", hev_socks5_tunnel_main_from_str (NULL, 100, -1));
    expect_failure ("text NULL and empty", hev_socks5_tunnel_main_from_str (NULL, 0, -1));
    expect_failure ("text empty", hev_socks5_tunnel_main_from_str (broken, 0, -1));
    expect_failure ("text broken", hev_socks5_tunnel_main_from_str (broken, sizeof broken - 1, -1));
    expect_failure ("text with its 0", hev_socks5_tunnel_main_from_str (broken, sizeof broken, -1));
    expect_failure ("text not UTF-8", hev_socks5_tunnel_main_from_str (not_text, sizeof not_text, -1));
    memset (deep, '[', huge);
    expect_failure ("text of 8 MB", hev_socks5_tunnel_main_from_str (deep, huge, -1));
    expect_failure ("text nested 900 000 deep", hev_socks5_tunnel_main_from_str (deep, 900000, -1));

    expect_failure ("descriptor closed", hev_socks5_tunnel_main_from_str (minimal, sizeof minimal - 1, 987));
    expect_failure ("descriptor INT_MAX", hev_socks5_tunnel_main_from_str (minimal, sizeof minimal - 1, INT_MAX));
    expect_failure ("descriptor of a file", hev_socks5_tunnel_main_from_str (minimal, sizeof minimal - 1, null_file));

    /* A stack of 16 KB is the host's, not the run's. */
    pthread_attr_init (&small);
    pthread_attr_setstacksize (&small, PTHREAD_STACK_MIN);
    pthread_create (&thread, &small, run_on_small_stack, &small_result);
    pthread_join (thread, NULL);
    expect_failure ("small stack", small_result);

    /* No descriptor left: the start fails, and works again once there are some. */
    getrlimit (RLIMIT_NOFILE, &limit);
    few = limit;
    few.rlim_cur = 3;
    setrlimit (RLIMIT_NOFILE, &few);
    expect_failure ("no descriptors", hev_socks5_tunnel_main (argv[1], -1));
    setrlimit (RLIMIT_NOFILE, &limit);

    run_usable (argv[1], -1);
    run_usable (argv[1], INT_MIN);

    /* One descriptor more each time: a start fails at every step on its way, and leaves none behind. */
    {
        static const char text[] = "tunnel: { name: pen0 }\nsocks5: { port: 1080, address: 127.0.0.1 }\nmisc: { limit-nofile: %d, log-file: 'null' }\n";
        const int before = descriptors ();
        int failures = 0;
        for (int count = before; count < before + 25; count++) {
            char config[256];
            volatile int going = 1;
            const int length = snprintf (config, sizeof config, text, count);
            pthread_create (&thread, NULL, quit_soon, (void *)&going);
            failures += hev_socks5_tunnel_main_from_str ((const unsigned char *)config, (unsigned)length, -1) != 0;
            going = 0;
            pthread_join (thread, NULL);
            setrlimit (RLIMIT_NOFILE, &limit);
        }
        if (failures < 3 || failures == 25 || descriptors () > before) {
            printf ("few descriptors: %d failures, %d descriptors before, %d after\n", failures, before, descriptors ());
            wrong++;
        }
    }
    if (fcntl (null_file, F_GETFD) < 0) {
        printf ("the file's descriptor was closed\n");
        wrong++;
    }
    printf ("%d wrong\n", wrong);
    return wrong == 0 ? 0 : 3;
}
