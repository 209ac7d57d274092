/*
 * From exec to the first packet that the tunnel answers, and what the tunnel then holds at rest.
 *
 *   first_packet ROUNDS INTERFACE PROGRAM ARGUMENT...
 *
 * In a network namespace without the interface; the configuration says icmp: reply. An echo request is sent to an address behind
 * the interface as soon as there is an interface, and again each half a millisecond. One line a round:
 *   milliseconds M resident K file F anonymous A     (KB, two seconds later; the median of M comes last)
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_ROUNDS = 100 };

static double
milliseconds (void)
{
    struct timespec now;
    clock_gettime (CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static uint16_t
checksum (const void *bytes, size_t length)
{
    const uint16_t *words = bytes;
    uint32_t sum = 0;
    for (size_t i = 0; i < length / 2; i++)
        sum += words[i];
    sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~(sum + (sum >> 16));
}

/* True once the interface answered. */
static int
ping (int fd, const char *interface)
{
    struct icmphdr request = { .type = ICMP_ECHO };
    struct sockaddr_in target = { .sin_family = AF_INET };
    struct pollfd readable = { fd, POLLIN, 0 };
    struct timespec pause = { 0, 500000 };
    unsigned char answer[256];

    if (setsockopt (fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen (interface) + 1) != 0) {
        nanosleep (&(struct timespec){ 0, 100000 }, NULL);
        return 0;
    }
    inet_pton (AF_INET, "203.0.113.1", &target.sin_addr);
    request.checksum = checksum (&request, sizeof request);
    if (sendto (fd, &request, sizeof request, 0, (struct sockaddr *)&target, sizeof target) < 0) {
        nanosleep (&(struct timespec){ 0, 100000 }, NULL);
        return 0;
    }
    while (ppoll (&readable, 1, &pause, NULL) > 0) {
        ssize_t length = recv (fd, answer, sizeof answer, 0);
        if (length >= 28 && answer[20] == ICMP_ECHOREPLY)
            return 1;
    }
    return 0;
}

static long
status (pid_t pid, const char *key)
{
    char path[64], line[256];
    long value = -1;
    FILE *file;

    snprintf (path, sizeof path, "/proc/%d/status", pid);
    file = fopen (path, "r");
    while (file != NULL && fgets (line, sizeof line, file) != NULL) {
        if (strncmp (line, key, strlen (key)) == 0)
            value = atol (line + strlen (key) + 1);
    }
    if (file != NULL)
        fclose (file);
    return value;
}

static int
ascending (const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int
main (int argc, char *argv[])
{
    static double times[MOST_ROUNDS];
    int rounds;

    if (argc < 4)
        return 2;
    rounds = atoi (argv[1]);
    for (int i = 0; i < rounds && i < MOST_ROUNDS; i++) {
        const int fd = socket (AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
        const double began = milliseconds ();
        const pid_t pid = fork ();
        if (pid == 0) {
            const int null = open ("/dev/null", O_RDWR);
            dup2 (null, 1);
            execv (argv[3], argv + 3);
            _exit (127);
        }
        while (!ping (fd, argv[2])) {
            if (waitpid (pid, NULL, WNOHANG) == pid || milliseconds () - began > 10000) {
                fprintf (stderr, "the tunnel does not answer\n");
                kill (pid, SIGKILL);
                return 1;
            }
        }
        times[i] = milliseconds () - began;
        sleep (2);
        printf ("milliseconds %.1f resident %ld file %ld anonymous %ld\n", times[i], status (pid, "VmRSS"), status (pid, "RssFile"), status (pid, "RssAnon"));
        fflush (stdout);
        kill (pid, SIGTERM);
        waitpid (pid, NULL, 0);
        close (fd);
    }
    qsort (times, (size_t)rounds, sizeof times[0], ascending);
    printf ("median %.1f worst %.1f\n", times[rounds / 2], times[rounds - 1]);
    return 0;
}
