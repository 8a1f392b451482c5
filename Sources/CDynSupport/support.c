/* Threads, the fork hooks and a few system calls. See CDynSupport.h for what each is for. */
#define _GNU_SOURCE
#include "CDynSupport.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* -- threads ---------------------------------------------------------------------------------------------------- */

struct start {
    char name[16];
    void (*body)(void *);
    void *argument;
};

static void *run(void *raw) {
    struct start start = *(struct start *)raw;
    free(raw);
    pthread_setname_np(pthread_self(), start.name);
    start.body(start.argument);
    return NULL;
}

int dynsupport_thread_start(const char *name, void (*body)(void *), void *argument) {
    struct start *start = calloc(1, sizeof *start);
    if (!start) return ENOMEM;
    strncpy(start->name, name, sizeof start->name - 1);
    start->body = body;
    start->argument = argument;

    pthread_attr_t attributes;
    int failed = pthread_attr_init(&attributes);
    if (failed) {
        free(start);
        return failed;
    }
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);

    /* Faults stay open: the host's crash handler is to see a crash on our threads too. */
    sigset_t every, before;
    sigfillset(&every);
    sigdelset(&every, SIGSEGV);
    sigdelset(&every, SIGBUS);
    sigdelset(&every, SIGILL);
    sigdelset(&every, SIGFPE);
    sigdelset(&every, SIGABRT);
    sigdelset(&every, SIGTRAP);
    pthread_sigmask(SIG_SETMASK, &every, &before);
    pthread_t thread;
    failed = pthread_create(&thread, &attributes, run, start);
    pthread_sigmask(SIG_SETMASK, &before, NULL);

    pthread_attr_destroy(&attributes);
    if (failed) free(start);
    return failed;
}

/* -- fork ------------------------------------------------------------------------------------------------------- */

#define LISTENERS 1024

static pthread_mutex_t forks = PTHREAD_MUTEX_INITIALIZER; /* always taken before `structure` */
static pthread_mutex_t structure = PTHREAD_MUTEX_INITIALIZER;
static _Atomic uint64_t generation;
static _Atomic int listeners[LISTENERS]; /* descriptor + 1; 0 is a free place */

static void before_fork(void) {
    pthread_mutex_lock(&forks);
    pthread_mutex_lock(&structure);
}

static void after_fork_in_parent(void) {
    pthread_mutex_unlock(&structure);
    pthread_mutex_unlock(&forks);
}

static void after_fork_in_child(void) {
    atomic_fetch_add(&generation, 1);
    for (int i = 0; i < LISTENERS; i++) {
        int held = atomic_exchange(&listeners[i], 0);
        if (held) close(held - 1);
    }
    pthread_mutex_unlock(&structure);
    pthread_mutex_unlock(&forks);
}

void dynsupport_hold_forks(void) { pthread_mutex_lock(&forks); }

void dynsupport_let_forks(void) { pthread_mutex_unlock(&forks); }

