/*
 * A program that runs under this one: its start, the signals that are handed on to it, its end. For the command line.
 *
 * Signals are blocked and waited for, so that no handler of ours exists; posix_spawn, because other threads run.
 */
#define _GNU_SOURCE /* before every header: nftw, sigwaitinfo */

#include "CDynSupport.h"

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static sigset_t mask_before;

static void handed_on(sigset_t *set) {
    const int all[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH, SIGCHLD};
    sigemptyset(set);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) sigaddset(set, all[i]);
}

void dynsupport_child_signals(void) {
    sigset_t set;
    handed_on(&set);
    signal(SIGCHLD, SIG_DFL); /* ignored, as a parent may leave it, there would be no exit status */
    pthread_sigmask(SIG_BLOCK, &set, &mask_before);
}

int dynsupport_child_start(char *const argv[], int *pid) {
    posix_spawnattr_t attributes;
    sigset_t restored;
    pid_t child = 0;
    int failed = posix_spawnattr_init(&attributes);
    if (failed) return failed;
    /* What an interpreter around us ignores; the rest stays as whoever started us left it, as under nohup. */
    sigemptyset(&restored);
    sigaddset(&restored, SIGPIPE);
    sigaddset(&restored, SIGXFSZ);
    posix_spawnattr_setsigdefault(&attributes, &restored);
    posix_spawnattr_setsigmask(&attributes, &mask_before);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    failed = posix_spawnp(&child, argv[0], NULL, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    *pid = (int)child;
    return failed;
}

int dynsupport_child_wait(int child) {
    sigset_t set;
    handed_on(&set);
    /* The first process of a container has everybody's orphans to bury. */
    const pid_t waited = getpid() == 1 ? -1 : (pid_t)child;
    for (;;) {
        int status = 0;
        pid_t ended;
        while ((ended = waitpid(waited, &status, WNOHANG)) > 0) {
            if (ended != (pid_t)child) continue;
            if (WIFEXITED(status)) return WEXITSTATUS(status);
            if (WIFSIGNALED(status)) return 128 + WTERMSIG(status);
        }
        if (ended < 0 && errno != EINTR) return 1;
        siginfo_t info;
        const int number = sigwaitinfo(&set, &info);
        /* What the kernel sends, as for Ctrl-C, goes to the whole group of the terminal: the child has it already. */
        if (number > 0 && number != SIGCHLD && info.si_code <= 0) kill((pid_t)child, number);
    }
}

static int remove_entry(const char *path, const struct stat *facts, int type, struct FTW *place) {
    (void)facts, (void)type, (void)place;
    remove(path);
    return 0; /* goes on: what cannot be removed stays alone */
}

int dynsupport_remove_tree(const char *path) {
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    return access(path, F_OK) == 0 ? EEXIST : 0;
}
