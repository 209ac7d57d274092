/*
 * Datagrams through the tunnel, against datagram_proxy.
 *
 *   datagrams up    ADDRESS SIZE PER_SECOND SECONDS SEGMENTS [PROXY PROXY_PORT]     to the proxy, which counts them
 *   datagrams down  ADDRESS SIZE PER_SECOND SECONDS SEGMENTS [PROXY PROXY_PORT]     from the proxy, counted here
 *   datagrams ask   ADDRESS PORT COUNT                           a socket a probe: from its first datagram to the answer
 *   datagrams again ADDRESS PORT COUNT                           the same from one socket
 *   datagrams direct ADDRESS PORT COUNT PROXY PROXY_PORT         the same through an association of its own, without a tunnel
 *   datagrams storm ADDRESS PORT COUNT                           COUNT sockets ask once each and stay open until the input ends
 *
 * With PROXY and PROXY_PORT up and down go through an association of their own, without a tunnel: what sender and receiver can do.
 * PER_SECOND 0 sends as fast as it goes; otherwise each millisecond's datagrams go out together. SEGMENTS above 1 hands
 * so many to the kernel at once (UDP_SEGMENT) and takes them so (UDP_GRO), as QUIC does. Prints one line: "sent N received N seconds S", or
 * "p50 US p99 US failed N", or "asked N answered N seconds S".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { DISCARD = 9, SOURCE = 19, BURST = 16, LARGEST = 65536 };

static struct sockaddr_in6 to6 = { .sin6_family = AF_INET6 };
static struct sockaddr_in to4 = { .sin_family = AF_INET };
static int is6, is_direct;

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t run_time_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int opened(int patience_ms)
{
    int fd = socket(is6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct timeval patience = { patience_ms / 1000, patience_ms % 1000 * 1000 };
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

/* Three bytes and the address block that SOCKS5 puts in front of a datagram; IPv4. */
static size_t socks_header(unsigned char *at, int port)
{
    memset(at, 0, 10);
    at[3] = 1;
    memcpy(at + 4, &to4.sin_addr, 4);
    at[8] = (unsigned char)(port >> 8), at[9] = (unsigned char)port;
    return 10;
}

static ssize_t send_to(int fd, int port, const void *bytes, size_t length)
{
    unsigned char message[64];
    if (is_direct) {
        size_t header = socks_header(message, port);
        memcpy(message + header, bytes, length);
        return send(fd, message, header + length, 0);
    }
    to4.sin_port = to6.sin6_port = htons((uint16_t)port);
    return is6 ? sendto(fd, bytes, length, 0, (struct sockaddr *)&to6, sizeof to6)
               : sendto(fd, bytes, length, 0, (struct sockaddr *)&to4, sizeof to4);
}

/* A socket that is connected to the relay of an association; the connection that keeps it stays open to the end. */
static int associated(const char *proxy, int port)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    unsigned char reply[10];
    int tcp = socket(AF_INET, SOCK_STREAM, 0), one = 1, fd = opened(1000);
    inet_pton(AF_INET, proxy, &at.sin_addr);
    setsockopt(tcp, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(tcp, (struct sockaddr *)&at, sizeof at) < 0 || send(tcp, "\x05\x01", 3, 0) != 3
        || recv(tcp, reply, 2, MSG_WAITALL) != 2 || send(tcp, "\x05\x03\x00\x01\x00\x00\x00\x00\x00\x00", 10, 0) != 10
        || recv(tcp, reply, 10, MSG_WAITALL) != 10 || reply[1] != 0) {
        fprintf(stderr, "datagrams: no association\n");
        exit(1);
    }
    memcpy(&at.sin_addr, reply + 4, 4);
    memcpy(&at.sin_port, reply + 8, 2);
    connect(fd, (struct sockaddr *)&at, sizeof at);
    return fd;
}

/* The number of datagrams that the proxy has discarded; asked until it answers. */
static int64_t discarded(int fd)
{
    for (int i = 0; i < 50; i++) {
        unsigned char report[64];
        uint64_t count, header = is_direct ? 10 : 0;
        send_to(fd, DISCARD, "?", 1);
        if (recv(fd, report, sizeof report, 0) == (ssize_t)(header + sizeof count)) {
            memcpy(&count, report + header, sizeof count);
            return (int64_t)count;
        }
    }
    fprintf(stderr, "datagrams: the proxy does not report\n");
    exit(1);
}

/* The count once it no longer changes: what is on its way has arrived. */
static int64_t settled(int fd)
{
    int64_t last = -1, count;
    while ((count = discarded(fd)) != last) {
        last = count;
        usleep(100000);
    }
    return count;
}

