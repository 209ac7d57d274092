/*
 * An HTTP server that writes header and body separately, as many small services do.
 *
 *   two_write_server PORT
 *
 * Each answer is two writes a fifth of a millisecond apart, and each leaves at once (TCP_NODELAY). Behind a proxy that
 * leaves Nagle's algorithm on, the body waits there for the acknowledgement of the header: a tunnel that delays its
 * acknowledgements makes it wait 40 ms.
 */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const struct timespec thinking = { .tv_nsec = 200000 };
static const char HEADER[] = "HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n";
static const char BODY[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static void *serve(void *argument)
{
    int fd = (int)(long)argument;
    char text[4096];
    size_t have = 0;
    ssize_t got;
    while ((got = recv(fd, text + have, sizeof text - 1 - have, 0)) > 0) {
        have += (size_t)got;
        text[have] = 0;
        if (!strstr(text, "\r\n\r\n"))
            continue;
        have = 0;
        if (send(fd, HEADER, sizeof HEADER - 1, MSG_NOSIGNAL) < 0)
            break;
        nanosleep(&thinking, NULL);
        if (send(fd, BODY, sizeof BODY - 1, MSG_NOSIGNAL) < 0)
            break;
    }
    close(fd);
    return NULL;
}

int main(int count, char **arguments)
{
    if (count != 2) {
        fprintf(stderr, "usage: two_write_server PORT\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    int listener = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons((unsigned short)atoi(arguments[1])) };
    if (bind(listener, (struct sockaddr *)&any, sizeof any) < 0 || listen(listener, 1024) < 0) {
        perror("two_write_server: listen");
        return 1;
    }
    for (;;) {
        int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        pthread_t thread;
        if (client < 0)
            continue;
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        if (pthread_create(&thread, NULL, serve, (void *)(long)client) == 0)
            pthread_detach(thread);
        else
            close(client);
    }
}
