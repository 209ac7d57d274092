/*
 * The bench's unit of cost: a SOCKS5 proxy that does the least a user-space relay can do.
 *
 *   reference_relay PORT
 *
 * SOCKS5 CONNECT without authentication, IPv4 and IPv6 destinations. After the handshake each direction has a thread
 * of its own that receives up to 64 KB, blocking, and sends what it received: two kernel copies a byte, no protocol.
 * A tunnel's CPU seconds per gigabyte are read against those of this program in the same run.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER = 65536, STACK = 128 * 1024 };

struct direction {
    int from, to;
    unsigned char buffer[BUFFER];
};

static int receive_exactly(int fd, void *into, size_t length)
{
    unsigned char *at = into;
    while (length > 0) {
        ssize_t got = recv(fd, at, length, 0);
        if (got <= 0)
            return -1;
        at += got;
        length -= (size_t)got;
    }
    return 0;
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

/*
 * Passes a broken connection on as a reset: the close that follows then sends no FIN. Reading ends at once, and with it
 * the other direction.
 */
static void reset(int fd)
{
    struct linger none = { .l_onoff = 1, .l_linger = 0 };
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    shutdown(fd, SHUT_RD);
}

/* Moves one direction until it ends; an end is passed on as a half-close. */
static void *relay(void *argument)
{
    struct direction *d = argument;
    for (;;) {
        ssize_t got = recv(d->from, d->buffer, BUFFER, 0);
        if (got == 0) {
            shutdown(d->to, SHUT_WR);
            break;
        }
        if (got < 0 || send_all(d->to, d->buffer, (size_t)got) < 0) {
            reset(d->to);
            reset(d->from);
            break;
        }
    }
    return NULL;
}

static void no_delay(int fd)
{
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

/* Greeting, request, connect. The socket to the destination, or -1. */
static int handshake(int client)
{
    unsigned char head[4], methods[255];
    if (receive_exactly(client, head, 2) < 0 || head[0] != 5 || receive_exactly(client, methods, head[1]) < 0)
        return -1;
    if (send_all(client, (const unsigned char *)"\x05\x00", 2) < 0)
        return -1;
    if (receive_exactly(client, head, 4) < 0 || head[0] != 5 || head[1] != 1)
        return -1;

    struct sockaddr_in6 to6 = { .sin6_family = AF_INET6 };
    struct sockaddr_in to4 = { .sin_family = AF_INET };
    struct sockaddr *to;
    socklen_t length;
    if (head[3] == 1) {
        if (receive_exactly(client, &to4.sin_addr, 4) < 0 || receive_exactly(client, &to4.sin_port, 2) < 0)
            return -1;
        to = (struct sockaddr *)&to4;
        length = sizeof to4;
    } else if (head[3] == 4) {
        if (receive_exactly(client, &to6.sin6_addr, 16) < 0 || receive_exactly(client, &to6.sin6_port, 2) < 0)
            return -1;
        to = (struct sockaddr *)&to6;
        length = sizeof to6;
    } else {
        return -1;
    }

    int server = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    unsigned char reply[10] = { 5, 0, 0, 1 };
    if (server < 0 || connect(server, to, length) < 0) {
        reply[1] = errno == ECONNREFUSED ? 5 : errno == ENETUNREACH ? 3 : 4;
        send_all(client, reply, sizeof reply);
        if (server >= 0)
            close(server);
        return -1;
    }
    no_delay(server);
    if (send_all(client, reply, sizeof reply) < 0) {
        close(server);
        return -1;
    }
    return server;
}

static void *session(void *argument)
{
    int client = (int)(long)argument;
    no_delay(client);
    int server = handshake(client);
    if (server >= 0) {
        struct direction *both = malloc(2 * sizeof *both);
        both[0].from = both[1].to = client;
        both[0].to = both[1].from = server;
        pthread_attr_t small;
        pthread_attr_init(&small);
        pthread_attr_setstacksize(&small, STACK);
        pthread_t back;
        if (pthread_create(&back, &small, relay, &both[1]) == 0) {
            relay(&both[0]);
            pthread_join(back, NULL);
        }
        pthread_attr_destroy(&small);
        free(both);
        close(server);
    }
    close(client);
    return NULL;
}

int main(int count, char **arguments)
{
    if (count != 2) {
        fprintf(stderr, "usage: reference_relay PORT\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    int listener = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons((unsigned short)atoi(arguments[1])) };
    if (bind(listener, (struct sockaddr *)&any, sizeof any) < 0 || listen(listener, 4096) < 0) {
        perror("reference_relay: listen");
        return 1;
    }

    pthread_attr_t detached;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&detached, STACK);
    for (;;) {
        int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        pthread_t thread;
        if (client >= 0 && pthread_create(&thread, &detached, session, (void *)(long)client) != 0)
            close(client);
    }
}
