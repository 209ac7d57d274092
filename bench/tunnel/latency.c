/*
 * Latency, one probe at a time.
 *
 *   latency connect ADDRESS PORT COUNT     a connection a probe: from connect() to the first byte of the answer
 *   latency request ADDRESS PORT COUNT     one connection for all: from the request to the last byte of the answer
 *
 * The request is one HTTP GET; the end of an answer is known by its Content-Length. Prints one line:
 *   p50 US p95 US p99 US max US failed N        (microseconds)
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static struct sockaddr_in6 to6 = { .sin6_family = AF_INET6 };
static struct sockaddr_in to4 = { .sin_family = AF_INET };
static int is6;
static const char REQUEST[] = "GET / HTTP/1.1\r\nHost: bench\r\n\r\n";

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int connected(void)
{
    int fd = socket(is6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    struct timeval patience = { .tv_sec = 5 };
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct sockaddr *to = is6 ? (struct sockaddr *)&to6 : (struct sockaddr *)&to4;
    if (connect(fd, to, is6 ? sizeof to6 : sizeof to4) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Reads one whole answer. */
static int answer(int fd)
{
    char text[65536];
    size_t have = 0;
    for (;;) {
        ssize_t got = recv(fd, text + have, sizeof text - 1 - have, 0);
        if (got <= 0)
            return -1;
        have += (size_t)got;
        text[have] = 0;
        char *body = strstr(text, "\r\n\r\n"), *length = strcasestr(text, "content-length:");
        if (body && length && have >= (size_t)(body + 4 - text) + (size_t)atoi(length + 15))
            return 0;
    }
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int arguments, char **argument)
{
    if (arguments != 5) {
        fprintf(stderr, "usage: latency connect|request ADDRESS PORT COUNT\n");
        return 2;
    }
    int by_connection = strcmp(argument[1], "connect") == 0, count = atoi(argument[4]), have = 0, failed = 0, fd = -1;
    is6 = strchr(argument[2], ':') != NULL;
    inet_pton(is6 ? AF_INET6 : AF_INET, argument[2], is6 ? (void *)&to6.sin6_addr : (void *)&to4.sin_addr);
    to4.sin_port = to6.sin6_port = htons((unsigned short)atoi(argument[3]));
    double *samples = malloc((size_t)count * sizeof *samples);
    if (!by_connection)
        fd = connected();
    for (int i = 0; i < count; i++) {
        double begun = now_us();
        if (by_connection)
            fd = connected();
        char first;
        int ok = fd >= 0 && send(fd, REQUEST, sizeof REQUEST - 1, MSG_NOSIGNAL) > 0
            && (by_connection ? recv(fd, &first, 1, 0) == 1 : answer(fd) == 0);
        if (ok)
            samples[have++] = now_us() - begun;
        else
            failed++;
        if (by_connection && fd >= 0)
            close(fd);
        if (!ok && !by_connection) {
            if (fd >= 0)
                close(fd);
            fd = connected();
        }
        if (failed > 20)
            break;
    }
    if (have == 0) {
        fprintf(stderr, "latency: no probe was answered\n");
        return 1;
    }
    qsort(samples, (size_t)have, sizeof *samples, ascending);
    printf("p50 %.1f p95 %.1f p99 %.1f max %.1f failed %d\n", samples[have / 2], samples[have * 95 / 100],
        samples[have * 99 / 100], samples[have - 1], failed);
    return 0;
}
