/*
 * The least that a tunnel of datagrams can be: one source, one association, no checks, no limits, no state. A floor for
 * what the bench asks of tunnels; run it as one of them:
 *
 *   least_forwarder CONFIG        `udp: 'tcp'` in it means command 05, all else UDP ASSOCIATE; the rest is the bed's
 *
 *   app -> proxy   reads packets, many in a call (io_uring), then one sendmmsg of rows (UDP_SEGMENT), or one send
 *   proxy -> app   one recvmmsg (UDP_GRO), or one recv; rows of one size as one super-packet (USO)
 *
 * After each turn with work it lets others run once, and sleeps when there is nothing.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/io_uring.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* Linux 6.2, younger than some headers. */
#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif
#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif

enum { MOST = 64, ROOM = 65536, SOCKS = 10, IP_UDP = 28, ROW = 44, PROXY_PORT = 1080 };

static unsigned char in[MOST][2048], out[MOST][ROOM], stream[4 * ROOM];
static int tun, tcp, udp = -1, ahead;
static unsigned char ends[12]; /* source and destination address, source and destination port, of the last packet */

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void open_tun(void)
{
    struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR };
    int control = socket(AF_INET, SOCK_DGRAM, 0);
    strcpy(request.ifr_name, "tun0");
    tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
    if (tun < 0 || ioctl(tun, TUNSETIFF, &request) < 0)
        die("tun0");
    if (ioctl(tun, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_USO4 | TUN_F_USO6) < 0)
        die("offload");
    struct sockaddr_in *address = (struct sockaddr_in *)&request.ifr_addr;
    address->sin_family = AF_INET;
    inet_pton(AF_INET, "198.18.0.1", &address->sin_addr);
    if (ioctl(control, SIOCSIFADDR, &request) < 0)
        die("address");
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    if (ioctl(control, SIOCSIFFLAGS, &request) < 0)
        die("up");
    close(control);
}

static void associate(int command)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(PROXY_PORT) };
    unsigned char request[10] = { 5, (unsigned char)command, 0, 1 }, reply[10];
    int one = 1, room = 4 << 20;
    inet_pton(AF_INET, "10.10.0.2", &at.sin_addr);
    tcp = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(tcp, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(tcp, (struct sockaddr *)&at, sizeof at) < 0 || send(tcp, "\x05\x01", 3, 0) != 3
        || recv(tcp, reply, 2, MSG_WAITALL) != 2 || send(tcp, request, 10, 0) != 10 || recv(tcp, reply, 10, MSG_WAITALL) != 10 || reply[1] != 0)
        die("association");
    fcntl(tcp, F_SETFL, O_NONBLOCK);
    if (command == 5)
        return;
    memcpy(&at.sin_addr, reply + 4, 4);
    memcpy(&at.sin_port, reply + 8, 2);
    udp = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    setsockopt(udp, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    setsockopt(udp, SOL_UDP, UDP_GRO, &one, sizeof one);
    connect(udp, (struct sockaddr *)&at, sizeof at);
}

static struct {
    int fd;
    unsigned *submitted, *taken, *completed, mask;
    struct io_uring_sqe *entries;
    struct io_uring_cqe *completions;
} ring;

static void open_ring(void)
{
    struct io_uring_params setup = { .flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN };
    ring.fd = (int)syscall(SYS_io_uring_setup, MOST, &setup);
    if (ring.fd < 0)
        die("io_uring");
    char *words = mmap(NULL, setup.cq_off.cqes + setup.cq_entries * sizeof(struct io_uring_cqe), PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_POPULATE, ring.fd, IORING_OFF_SQ_RING);
    ring.entries = mmap(NULL, MOST * sizeof *ring.entries, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring.fd, IORING_OFF_SQES);
    ring.submitted = (unsigned *)(words + setup.sq_off.tail);
    ring.taken = (unsigned *)(words + setup.cq_off.head);
    ring.completed = (unsigned *)(words + setup.cq_off.tail);
    ring.mask = setup.cq_entries - 1;
    ring.completions = (struct io_uring_cqe *)(words + setup.cq_off.cqes);
    for (unsigned i = 0; i < MOST; i++)
        ((unsigned *)(words + setup.sq_off.array))[i] = i;
}

/* Reads packets into the slots from `first` on, as many as are asked for if there are, in one call; their bytes, or what went wrong. */
static void read_packets(int first, int asked, int *bytes)
{
    unsigned tail = *ring.submitted;
    for (int i = 0; i < asked; i++, tail++)
        ring.entries[tail & (MOST - 1)] = (struct io_uring_sqe){ .opcode = IORING_OP_READ, .fd = tun, .addr = (uintptr_t)in[first + i],
            .len = sizeof in[0], .rw_flags = RWF_NOWAIT, .user_data = (uint64_t)i };
    __atomic_store_n(ring.submitted, tail, __ATOMIC_RELEASE);
    if (syscall(SYS_io_uring_enter, ring.fd, asked, asked, IORING_ENTER_GETEVENTS, NULL, 0) != asked)
        die("read");
    unsigned head = *ring.taken;
    for (int i = 0; i < asked; i++, head++)
        bytes[ring.completions[head & ring.mask].user_data] = ring.completions[head & ring.mask].res;
    __atomic_store_n(ring.taken, head, __ATOMIC_RELEASE);
}

