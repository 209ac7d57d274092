/* What the process holds, as the kernel counts it. */
#ifndef COUNTS_H
#define COUNTS_H

#include <dirent.h>
#include <stdio.h>
#include <time.h>

static inline int
entries (const char *path)
{
    int count = 0;
    DIR *directory = opendir (path);
    while (directory != NULL && readdir (directory) != NULL)
        count++;
    closedir (directory);
    return count;
}

/* Without ".", ".." and the directory that is being read. */
static inline int
descriptors (void)
{
    return entries ("/proc/self/fd") - 3;
}

static inline int
threads (void)
{
    return entries ("/proc/self/task") - 2;
}

static inline long
resident_kilobytes (void)
{
    long size = 0;
    long resident = 0;
    FILE *file = fopen ("/proc/self/statm", "r");
    if (fscanf (file, "%ld %ld", &size, &resident) != 2)
        resident = -1;
    fclose (file);
    return resident * 4;
}

static inline double
milliseconds (void)
{
    struct timespec now;
    clock_gettime (CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

#endif