static uint64_t flood(int fd, size_t size, uint64_t per_second, double seconds, unsigned segments)
{
    static unsigned char text[LARGEST];
    size += is_direct ? 10 : 0;
    for (unsigned i = 0; is_direct && i < segments; i++)
        socks_header(text + i * size, DISCARD);
    struct iovec piece = { text, size * segments };
    struct mmsghdr messages[BURST];
    char control[CMSG_SPACE(sizeof(uint16_t))];
    memset(messages, 0, sizeof messages);
    to4.sin_port = to6.sin6_port = htons(DISCARD);
    for (int i = 0; i < BURST; i++) {
        messages[i].msg_hdr.msg_name = is_direct ? NULL : is6 ? (void *)&to6 : (void *)&to4;
        messages[i].msg_hdr.msg_namelen = is_direct ? 0 : is6 ? sizeof to6 : sizeof to4;
        messages[i].msg_hdr.msg_iov = &piece;
        messages[i].msg_hdr.msg_iovlen = 1;
        if (segments > 1) {
            struct cmsghdr *c = (struct cmsghdr *)control;
            *c = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(uint16_t)), .cmsg_level = SOL_UDP, .cmsg_type = UDP_SEGMENT };
            *(uint16_t *)CMSG_DATA(c) = (uint16_t)size;
            messages[i].msg_hdr.msg_control = control;
            messages[i].msg_hdr.msg_controllen = sizeof control;
        }
    }
    uint64_t begun = now_ns(), end = begun + (uint64_t)(seconds * 1e9), sent = 0, now;
    while ((now = now_ns()) < end) {
        uint64_t due = per_second == 0 ? sent + (uint64_t)BURST * segments : (now - begun) * per_second / 1000000000u;
        if (due < sent + segments) {
            struct timespec tick = { 0, 1000000 };
            nanosleep(&tick, NULL);
            continue;
        }
        uint64_t burst = (due - sent) / segments;
        int taken = sendmmsg(fd, messages, burst < BURST ? (unsigned)burst : BURST, 0);
        if (taken > 0)
            sent += (uint64_t)taken * segments;
    }
    return sent;
}