/* Turns the headers of a packet into SOCKS5's, which are shorter; the length of the message, or -1. */
static int message_of(int slot, int bytes)
{
    struct virtio_net_hdr *offload = (struct virtio_net_hdr *)in[slot];
    unsigned char *ip = in[slot] + sizeof *offload, *message = ip + IP_UDP - SOCKS;
    int length = bytes - (int)sizeof *offload - IP_UDP;
    if (length < 0 || ip[0] != 0x45 || ip[9] != IPPROTO_UDP)
        return -1;
    memcpy(ends, ip + 12, 8);
    memcpy(ends + 8, ip + 20, 4);
    memset(message, 0, 4);
    if (udp < 0)
        message[0] = (unsigned char)(length >> 8), message[1] = (unsigned char)length, message[2] = SOCKS;
    message[3] = 1;
    memcpy(message + 4, ends + 4, 4);
    memcpy(message + 8, ends + 10, 2);
    return length + SOCKS;
}

static void send_rows(struct iovec *pieces, int count)
{
    static struct mmsghdr rows[MOST];
    static char notes[MOST][CMSG_SPACE(sizeof(uint16_t))];
    int made = 0;
    for (int first = 0; first < count;) {
        size_t size = pieces[first].iov_len;
        int next = first + 1;
        while (next < count && next - first < ROW && pieces[next - 1].iov_len == size && pieces[next].iov_len <= size)
            next++;
        rows[made].msg_hdr = (struct msghdr){ .msg_iov = pieces + first, .msg_iovlen = (size_t)(next - first) };
        if (next > first + 1) {
            struct cmsghdr *note = (struct cmsghdr *)notes[made];
            *note = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(uint16_t)), .cmsg_level = SOL_UDP, .cmsg_type = UDP_SEGMENT };
            *(uint16_t *)CMSG_DATA(note) = (uint16_t)size;
            rows[made].msg_hdr.msg_control = note;
            rows[made].msg_hdr.msg_controllen = sizeof notes[made];
        }
        made++;
        first = next;
    }
    sendmmsg(udp, rows, (unsigned)made, 0);
}

static int up(void)
{
    static int last;
    struct iovec pieces[MOST];
    int count = 0, slot = 0, bytes[MOST], asked = last + last / 4 + 2, isMore = 1;
    for (; isMore && slot < MOST; asked *= 2) {
        asked = asked < MOST - slot ? asked : MOST - slot;
        read_packets(slot, asked, bytes);
        for (int i = 0; i < asked && (isMore = bytes[i] > 0); i++, slot++) {
            int length = message_of(slot, bytes[i]);
            if (length >= 0)
                pieces[count++] = (struct iovec){ in[slot] + sizeof(struct virtio_net_hdr) + IP_UDP - SOCKS, (size_t)length };
        }
    }
    last = slot;
    if (count > 0 && udp >= 0)
        send_rows(pieces, count);
    for (int sent = 0; udp < 0 && sent < count;) {
        ssize_t taken = writev(tcp, pieces + sent, count - sent);
        if (taken < 0 && errno != EAGAIN)
            die("proxy");
        for (; taken > 0 && sent < count; sent++) {
            size_t part = (size_t)taken < pieces[sent].iov_len ? (size_t)taken : pieces[sent].iov_len;
            pieces[sent].iov_base = (char *)pieces[sent].iov_base + part;
            pieces[sent].iov_len -= part;
            taken -= (ssize_t)part;
            if (pieces[sent].iov_len > 0)
                break;
        }
    }
    return count;
}

