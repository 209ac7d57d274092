/*
 * A SOCKS5 proxy that is itself every destination: after CONNECT it sends back what it receives.
 *
 *   echo_proxy PORT PROCESSES
 *
 * One descriptor a session and no thread, so that the number of sessions is limited by the tunnel and not by what
 * stands behind it. PROCESSES share the port (SO_REUSEPORT), each with descriptors of its own.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum state { GREETING, REQUEST, ECHO };
enum { DESCRIPTORS = 1 << 20 };

static unsigned char states[DESCRIPTORS];

/* One readable event. The tunnel sends each message of the handshake whole, and so few bytes are never split here. */
static int serve(int fd)
{
    static unsigned char buffer[65536];
    ssize_t got = recv(fd, buffer, sizeof buffer, 0);
    if (got <= 0)
        return -1;
    size_t at = 0;
    if (states[fd] == GREETING) {
        if (got < 3 || buffer[0] != 5 || send(fd, "\x05\x00", 2, MSG_NOSIGNAL) != 2)
            return -1;
        states[fd] = REQUEST;
        at = 2u + buffer[1];
        if (at >= (size_t)got)
            return 0;
    }
    if (states[fd] == REQUEST) {
        size_t left = (size_t)got - at;
        if (left < 10 || buffer[at + 1] != 1 || send(fd, "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00", 10, MSG_NOSIGNAL) != 10)
            return -1;
        states[fd] = ECHO;
        return 0;
    }
    return send(fd, buffer, (size_t)got, MSG_NOSIGNAL) == got ? 0 : -1;
}

static int run(unsigned short port)
{
    int listener = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
    struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
    if (bind(listener, (struct sockaddr *)&any, sizeof any) < 0 || listen(listener, 8192) < 0) {
        perror("echo_proxy: listen");
        return 1;
    }
    int poll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = { .events = EPOLLIN, .data.fd = listener };
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        struct epoll_event ready[256];
        int count = epoll_wait(poll, ready, 256, -1);
        for (int i = 0; i < count; i++) {
            int fd = ready[i].data.fd;
            if (fd != listener) {
                if (serve(fd) < 0)
                    close(fd);
                continue;
            }
            int client;
            while ((client = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
                setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                states[client] = GREETING;
                event.data.fd = client;
                epoll_ctl(poll, EPOLL_CTL_ADD, client, &event);
            }
        }
    }
}

int main(int count, char **arguments)
{
    if (count != 3) {
        fprintf(stderr, "usage: echo_proxy PORT PROCESSES\n");
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
