/*
 * What the C and C++ programs share: the inputs, the clock around a loop, the requests of the driver.
 *
 *     PROGRAM INPUTS                          answers requests from standard input, one line for one line
 *     PROGRAM INPUTS REQUEST WORD…            answers one request
 *
 *     time OPERATION THREADS TURNS            nanoseconds a turn, after a warm-up of an eighth of the turns; and the part
 *                                             of that time for which the unluckiest thread had no processor
 *     run OPERATION TURNS                     the bare loop once, for counting its instructions
 *     memory KIND COUNT                       bytes for each of COUNT metrics
 *
 * A request that a program has no loop for is answered with "- " and the reason. Rust, Go and Python have the same.
 * After each loop the metric's own total is compared to what was added: a loop that was optimised away does not pass.
 */
#ifndef LOOP_H
#define LOOP_H

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BOUNDS = 13, VALUES = 8192, CHILDREN = 100, LABELS = 3, TOUCHING_THREADS = 64, MOST_THREADS = 8 };
#define AT(turn) ((turn) & (VALUES - 1))

static double bounds[BOUNDS], values[VALUES];
static char label_text[CHILDREN][LABELS][64];
static const char *labels[CHILDREN][LABELS];
static int picks[VALUES];
static const char *const label_names[LABELS] = {"model", "method", "code"};

typedef struct operation {
    const char *name;
    void (*loop)(long turns, int thread);
    double (*total)(void);    /* how many turns the metric has seen; NULL when it cannot tell */
    const char *missing;      /* the reason when there is no loop */
} operation;

/* What a program has to give. */
static void set_up(void);
static const operation *operations_of(void); /* ends with a NULL name */
typedef struct memory_kind {
    const char *name;
    void (*make)(int count);             /* `count` metrics, kept */
    void (*touch)(int first, int count); /* an update of each; run in TOUCHING_THREADS threads. NULL: only made */
    double (*size)(int count);           /* not NULL: tells by itself */
} memory_kind;
static const memory_kind *memory_kinds_of(void);

static void die(const char *what) {
    fprintf(stderr, "error: %s\n", what);
    exit(1);
}

/* ---- inputs ---- */

static FILE *input(const char *folder, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    if (!file) die(path);
    return file;
}

static void read_inputs(const char *folder) {
    int ok = 1;
    FILE *file = input(folder, "bounds");
    for (int i = 0; i < BOUNDS; i++) ok &= fscanf(file, "%lf", &bounds[i]) == 1;
    fclose(file);
    file = input(folder, "values");
    for (int i = 0; i < VALUES; i++) ok &= fscanf(file, "%lf", &values[i]) == 1;
    fclose(file);
    file = input(folder, "labels");
    for (int i = 0; i < CHILDREN; i++) {
        for (int k = 0; k < LABELS; k++) {
            ok &= fscanf(file, "%63s", label_text[i][k]) == 1;
            labels[i][k] = label_text[i][k];
        }
    }
    fclose(file);
    file = input(folder, "picks");
    for (int i = 0; i < VALUES; i++) ok &= fscanf(file, "%d", &picks[i]) == 1;
    fclose(file);
    if (!ok) die("the inputs are not what the driver writes");
}

/* ---- time ---- */

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

typedef struct runner {
    const operation *what;
    long turns, warm;
    int thread, threads;
    int *ready;
    double start, end, waited;
} runner;

/* For how long the scheduler let this thread wait although it could have run, in nanoseconds. */
static double waited(void) {
    double ran = 0, wait = 0;
    FILE *file = fopen("/proc/thread-self/schedstat", "r");
    if (file && fscanf(file, "%lf %lf", &ran, &wait) != 2) wait = 0;
    if (file) fclose(file);
    return wait;
}

static void *run_thread(void *given) {
    runner *r = (runner *)given;
    r->what->loop(r->warm, r->thread);
    r->waited = waited();
    __atomic_add_fetch(r->ready, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(r->ready, __ATOMIC_SEQ_CST) < r->threads) {}
    r->start = now();
    r->what->loop(r->turns, r->thread);
    r->end = now();
    r->waited = waited() - r->waited;
    return NULL;
}

