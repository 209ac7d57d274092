/*
 * A SOCKS5 proxy for datagrams that is itself every destination; the destination's port says what happens.
 *
 *   datagram_proxy PORT PROCESSES
 *
 *    7  echo     what came goes back
 *    9  discard  counted; a payload of one byte is answered with the association's count, 8 bytes, little-endian
 *   19  source   the payload says what to send back (struct order); a count of 0 ends what is being sent
 *   53  DNS      the query goes back as an answer without records
 *
 * UDP ASSOCIATE (RFC 1928) and command 05 (datagrams as messages on the TCP connection). It receives and sends many
 * datagrams a call, so that what is measured is the tunnel in front of it. PROCESSES share the port (SO_REUSEPORT).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ECHO = 7, DISCARD = 9, SOURCE = 19, DNS = 53 };
enum { SLOTS = 32, ROOM = 65536, BURST = 32, DESCRIPTORS = 1 << 17, MESSAGE = 65536 + 300 };

struct order {
    uint32_t count, size, per_second, segments;
};

/* One client: its TCP connection, in UDP ASSOCIATE also its relay socket. */
struct client {
    int tcp, udp, state, have;
    struct sockaddr_in6 peer;
    int peer_known;
    uint64_t discarded;
    unsigned char *text;
    volatile int *stop; /* of the source that is sending; a few bytes that outlive both */
};

enum { GREETING, REQUEST, RELAY, MESSAGES };

static struct client *clients[DESCRIPTORS];
static unsigned char rooms[SLOTS][ROOM];

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int send_all(int fd, const unsigned char *from, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(fd, from, length, MSG_NOSIGNAL);
        if (sent < 0)
            return -1;
        from += sent;
        length -= (size_t)sent;
    }
    return 0;
}

/* What a source sends, from a thread of its own: bursts of a millisecond. */
struct job {
    struct client of;
    struct order order;
    unsigned char header[32];
    int header_length;
};

/* `text` holds BURST datagrams of this length, one behind the other. */
static void send_burst(struct job *job, unsigned char *text, size_t length, unsigned count)
{
    struct iovec pieces[BURST];
    struct mmsghdr messages[BURST];
    char control[CMSG_SPACE(sizeof(uint16_t))];
    unsigned calls = 0, segments = job->order.segments > 1 ? job->order.segments : 1;
    if (job->of.udp < 0) {
        send_all(job->of.tcp, text, length * count);
        return;
    }
    memset(messages, 0, sizeof messages);
    for (unsigned done = 0; done < count && calls < BURST; calls++) {
        unsigned run = segments < count - done ? segments : count - done;
        pieces[calls] = (struct iovec){ text, length * run };
        messages[calls].msg_hdr = (struct msghdr){ .msg_name = &job->of.peer, .msg_namelen = sizeof job->of.peer,
            .msg_iov = &pieces[calls], .msg_iovlen = 1 };
        if (run > 1) {
            struct cmsghdr *c = (struct cmsghdr *)control;
            *c = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(uint16_t)), .cmsg_level = SOL_UDP, .cmsg_type = UDP_SEGMENT };
            *(uint16_t *)CMSG_DATA(c) = (uint16_t)length;
            messages[calls].msg_hdr.msg_control = control;
            messages[calls].msg_hdr.msg_controllen = sizeof control;
        }
        done += run;
    }
    for (unsigned sent = 0; sent < calls;) {
        int taken = sendmmsg(job->of.udp, messages + sent, calls - sent, 0);
        sent += taken > 0 ? (unsigned)taken : 1;
    }
}

static void *source(void *argument)
{
    struct job *job = argument;
    size_t length = (size_t)job->header_length + job->order.size;
    unsigned char *text = malloc(length * BURST);
    for (unsigned i = 0; i < BURST; i++) {
        memcpy(text + i * length, job->header, (size_t)job->header_length);
        memset(text + i * length + job->header_length, 'd', job->order.size);
    }
    uint64_t begun = now_ns();
    for (uint64_t sent = 0; sent < job->order.count && !*job->of.stop;) {
        uint64_t due = job->order.per_second == 0 ? job->order.count
            : (now_ns() - begun) * job->order.per_second / 1000000000u;
        if (due > job->order.count)
            due = job->order.count;
        if (due <= sent) {
            struct timespec tick = { 0, 1000000 };
            nanosleep(&tick, NULL);
            continue;
        }
        unsigned burst = due - sent < BURST ? (unsigned)(due - sent) : BURST;
        send_burst(job, text, length, burst);
        sent += burst;
    }
    close(job->of.tcp);
    if (job->of.udp >= 0)
        close(job->of.udp);
    free(text);
    free(job);
    return NULL;
}

