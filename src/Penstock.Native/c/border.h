/* What lies between the C files and the managed code of this library; none of it is exported. */
#ifndef PENSTOCK_BORDER_H
#define PENSTOCK_BORDER_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

/* A run of the drop-in functions: what it is told, and how it ended. */
struct border_run {
    const void *text; /* the configuration, or the path of its file */
    size_t length;    /* bytes of either */
    int is_path;
    int tun_fd;
    int quit_fd;
    int result;
};

/*
 * Claims the one run of the process and starts its thread; from here on quit counts. The run gives its claim back itself,
 * when it ends. Returns 0, or -1 when another run is going on or the system refuses.
 */
int border_start (struct border_run *run, pthread_t *thread);

/* True while a run is going on. */
int border_is_running (void);

/* Managed: DropIn.cs. */
int32_t penstock_drop_in_run (const void *text, size_t length, int32_t is_path, int32_t tun_fd, int32_t quit_fd);
void penstock_drop_in_stats (uint64_t *four);

#endif
