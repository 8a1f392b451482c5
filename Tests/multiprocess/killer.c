/* Preloaded into a process: kills it just before the n-th call that changes files, n from KILL_AT, or lets every such call
 * fail with ENOSPC from the n-th on, n from FAIL_AT. Each call is one that another process could see the effects of. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static long number;

static int fails(void) {
    const char *at = getenv("KILL_AT"), *fail = getenv("FAIL_AT"), *count = getenv("COUNT_IN");
    number++;
    if (at && number == atol(at)) kill(getpid(), SIGKILL);
    if (count) {
        FILE *file = fopen(count, "w");
        if (file) {
            fprintf(file, "%ld", number);
            fclose(file);
        }
    }
    if (fail && number == atol(fail)) {
        errno = ENOSPC;
        return 1;
    }
    return 0;
}

#define NEXT(type, name) ((type)dlsym(RTLD_NEXT, name))

int mkdir(const char *path, mode_t mode) { return fails() ? -1 : NEXT(int (*)(const char *, mode_t), "mkdir")(path, mode); }
int link(const char *a, const char *b) { return fails() ? -1 : NEXT(int (*)(const char *, const char *), "link")(a, b); }
int unlink(const char *path) { return fails() ? -1 : NEXT(int (*)(const char *), "unlink")(path); }
int rmdir(const char *path) { return fails() ? -1 : NEXT(int (*)(const char *), "rmdir")(path); }
int fsync(int file) { return fails() ? -1 : NEXT(int (*)(int), "fsync")(file); }
int fchmod(int file, mode_t mode) { return fails() ? -1 : NEXT(int (*)(int, mode_t), "fchmod")(file, mode); }
ssize_t write(int file, const void *data, size_t count) {
    return fails() ? -1 : NEXT(ssize_t (*)(int, const void *, size_t), "write")(file, data, count);
}
int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    if (flags & O_CREAT && fails()) return -1;
    return NEXT(int (*)(const char *, int, ...), "open")(path, flags, mode);
}
long syscall(long what, ...) {
    long given[6];
    va_list rest;
    va_start(rest, what);
    for (int i = 0; i < 6; i++) given[i] = va_arg(rest, long);
    va_end(rest);
    if (fails()) return -1;
    return NEXT(long (*)(long, ...), "syscall")(what, given[0], given[1], given[2], given[3], given[4], given[5]);
}