/* Bytes of an address block ("ATYP ADDR PORT"), or 0 when it is cut or unknown. */
static int block_length(const unsigned char *at, int have)
{
    if (have < 2)
        return 0;
    int length = at[0] == 1 ? 7 : at[0] == 4 ? 19 : at[0] == 3 ? 4 + at[1] : 0;
    return length <= have ? length : 0;
}

static void answer(struct client *c, unsigned char *datagram, int length)
{
    if (c->udp >= 0)
        sendto(c->udp, datagram, (size_t)length, 0, (struct sockaddr *)&c->peer, sizeof c->peer);
    else
        send_all(c->tcp, datagram, (size_t)length);
}

static void start_source(struct client *c, const unsigned char *header, int header_length, const unsigned char *payload)
{
    struct job *job = calloc(1, sizeof *job);
    if (c->stop)
        *c->stop = 1;
    c->stop = calloc(1, sizeof *c->stop);
    job->of = *c;
    job->of.tcp = dup(c->tcp);
    job->of.udp = c->udp < 0 ? -1 : dup(c->udp);
    memcpy(&job->order, payload, sizeof job->order);
    memcpy(job->header, header, (size_t)header_length);
    job->header_length = header_length;
    if (c->udp < 0) {
        job->header[0] = (unsigned char)(job->order.size >> 8);
        job->header[1] = (unsigned char)job->order.size;
    }
    pthread_t thread;
    pthread_create(&thread, NULL, source, job);
    pthread_detach(thread);
}

/* One datagram: three bytes, an address block, a payload; both formats share this shape. Room for 64 bytes more behind. */
static void take(struct client *c, unsigned char *datagram, int length)
{
    int block = length > 3 ? block_length(datagram + 3, length - 3) : 0;
    if (block == 0)
        return;
    int header = 3 + block, port = datagram[header - 2] << 8 | datagram[header - 1];
    switch (port) {
    case DISCARD: {
        unsigned char report[64];
        if (length - header != 1 || header > 32) {
            c->discarded++;
            return;
        }
        memcpy(report, datagram, (size_t)header);
        memcpy(report + header, &c->discarded, 8);
        if (c->udp < 0)
            report[0] = 0, report[1] = 8;
        answer(c, report, header + 8);
        break;
    }
    case SOURCE:
        if (length - header >= (int)sizeof(struct order) && header <= 32)
            start_source(c, datagram, header, datagram + header);
        break;
    case DNS:
        if (length - header >= 12)
            datagram[header + 2] |= 0x80;
        answer(c, datagram, length);
        break;
    case ECHO:
        answer(c, datagram, length);
        break;
    }
}

static void relay(struct client *c)
{
    static struct mmsghdr messages[SLOTS];
    static struct iovec pieces[SLOTS];
    static struct sockaddr_in6 from[SLOTS];
    static char control[SLOTS][CMSG_SPACE(sizeof(int))];
    for (int turn = 0; turn < 8; turn++) {
        for (int i = 0; i < SLOTS; i++) {
            pieces[i] = (struct iovec){ rooms[i], ROOM };
            messages[i].msg_hdr = (struct msghdr){ .msg_name = &from[i], .msg_namelen = sizeof from[i],
                .msg_iov = &pieces[i], .msg_iovlen = 1, .msg_control = control[i], .msg_controllen = sizeof control[i] };
        }
        int count = recvmmsg(c->udp, messages, SLOTS, MSG_DONTWAIT, NULL);
        for (int i = 0; i < count; i++) {
            int length = (int)messages[i].msg_len, size = length;
            if (!c->peer_known)
                c->peer = from[i], c->peer_known = 1;
            struct cmsghdr *note = CMSG_FIRSTHDR(&messages[i].msg_hdr);
            if (note && note->cmsg_level == SOL_UDP && note->cmsg_type == UDP_GRO)
                size = *(int *)CMSG_DATA(note);
            for (int at = 0; size > 0 && at < length; at += size)
                take(c, rooms[i] + at, at + size < length ? size : length - at);
        }
        if (count < SLOTS)
            return;
    }
}

static int take_messages(struct client *c)
{
    int at = 0;
    while (c->have - at >= 3) {
        int payload = c->text[at] << 8 | c->text[at + 1], header = c->text[at + 2];
        if (header < 5)
            return -1;
        if (c->have - at < header + payload)
            break;
        take(c, c->text + at, header + payload);
        at += header + payload;
    }
    memmove(c->text, c->text + at, (size_t)(c->have - at));
    c->have -= at;
    return 0;
}

static int watch(int poll, int fd)
{
    struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
    return epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
}