static int transfer(char **argument)
{
    int up = strcmp(argument[1], "up") == 0, fd = is_direct ? associated(argument[7], atoi(argument[8])) : opened(200), room = 4 << 20;
    size_t size = (size_t)atoi(argument[3]);
    uint64_t per_second = strtoull(argument[4], NULL, 10), sent, received = 0;
    double seconds = atof(argument[5]);
    unsigned segments = (unsigned)atoi(argument[6]);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    int64_t before = discarded(fd);
    uint64_t begun = now_ns(), last = begun, busy = 0;
    if (up) {
        busy = run_time_ns();
        sent = flood(fd, size, per_second, seconds, segments);
        last = now_ns();
        busy = run_time_ns() - busy;
        received = (uint64_t)(settled(fd) - before);
    } else {
        static unsigned char rooms[BURST][LARGEST];
        static char notes[BURST][CMSG_SPACE(sizeof(int))];
        struct iovec pieces[BURST];
        struct mmsghdr messages[BURST];
        size_t length = size + (is_direct ? 10 : 0);
        int one = 1;
        if (segments > 1)
            setsockopt(fd, SOL_UDP, UDP_GRO, &one, sizeof one);
        /* Without a rate: more than anybody delivers in that time; the counting stops when the time is over. */
        uint32_t order[4] = { (uint32_t)((per_second ? (double)per_second : 1e7) * seconds), (uint32_t)size, (uint32_t)per_second, segments };
        sent = order[0];
        send_to(fd, SOURCE, order, sizeof order);
        for (;;) {
            memset(messages, 0, sizeof messages);
            for (int i = 0; i < BURST; i++) {
                pieces[i] = (struct iovec){ rooms[i], sizeof rooms[i] };
                messages[i].msg_hdr = (struct msghdr){ .msg_iov = &pieces[i], .msg_iovlen = 1,
                    .msg_control = segments > 1 ? notes[i] : NULL, .msg_controllen = segments > 1 ? sizeof notes[i] : 0 };
            }
            int got = recvmmsg(fd, messages, BURST, MSG_WAITFORONE, NULL);
            if (got <= 0)
                break;
            for (int i = 0; i < got; i++)
                received += (messages[i].msg_len + length - 1) / length;
            last = now_ns();
            if (per_second == 0 && last - begun > (uint64_t)(seconds * 1e9))
                break;
        }
        order[0] = 0;
        for (int i = 0; i < 5; i++) {
            send_to(fd, SOURCE, order, sizeof order);
            usleep(20000);
        }
    }
    printf("sent %llu received %llu seconds %.3f busy %.3f\n", (unsigned long long)sent, (unsigned long long)received,
        (double)(last - begun) / 1e9, (double)busy / 1e9);
    return 0;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* A query for the A record of "bench." with a header of 12 bytes: servers of every kind know it. */
static const unsigned char QUERY[] = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x05" "bench\x00\x00\x01\x00\x01";

static int storm(char **argument)
{
    enum { IN_FLIGHT = 256 };
    int port = atoi(argument[3]), count = atoi(argument[4]), asked = 0, answered = 0, poll = epoll_create1(0);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    uint64_t begun = now_ns(), last = begun;
    /* Asks on while answers come; whoever has had none for three seconds is given up. */
    while (answered < count && now_ns() - last < 3000000000u) {
        while (asked < count && asked - answered < IN_FLIGHT) {
            int fd = opened(1000);
            struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
            if (fd < 0)
                break;
            epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
            send_to(fd, port, QUERY, sizeof QUERY - 1);
            asked++;
        }
        struct epoll_event ready[256];
        int events = epoll_wait(poll, ready, 256, 100);
        for (int i = 0; i < events; i++) {
            unsigned char answer[2048];
            if (recv(ready[i].data.fd, answer, sizeof answer, MSG_DONTWAIT) >= 12)
                answered++, last = now_ns();
            epoll_ctl(poll, EPOLL_CTL_DEL, ready[i].data.fd, NULL);
        }
        if (events == 0 && asked - answered >= IN_FLIGHT && asked < count && now_ns() - last > 1000000000u)
            count = asked;
    }
    printf("asked %d answered %d seconds %.3f\n", asked, answered, (double)(last - begun) / 1e9);
    fflush(stdout);
    while (getchar() != EOF) {
    }
    return 0;
}

static int ask(int arguments, char **argument)
{
    int again = strcmp(argument[1], "ask") != 0, direct = strcmp(argument[1], "direct") == 0, port = atoi(argument[3]), count = atoi(argument[4]), have = 0, failed = 0;
    unsigned char query[64];
    size_t header = direct && arguments == 7 ? socks_header(query, port) : 0, length = header + sizeof QUERY - 1;
    memcpy(query + header, QUERY, sizeof QUERY - 1);
    double *samples = malloc((size_t)count * sizeof *samples);
    int fd = direct ? associated(argument[5], atoi(argument[6])) : again ? opened(1000) : -1;
    for (int i = 0; i < count; i++) {
        unsigned char answer[2048];
        if (!again)
            fd = opened(1000);
        query[header] = (unsigned char)(i >> 8), query[header + 1] = (unsigned char)i;
        uint64_t begun = now_ns();
        ssize_t sent = direct ? send(fd, query, length, 0) : send_to(fd, port, query, length);
        if (sent > 0 && recv(fd, answer, sizeof answer, 0) >= (ssize_t)header + 12
            && memcmp(answer + header, query + header, 2) == 0)
            samples[have++] = (double)(now_ns() - begun) / 1e3;
        else
            failed++;
        if (!again)
            close(fd);
        if (failed > 20)
            break;
        usleep(2000);
    }
    if (have == 0) {
        fprintf(stderr, "datagrams: no probe was answered\n");
        return 1;
    }
    qsort(samples, (size_t)have, sizeof *samples, ascending);
    printf("p50 %.1f p99 %.1f failed %d\n", samples[have / 2], samples[have * 99 / 100], failed);
    return 0;
}

int main(int arguments, char **argument)
{
    int transfers = (arguments == 7 || arguments == 9) && (!strcmp(argument[1], "up") || !strcmp(argument[1], "down"));
    int asks = (arguments == 5 && (!strcmp(argument[1], "ask") || !strcmp(argument[1], "again")))
        || (arguments == 7 && !strcmp(argument[1], "direct"));
    int storms = arguments == 5 && !strcmp(argument[1], "storm");
    if (!transfers && !asks && !storms) {
        fprintf(stderr, "usage: datagrams up|down ADDRESS SIZE PER_SECOND SECONDS SEGMENTS [PROXY PROXY_PORT] | ask|again|storm ADDRESS PORT COUNT"
                        " | direct ADDRESS PORT COUNT PROXY PROXY_PORT\n");
        return 2;
    }
    is6 = strchr(argument[2], ':') != NULL;
    is_direct = transfers && arguments == 9;
    inet_pton(is6 ? AF_INET6 : AF_INET, argument[2], is6 ? (void *)&to6.sin6_addr : (void *)&to4.sin_addr);
    return transfers ? transfer(argument) : storms ? storm(argument) : ask(arguments, argument);
}