__attribute__((constructor)) static void hook_fork(void) {
    pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

uint64_t dynsupport_fork_generation(void) { return atomic_load_explicit(&generation, memory_order_relaxed); }

void dynsupport_structure_lock(void) { pthread_mutex_lock(&structure); }

void dynsupport_structure_unlock(void) { pthread_mutex_unlock(&structure); }

/* -- holds of a lock that is not ours ---------------------------------------------------------------------------- */

static _Thread_local double held_total, held_longest;

void dynsupport_hold_note(double seconds) {
    held_total += seconds;
    if (seconds > held_longest) held_longest = seconds;
}

int dynsupport_hold_take(double *total, double *longest) {
    *total = held_total;
    *longest = held_longest;
    held_total = held_longest = 0;
    return *total > 0;
}

/* -- last error --------------------------------------------------------------------------------------------------- */

/* A thread's message is cut to this many bytes. Its memory is made with the first message: the library's thread-local
 * storage has to stay small, since it is of the static kind, of which a process has little left when it loads us late. */
enum { LONGEST_MESSAGE = 2047 };

static __thread char *last_error;
static pthread_key_t message_key;
static pthread_once_t message_once = PTHREAD_ONCE_INIT;

static void free_message(void *message) {
    last_error = NULL;
    free(message);
}

static void make_message_key(void) { pthread_key_create(&message_key, free_message); }

const char *dynsupport_last_error(void) { return last_error ? last_error : ""; }

void dynsupport_set_last_error(const void *message, size_t length) {
    if (!last_error) {
        pthread_once(&message_once, make_message_key);
        last_error = malloc(LONGEST_MESSAGE + 1);
        if (!last_error) return;
        pthread_setspecific(message_key, last_error);
    }
    if (length > LONGEST_MESSAGE) {
        length = LONGEST_MESSAGE;
        /* Not in the middle of a UTF-8 character. */
        while (length > 0 && (((const unsigned char *)message)[length] & 0xC0) == 0x80) length--;
    }
    if (length > 0) memcpy(last_error, message, length);
    last_error[length] = 0;
}

const char *dynsupport_version(void) { return "0.1.0"; }

/* -- system calls ----------------------------------------------------------------------------------------------- */

int dynsupport_random(void *out, size_t count) {
    unsigned char *next = out;
    while (count > 0) {
        ssize_t got = getrandom(next, count, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return errno ? errno : EIO;
        next += got;
        count -= (size_t)got;
    }
    return 0;
}

int dynsupport_listen(const char *host, uint16_t *port, int backlog) {
    char service[8];
    struct addrinfo hints, *found = NULL;
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV;
    unsigned left = *port, digits = 0;
    char reversed[8];
    do reversed[digits++] = (char)('0' + left % 10); while (left /= 10);
    for (unsigned i = 0; i < digits; i++) service[i] = reversed[digits - 1 - i];
    service[digits] = 0;
    if (getaddrinfo(host, service, &hints, &found) != 0 || !found) return -EADDRNOTAVAIL;

    int on = 1, failed = 0;
    int made = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (made < 0) failed = errno;
    if (!failed && setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0) failed = errno;
    if (!failed && bind(made, found->ai_addr, found->ai_addrlen) < 0) failed = errno;
    if (!failed && listen(made, backlog) < 0) failed = errno;
    freeaddrinfo(found);

    struct sockaddr_storage bound;
    socklen_t size = sizeof bound;
    if (!failed && getsockname(made, (struct sockaddr *)&bound, &size) < 0) failed = errno;
    if (failed) {
        if (made >= 0) close(made);
        return -failed;
    }
    char text[8];
    if (getnameinfo((struct sockaddr *)&bound, size, NULL, 0, text, sizeof text, NI_NUMERICSERV) == 0)
        *port = (uint16_t)strtoul(text, NULL, 10);

    for (int i = 0; i < LISTENERS; i++) {
        int free_place = 0;
        if (atomic_compare_exchange_strong(&listeners[i], &free_place, made + 1)) return made;
    }
    close(made);
    return -EMFILE;
}

void dynsupport_listen_forget(int descriptor) {
    for (int i = 0; i < LISTENERS; i++) {
        int held = descriptor + 1;
        if (atomic_compare_exchange_strong(&listeners[i], &held, 0)) return;
    }
}

int dynsupport_open_regular(int directory, const char *name) {
    int opened;
    do opened = openat(directory, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    while (opened < 0 && errno == EINTR);
    return opened < 0 ? -errno : opened;
}

int dynsupport_exchange(const char *first, const char *second) {
    /* Not in the C libraries of older systems: RENAME_EXCHANGE is 2. */
    return syscall(SYS_renameat2, AT_FDCWD, first, AT_FDCWD, second, 2u) == 0 ? 0 : errno;
}

/* -- old libm symbols -------------------------------------------------------------------------------------------- */

/* Swift's overlay asks for hypotf@GLIBC_2.35; the shipped library is linked with --wrap so that older systems load it. */
#if defined(__linux__) && defined(__x86_64__)
__asm__(".symver dynsupport_old_hypotf,hypotf@GLIBC_2.2.5");
__asm__(".symver dynsupport_old_hypot,hypot@GLIBC_2.2.5");
#elif defined(__linux__) && defined(__aarch64__)
__asm__(".symver dynsupport_old_hypotf,hypotf@GLIBC_2.17");
__asm__(".symver dynsupport_old_hypot,hypot@GLIBC_2.17");
#endif
#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
float dynsupport_old_hypotf(float, float);
double dynsupport_old_hypot(double, double);
__attribute__((visibility("hidden"))) float __wrap_hypotf(float a, float b) { return dynsupport_old_hypotf(a, b); }
__attribute__((visibility("hidden"))) double __wrap_hypot(double a, double b) { return dynsupport_old_hypot(a, b); }
#endif

size_t dynsupport_block_size(void *block) { return malloc_usable_size(block); }