/* Answers of one size in a row, the last one perhaps shorter, as one packet. */
static void answer(struct iovec *texts, int count)
{
    struct virtio_net_hdr offload = { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .hdr_len = IP_UDP, .csum_start = 20, .csum_offset = 6 };
    unsigned char headers[IP_UDP] = { 0x45 };
    struct iovec pieces[MOST + 2] = { { &offload, sizeof offload }, { headers, IP_UDP } };
    size_t total = 0;
    for (int i = 0; i < count; i++) {
        pieces[i + 2] = texts[i];
        total += texts[i].iov_len;
    }
    if (count > 1)
        offload.gso_type = VIRTIO_NET_HDR_GSO_UDP_L4, offload.gso_size = (uint16_t)texts[0].iov_len;
    uint16_t whole = htons((uint16_t)(total + IP_UDP)), length = htons((uint16_t)(total + 8));
    memcpy(headers + 2, &whole, 2);
    headers[8] = 64, headers[9] = IPPROTO_UDP;
    memcpy(headers + 12, ends + 4, 4);
    memcpy(headers + 16, ends, 4);
    memcpy(headers + 20, ends + 10, 2);
    memcpy(headers + 22, ends + 8, 2);
    memcpy(headers + 24, &length, 2);
    uint32_t sum = 0, pseudo = IPPROTO_UDP + (uint32_t)(total + 8);
    for (int i = 0; i < 20; i += 2)
        sum += (uint32_t)(headers[i] << 8 | headers[i + 1]);
    for (int i = 12; i < 20; i += 2)
        pseudo += (uint32_t)(headers[i] << 8 | headers[i + 1]);
    sum = (sum & 0xffff) + (sum >> 16), sum = ~((sum & 0xffff) + (sum >> 16));
    pseudo = (pseudo & 0xffff) + (pseudo >> 16), pseudo = (pseudo & 0xffff) + (pseudo >> 16);
    headers[10] = (unsigned char)(sum >> 8), headers[11] = (unsigned char)sum;
    headers[26] = (unsigned char)(pseudo >> 8), headers[27] = (unsigned char)pseudo;
    writev(tun, pieces, count + 2);
}

static void answer_all(struct iovec *texts, int count)
{
    for (int first = 0; first < count;) {
        int next = first + 1;
        while (next < count && next - first < ROW && texts[next - 1].iov_len == texts[first].iov_len && texts[next].iov_len <= texts[first].iov_len)
            next++;
        answer(texts + first, next - first);
        first = next;
    }
}

static int down_udp(void)
{
    static struct mmsghdr messages[MOST];
    static struct iovec rooms[MOST], texts[MOST * MOST];
    static char notes[MOST][CMSG_SPACE(sizeof(int))];
    int made = 0;
    for (int i = 0; i < MOST; i++) {
        rooms[i] = (struct iovec){ out[i], ROOM };
        messages[i].msg_hdr = (struct msghdr){ .msg_iov = &rooms[i], .msg_iovlen = 1, .msg_control = notes[i], .msg_controllen = sizeof notes[i] };
    }
    int count = recvmmsg(udp, messages, MOST, 0, NULL);
    for (int i = 0; i < count; i++) {
        int length = (int)messages[i].msg_len, size = length;
        struct cmsghdr *note = CMSG_FIRSTHDR(&messages[i].msg_hdr);
        if (note && note->cmsg_level == SOL_UDP && note->cmsg_type == UDP_GRO)
            size = *(int *)CMSG_DATA(note);
        for (int at = 0; at < length; at += size)
            texts[made++] = (struct iovec){ out[i] + at + SOCKS, (size_t)((at + size < length ? size : length - at) - SOCKS) };
    }
    answer_all(texts, made);
    return made;
}

static int down_tcp(void)
{
    static struct iovec texts[sizeof stream / SOCKS];
    ssize_t got = recv(tcp, stream + ahead, sizeof stream - (size_t)ahead, 0);
    if (got <= 0)
        return 0;
    int have = ahead + (int)got, at = 0, made = 0;
    while (have - at >= 3) {
        int payload = stream[at] << 8 | stream[at + 1], header = stream[at + 2];
        if (have - at < header + payload)
            break;
        texts[made++] = (struct iovec){ stream + at + header, (size_t)payload };
        at += header + payload;
    }
    answer_all(texts, made);
    ahead = have - at;
    memmove(stream, stream + at, (size_t)ahead);
    return made;
}

int main(int count, char **arguments)
{
    char line[256];
    int command = 3;
    FILE *configuration = count == 2 ? fopen(arguments[1], "r") : NULL;
    if (!configuration)
        die("usage: least_forwarder CONFIG");
    while (fgets(line, sizeof line, configuration))
        command = strstr(line, "udp: 'tcp'") ? 5 : command;
    fclose(configuration);
    open_tun();
    open_ring();
    associate(command);
    int poll = epoll_create1(0), proxy = udp < 0 ? tcp : udp;
    struct epoll_event event = { .events = EPOLLIN, .data.fd = tun }, ready[2];
    epoll_ctl(poll, EPOLL_CTL_ADD, tun, &event);
    event.data.fd = proxy;
    epoll_ctl(poll, EPOLL_CTL_ADD, proxy, &event);
    for (int worked = 0;;) {
        if (worked)
            sched_yield();
        int events = epoll_wait(poll, ready, 2, -1);
        worked = 0;
        for (int i = 0; i < events; i++)
            worked |= ready[i].data.fd == tun ? up() : udp < 0 ? down_tcp() : down_udp();
    }
}