static double measure(const operation *what, int threads, long turns, double *without_processor) {
    runner runners[MOST_THREADS];
    pthread_t ids[MOST_THREADS];
    int ready = 0;
    long warm = turns / 8;
    double before = what->total ? what->total() : 0;
    if (threads < 1 || threads > MOST_THREADS) die("1 to 8 threads");
    for (int i = 0; i < threads; i++) {
        runner r = {what, turns, warm, i, threads, &ready, 0, 0, 0};
        runners[i] = r;
        if (threads == 1) {
            run_thread(&runners[0]);
        } else if (pthread_create(&ids[i], NULL, run_thread, &runners[i]) != 0) {
            die("no thread");
        }
    }
    double start = 0, end = 0, waited = 0;
    for (int i = 0; i < threads; i++) {
        if (threads > 1) pthread_join(ids[i], NULL);
        if (i == 0 || runners[i].start < start) start = runners[i].start;
        if (i == 0 || runners[i].end > end) end = runners[i].end;
        if (runners[i].waited > waited) waited = runners[i].waited;
    }
    if (what->total && what->total() - before != (double)threads * (double)(turns + warm)) die("the total is wrong");
    *without_processor = waited / (end - start);
    return (end - start) / (double)turns;
}

/* ---- memory ---- */

static double resident(void) {
    FILE *file = fopen("/proc/self/smaps_rollup", "r");
    char line[256];
    double kilobytes = -1;
    while (file && fgets(line, sizeof line, file)) {
        if (sscanf(line, "Anonymous: %lf kB", &kilobytes) == 1) break;
    }
    if (file) fclose(file);
    if (kilobytes < 0) die("no /proc/self/smaps_rollup");
    return kilobytes * 1024;
}

typedef struct toucher {
    const memory_kind *kind;
    int count;
    pthread_barrier_t *ready, *go, *done, *leave;
} toucher;

static void *touch_all(void *given) {
    toucher *t = (toucher *)given;
    t->kind->touch(0, 1); /* its stack, and what the library keeps for each thread */
    pthread_barrier_wait(t->ready);
    pthread_barrier_wait(t->go);
    t->kind->touch(1, t->count);
    pthread_barrier_wait(t->done);
    pthread_barrier_wait(t->leave); /* measured while all threads live */
    return NULL;
}

static double memory(const memory_kind *kind, int count) {
    if (kind->size) return kind->size(count);
    if (!kind->touch) {
        double before = resident();
        kind->make(count);
        return (resident() - before) / count;
    }
    pthread_barrier_t barriers[4];
    pthread_t ids[TOUCHING_THREADS];
    for (int i = 0; i < 4; i++) pthread_barrier_init(&barriers[i], NULL, TOUCHING_THREADS + 1);
    toucher shared = {kind, count, &barriers[0], &barriers[1], &barriers[2], &barriers[3]};
    kind->make(count + 1);
    for (int i = 0; i < TOUCHING_THREADS; i++) {
        if (pthread_create(&ids[i], NULL, touch_all, &shared) != 0) die("no thread");
    }
    pthread_barrier_wait(&barriers[0]);
    double before = resident();
    pthread_barrier_wait(&barriers[1]);
    pthread_barrier_wait(&barriers[2]);
    double after = resident();
    pthread_barrier_wait(&barriers[3]);
    for (int i = 0; i < TOUCHING_THREADS; i++) pthread_join(ids[i], NULL);
    return (after - before) / count;
}

/* ---- requests ---- */

static void answer(char *request) {
    char *words[4] = {NULL, NULL, NULL, NULL};
    int count = 0;
    for (char *w = strtok(request, " \n"); w && count < 4; w = strtok(NULL, " \n")) words[count++] = w;
    if (count == 3 && strcmp(words[0], "memory") == 0) {
        for (const memory_kind *k = memory_kinds_of(); k->name; k++) {
            if (strcmp(k->name, words[1]) == 0) {
                printf("%.2f\n", memory(k, atoi(words[2])));
                return;
            }
        }
    }
    for (const operation *o = operations_of(); count >= 3 && o->name; o++) {
        if (strcmp(o->name, words[1]) != 0) continue;
        if (!o->loop) {
            printf("- %s\n", o->missing);
        } else if (strcmp(words[0], "run") == 0) {
            o->loop(atol(words[2]), 0);
            printf("0\n");
        } else {
            double without_processor, time = measure(o, atoi(words[2]), atol(words[3]), &without_processor);
            printf("%.4f %.4f\n", time, without_processor);
        }
        return;
    }
    printf("-\n");
}

int main(int count, char **words) {
    char line[512] = "";
    if (count < 2) die("say where the inputs are");
    read_inputs(words[1]);
    set_up();
    for (int i = 2; i < count; i++) {
        strncat(line, words[i], sizeof line - strlen(line) - 2);
        strcat(line, " ");
    }
    if (count > 2) {
        answer(line);
        return 0;
    }
    while (fgets(line, sizeof line, stdin)) {
        answer(line);
        fflush(stdout);
    }
    return 0;
}

#endif