static int grant(int poll, struct client *c, int command)
{
    unsigned char reply[22] = { 5, 0, 0, 1 };
    if (command == 5) {
        c->state = MESSAGES;
        c->text = malloc(4 * MESSAGE);
        return send_all(c->tcp, reply, 10);
    }
    if (command != 3)
        return -1;
    struct sockaddr_in6 at;
    socklen_t length = sizeof at;
    int size = 4 << 20, one = 1;
    c->udp = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    getsockname(c->tcp, (struct sockaddr *)&at, &length);
    at.sin6_port = 0;
    if (c->udp < 0 || c->udp >= DESCRIPTORS || bind(c->udp, (struct sockaddr *)&at, sizeof at) < 0)
        return -1;
    setsockopt(c->udp, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    setsockopt(c->udp, SOL_UDP, UDP_GRO, &one, sizeof one);
    clients[c->udp] = c;
    watch(poll, c->udp);
    length = sizeof at;
    getsockname(c->udp, (struct sockaddr *)&at, &length);
    c->state = RELAY;
    /* The address 0.0.0.0 stands for the proxy's own; written out, since not every tunnel reads it so. */
    if (IN6_IS_ADDR_V4MAPPED(&at.sin6_addr)) {
        memcpy(reply + 4, at.sin6_addr.s6_addr + 12, 4);
        memcpy(reply + 8, &at.sin6_port, 2);
        return send_all(c->tcp, reply, 10);
    }
    reply[3] = 4;
    memcpy(reply + 4, &at.sin6_addr, 16);
    memcpy(reply + 20, &at.sin6_port, 2);
    return send_all(c->tcp, reply, 22);
}

static int serve(int poll, struct client *c, int fd)
{
    static unsigned char words[4096];
    if (fd == c->udp) {
        relay(c);
        return 0;
    }
    if (c->state == MESSAGES) {
        ssize_t got = recv(fd, c->text + c->have, (size_t)(4 * MESSAGE - c->have), MSG_DONTWAIT);
        if (got <= 0)
            return got < 0 && errno == EAGAIN ? 0 : -1;
        c->have += (int)got;
        return take_messages(c);
    }
    ssize_t got = recv(fd, words, sizeof words, 0), at = 0;
    if (got <= 0)
        return -1;
    if (c->state == GREETING) {
        at = 2 + words[1];
        if (got < 3 || words[0] != 5 || at > got || send_all(fd, (const unsigned char *)"\x05\x00", 2) < 0)
            return -1;
        c->state = REQUEST;
        if (at == got)
            return 0;
    }
    if (c->state == REQUEST)
        return got - at < 10 ? -1 : grant(poll, c, words[at + 1]);
    return 0;
}

static void forget(struct client *c)
{
    if (c->udp >= 0) {
        clients[c->udp] = NULL;
        close(c->udp);
    }
    if (c->stop)
        *c->stop = 1;
    clients[c->tcp] = NULL;
    close(c->tcp);
    free(c->text);
    free(c);
}

static int run(unsigned short port)
{
    int listener = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
    struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
    if (bind(listener, (struct sockaddr *)&any, sizeof any) < 0 || listen(listener, 8192) < 0) {
        perror("datagram_proxy: listen");
        return 1;
    }
    int poll = epoll_create1(EPOLL_CLOEXEC);
    watch(poll, listener);
    for (;;) {
        struct epoll_event ready[256];
        int count = epoll_wait(poll, ready, 256, -1);
        for (int i = 0; i < count; i++) {
            int fd = ready[i].data.fd;
            if (fd == listener) {
                int tcp;
                while ((tcp = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
                    if (tcp >= DESCRIPTORS) {
                        close(tcp);
                        continue;
                    }
                    setsockopt(tcp, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                    clients[tcp] = calloc(1, sizeof(struct client));
                    clients[tcp]->tcp = tcp;
                    clients[tcp]->udp = -1;
                    watch(poll, tcp);
                }
            } else if (clients[fd] && serve(poll, clients[fd], fd) < 0) {
                forget(clients[fd]);
            }
        }
    }
}

int main(int count, char **arguments)
{
    if (count != 3) {
        fprintf(stderr, "usage: datagram_proxy PORT PROCESSES\n");
        return 2;
    }
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max < DESCRIPTORS ? limit.rlim_max : DESCRIPTORS;
    setrlimit(RLIMIT_NOFILE, &limit);
    signal(SIGPIPE, SIG_IGN);
    for (int i = 1; i < atoi(arguments[2]); i++) {
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            break;
        }
    }
    return run((unsigned short)atoi(arguments[1]));
}
