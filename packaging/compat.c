/* What the objects ask for and the C libraries of older systems do not have; linked into the library that goes into
 * wheels (scripts/manylinux.sh). None of it leaves the library. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#define HIDDEN __attribute__((visibility("hidden")))

/* The C++ runtime adds without a lock while this is not 0 (glibc 2.32). */
HIDDEN char __libc_single_threaded = 0;

/* glibc 2.25; Linux before 3.17 has the file only. */
HIDDEN ssize_t getrandom(void *out, size_t count, unsigned flags) {
    ssize_t got = syscall(SYS_getrandom, out, count, flags);
    if (got >= 0 || errno != ENOSYS) return got;
    int file = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    if (file < 0) return -1;
    got = read(file, out, count);
    int failed = errno;
    close(file);
    errno = failed;
    return got;
}
