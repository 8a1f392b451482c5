/* What the C and C++ tests share: saying what was found, taking a page, asking a server, telling the time. */
#ifndef CHECK_H
#define CHECK_H

#include <dynmetrics.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* ---- telling: TAP, one line per test ---- */

static int tests_run = 0, tests_failed = 0, this_test_failed = 0;

#define EXPECT(condition)                                                     \
    do {                                                                      \
        if (!(condition)) {                                                   \
            printf("# %s:%d: not so: %s\n", __FILE__, __LINE__, #condition);  \
            this_test_failed = 1;                                             \
        }                                                                     \
    } while (0)

/* For calls that the rest of a test needs: says the library's message. */
#define MUST(call)                                                                          \
    do {                                                                                    \
        dynm_status must_ = (call);                                                         \
        if (must_ != DYNM_OK) {                                                             \
            printf("# %s:%d: %s: %d: %s\n", __FILE__, __LINE__, #call, (int)must_, dynm_last_error()); \
            this_test_failed = 1;                                                           \
        }                                                                                   \
    } while (0)

/* `text` has `part` in it. */
#define EXPECT_HAS(text, part) expect_has(__FILE__, __LINE__, (text), (part), 1)
#define EXPECT_HAS_NOT(text, part) expect_has(__FILE__, __LINE__, (text), (part), 0)

static inline void expect_has(const char *file, int line, const char *text, const char *part, int wanted) {
    if ((strstr(text, part) != NULL) == (wanted != 0)) return;
    printf("# %s:%d: %s in it: %s\n", file, line, wanted ? "not" : "unwanted", part);
    for (const char *at = text; *at != '\0';) {
        size_t length = strcspn(at, "\n");
        printf("#   | %.*s\n", (int)length, at);
        at += length + (at[length] == '\n');
    }
    this_test_failed = 1;
}

/* A refusal: the status, and a message that names the wrong value and a right one. */
#define EXPECT_REFUSED(call, status, wrong, right)                        \
    do {                                                                  \
        dynm_status refused_ = (call);                                    \
        if (refused_ != (status)) {                                       \
            printf("# %s:%d: %s gave %d\n", __FILE__, __LINE__, #call, (int)refused_); \
            this_test_failed = 1;                                         \
        }                                                                 \
        EXPECT_HAS(dynm_last_error(), wrong);                             \
        EXPECT_HAS(dynm_last_error(), right);                             \
    } while (0)

static inline void test(const char *title, void (*body)(void)) {
    this_test_failed = 0;
    body();
    tests_run += 1;
    tests_failed += this_test_failed;
    printf("%sok %d - %s\n", this_test_failed ? "not " : "", tests_run, title);
    fflush(stdout);
}

static inline int finish(void) {
    printf("1..%d\n", tests_run);
    return tests_failed == 0 ? 0 : 1;
}

/* ---- a page ---- */

typedef struct page {
    char *text; /* ends with NUL */
    size_t length;
} page;

static inline dynm_status page_write(const char *data, size_t length, void *payload) {
    page *into = (page *)payload;
    char *grown = (char *)realloc(into->text, into->length + length + 1);
    if (grown == NULL) return DYNM_ENOMEM;
    memcpy(grown + into->length, data, length);
    into->text = grown;
    into->length += length;
    into->text[into->length] = '\0';
    return DYNM_OK;
}

static inline page page_new(void) {
    page made = {(char *)calloc(1, 1), 0};
    return made;
}

static inline dynm_sink page_sink(page *into) {
    dynm_sink sink = {page_write, into};
    return sink;
}

static inline void page_clear(page *it) {
    it->length = 0;
    it->text[0] = '\0';
}

/* The page of a node without the library's own metrics. Sources have as long as they take: the machine that runs this may
 * be busy. The caller frees .text. */
static inline page scrape(dynm_node *node) {
    page got = page_new();
    dynm_sink sink = page_sink(&got);
    dynm_scrape_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.without_self_metrics = 1;
    options.deadline_ms = 20000;
    MUST(dynm_node_scrape(node, &options, &sink));
    return got;
}

/* ---- a tree ---- */

typedef struct tree {
    dynm_node *root, *prod, *backend, *generate;
} tree;

/* worker_id is "ff". */
static inline tree tree_new(void) {
    tree made;
    dynm_runtime_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.connection_id = 255;
    options.has_connection_id = 1;
    MUST(dynm_runtime_create(&options, &made.root));
    MUST(dynm_node_namespace(made.root, "prod", &made.prod));
    MUST(dynm_node_component(made.prod, "backend", &made.backend));
    MUST(dynm_node_endpoint(made.backend, "generate", &made.generate));
    return made;
}

static inline void tree_free(tree *it) {
    dynm_node_free(it->generate);
    dynm_node_free(it->backend);
    dynm_node_free(it->prod);
    dynm_node_free(it->root);
}

#define NODE_LABELS "dynamo_component=\"backend\",dynamo_endpoint=\"generate\",dynamo_namespace=\"prod\""

static inline dynm_metric_options metric(const char *name, const char *description) {
    dynm_metric_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.name = name;
    options.description = description;
    return options;
}

/* ---- a server ---- */

/* What `path` answers, head and body; .text is empty when nothing answers. */
static inline page get(int port, const char *path) {
    page got = page_new();
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct timeval patience = {20, 0};
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(connection, (struct sockaddr *)&address, sizeof address) == 0) {
        char request[256], piece[4096];
        int length = snprintf(request, sizeof request,
                              "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", path);
        if (write(connection, request, (size_t)length) == length) {
            ssize_t count;
            while ((count = read(connection, piece, sizeof piece)) > 0) page_write(piece, (size_t)count, &got);
        }
    }
    close(connection);
    return got;
}

static inline dynm_server *serve_anywhere(dynm_node *root) {
    dynm_serve_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.host = "127.0.0.1";
    options.has_port = 1;
    dynm_server *server = NULL;
    MUST(dynm_node_serve(root, &options, &server));
    return server;
}

/* ---- time and threads ---- */

static inline double now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static inline int entries(const char *folder) {
    DIR *opened = opendir(folder);
    int count = 0;
    if (opened == NULL) return -1;
    while (readdir(opened) != NULL) count += 1;
    closedir(opened);
    return count - 2;
}

static inline int thread_count(void) { return entries("/proc/self/task"); }

/* How many threads are called that. */
static inline int threads_named(const char *wanted) {
    DIR *tasks = opendir("/proc/self/task");
    int count = 0;
    for (struct dirent *task; tasks != NULL && (task = readdir(tasks)) != NULL;) {
        char path[300], name[32] = "";
        snprintf(path, sizeof path, "/proc/self/task/%s/comm", task->d_name);
        FILE *file = fopen(path, "r");
        if (file == NULL) continue;
        if (fgets(name, sizeof name, file) != NULL) name[strcspn(name, "\n")] = '\0';
        fclose(file);
        count += strcmp(name, wanted) == 0;
    }
    if (tasks != NULL) closedir(tasks);
    return count;
}

/* A number from the environment, so that the long runs of test-slow use the same programs. */
static inline int setting(const char *name, int otherwise) {
    const char *value = getenv(name);
    return value != NULL && atoi(value) > 0 ? atoi(value) : otherwise;
}

#endif
