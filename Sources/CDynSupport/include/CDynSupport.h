/* What Swift's Glibc module leaves out or cannot express. Private: nothing here is part of the C ABI. */
#ifndef CDYNSUPPORT_H
#define CDYNSUPPORT_H

#include <stddef.h>
#include <stdint.h>

/* Starts a detached thread with every signal but faults blocked, so that the host's handlers do not run on it.
 * `name` is cut to 15 bytes. Returns 0 or an errno value. */
int dynsupport_thread_start(const char *name, void (*body)(void *), void *argument);

/* Counts the forks between this process and the one that loaded the library. A thread started under an older
 * number does not exist here. Kept by the fork hooks below. */
uint64_t dynsupport_fork_generation(void);

/* One lock for the structure of every runtime (trees, vecs, lists of sources). It is the only lock that is held
 * over a fork: taken before, given back on both sides, so that a child never finds it taken by a thread that it
 * does not have. Recursive calls are not allowed. */
void dynsupport_structure_lock(void);
void dynsupport_structure_unlock(void);

/* Between these two no fork happens in this process: for what must not be cut in half. Not recursive. */
void dynsupport_hold_forks(void);
void dynsupport_let_forks(void);

/* The message of the last failed call on this thread; "" when none failed, or there was no memory for one. */
const char *dynsupport_last_error(void);
void dynsupport_set_last_error(const void *message, size_t length);

/* What the callback that runs on this thread said it held its interpreter's lock for, in seconds. `take` gives sum and
 * longest since the last take and forgets them; 0 when nothing was said. */
void dynsupport_hold_note(double seconds);
int dynsupport_hold_take(double *total, double *longest);

/* The release of the library, static text. */
const char *dynsupport_version(void);

/* Fills `out` with random bytes from the kernel. Returns 0 or an errno value. */
int dynsupport_random(void *out, size_t count);

/* A listening TCP socket: close-on-exec, SO_REUSEADDR, closed in a forked child unless that child made it.
 * Returns the descriptor, or a negative errno value; `*port` receives the bound port. `host` is a numeric address. */
int dynsupport_listen(const char *host, uint16_t *port, int backlog);
/* Says that somebody else closes this socket of dynsupport_listen from now on: call it just before they do. */
void dynsupport_listen_forget(int descriptor);

/* open(2) for reading a file that may be anything: never blocks, never follows a link, never leaks to a child. */
int dynsupport_open_regular(int directory, const char *name);

/* Looks for zlib, once in a process. Returns 0 when it is not there. */
int dynsupport_gzip_load(void);
/* Compresses `data` as a gzip body; `level` is 1 (fast) to 9 (small). Returns memory for free(), or NULL: no zlib, or no
 * memory. */
void *dynsupport_gzip(const void *data, size_t length, int level, size_t *compressed);

/* Blocks, in this thread and those that it starts from now on, the signals that are handed on to a child. */
void dynsupport_child_signals(void);
/* Starts the program argv[0], looked for in PATH, with the environment of this process and the signals as they were before
 * dynsupport_child_signals. Returns 0 or an errno value. */
int dynsupport_child_start(char *const argv[], int *pid);
/* Hands signals on to the child until it has ended. Returns its exit status, or 128 and the signal that ended it. */
int dynsupport_child_wait(int pid);
/* Removes a folder with what is in it; follows no link. Returns 0, or an errno value when something is left. */
int dynsupport_remove_tree(const char *path);

/* Lets two names of one file system change places, in one step. Returns 0 or an errno value. */
int dynsupport_exchange(const char *first, const char *second);

/* How many bytes a block of malloc really has. */
size_t dynsupport_block_size(void *block);

#endif
