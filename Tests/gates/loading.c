/* Loads a library, makes a runtime, and says what that changed in the process: a line per promise, "promise: what is
 * against it". A library inside somebody's engine changes nothing by being loaded. */
#include <dirent.h>
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { signals = 64 };

static int entries(const char *folder) {
    DIR *opened = opendir(folder);
    int count = 0;
    while (opened != NULL && readdir(opened) != NULL) count += 1;
    if (opened != NULL) closedir(opened);
    return count;
}

static void dispositions(struct sigaction *all) {
    memset(all, 0, sizeof(struct sigaction) * (signals + 1));
    for (int number = 1; number <= signals; number++) sigaction(number, NULL, &all[number]);
}

static int bad;

static void told(const char *promise, int changed, const char *unit) {
    if (changed == 0) {
        printf("%s\n", promise);
        return;
    }
    printf("%s: %d %s\n", promise, changed, unit);
    bad = 1;
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    struct sigaction before[signals + 1], after[signals + 1];
    sigset_t mask_before, mask_after;
    dispositions(before);
    sigprocmask(SIG_SETMASK, NULL, &mask_before);
    int threads = entries("/proc/self/task"), files = entries("/proc/self/fd");

    void *library = dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL);
    if (library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return 3;
    }
    int (*runtime_create)(const void *, void **);
    *(void **)&runtime_create = dlsym(library, "dynm_runtime_create");
    void *root = NULL;
    if (runtime_create == NULL || runtime_create(NULL, &root) != 0) return 3;

    dispositions(after);
    sigprocmask(SIG_SETMASK, NULL, &mask_after);
    int changed = 0;
    for (int number = 1; number <= signals; number++) {
        changed += before[number].sa_handler != after[number].sa_handler || before[number].sa_flags != after[number].sa_flags;
    }
    told("loading and a runtime change none of 64 signal dispositions", changed, "changed");
    told("and not the signal mask", memcmp(&mask_before, &mask_after, sizeof(unsigned long)) != 0, "masks");
    told("and start no thread", entries("/proc/self/task") - threads, "threads");
    told("and leave no file open", entries("/proc/self/fd") - files, "files");
    return bad;
}
