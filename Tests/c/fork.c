/* A forked child goes on counting, scrapes, and serves on a server of its own; the parent's does not exist in it.
 * Also forks while other threads scrape and update. DYNM_FORKS scales. */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

static tree t;
static dynm_intcounter *requests;
static dynm_mount *mounted; /* NULL: nothing is */

/* Waits for a child at most 30 s; its exit status, or -1 when it crashed or hung. */
static int outcome(pid_t child) {
    double end = now_ms() + 30000;
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
        if (now_ms() > end) {
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            printf("# the child hung\n");
            return -1;
        }
        usleep(1000);
    }
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    printf("# the child ended by signal %d\n", WTERMSIG(status));
    return -1;
}

static dynm_status one_line(const dynm_sink *sink, void *payload) {
    (void)payload;
    return sink->write("# TYPE well gauge\nwell 1\n", 25, sink->payload);
}

static dynm_status has_page(const dynm_response *response, void *payload) {
    (void)payload;
    EXPECT(response->status == 200);
    page body = page_new();
    page_write(response->body, response->body_length, &body);
    EXPECT_HAS(body.text, "well 1\n");
    free(body.text);
    return DYNM_OK;
}

/* Asks for the page as another program's server would. */
static void ask_mounted(void) {
    dynm_request request;
    memset(&request, 0, sizeof request);
    request.struct_size = sizeof request;
    request.method = "GET";
    request.target = "/";
    MUST(dynm_mount_answer(mounted, &request, has_page, NULL));
}

/* What a child does: counts, scrapes, serves, is asked, stops. 0 when all of it went well. */
static int live(int start) {
    this_test_failed = 0;
    dynm_intcounter_inc(requests);
    page got = scrape(t.root);
    EXPECT(dynm_intcounter_get(requests) > (uint64_t)start);
    EXPECT_HAS(got.text, "dynamo_component_requests_total{");
    EXPECT_HAS(got.text, "well 1\n");
    free(got.text);
    if (mounted != NULL) ask_mounted();
    dynm_server *own = serve_anywhere(t.root);
    page answer = get(dynm_server_port(own), "/metrics");
    EXPECT_HAS(answer.text, "HTTP/1.1 200");
    EXPECT_HAS(answer.text, "well 1\n");
    free(answer.text);
    MUST(dynm_server_close(own));
    dynm_server_free(own);
    return this_test_failed ? 1 : 0;
}

static pid_t fork_child(int start) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        alarm(40);
        int status = live(start);
        fflush(stdout);
        _exit(status);
    }
    return child;
}

static void prepare(void) {
    t = tree_new();
    dynm_metric_options options = metric("requests_total", "r");
    MUST(dynm_node_create_intcounter(t.generate, &options, &requests));
    MUST(dynm_node_register_text(t.generate, NULL, one_line, NULL, NULL, NULL));
    dynm_intcounter_inc_by(requests, 10);
}

static void a_child_counts_and_serves_before_the_parent_did(void) {
    prepare();
    EXPECT(outcome(fork_child(10)) == 0);
    EXPECT(dynm_intcounter_get(requests) == 10); /* memory of its own */
    tree_free(&t);
}

static void a_child_counts_and_serves_while_the_parent_does(void) {
    prepare();
    dynm_server *server = serve_anywhere(t.root);
    int port = dynm_server_port(server);
    page first = get(port, "/metrics");
    free(first.text);

    EXPECT(outcome(fork_child(10)) == 0);

    page second = get(port, "/metrics");
    EXPECT_HAS(second.text, "requests_total{" NODE_LABELS ",worker_id=\"ff\"} 10\n");
    free(second.text);

    /* A child that lives on does not hold the parent's port. */
    int pipe_ends[2];
    EXPECT(pipe(pipe_ends) == 0);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        char byte;
        close(pipe_ends[1]);
        _exit(read(pipe_ends[0], &byte, 1) == 0 ? 0 : 1);
    }
    close(pipe_ends[0]);
    MUST(dynm_server_close(server));
    page gone = get(port, "/live");
    EXPECT(gone.length == 0);
    free(gone.text);
    dynm_serve_options again;
    memset(&again, 0, sizeof again);
    again.struct_size = sizeof again;
    again.host = "127.0.0.1", again.port = port, again.has_port = 1;
    dynm_server *second_server = NULL;
    MUST(dynm_node_serve(t.root, &again, &second_server));
    close(pipe_ends[1]);
    EXPECT(outcome(child) == 0);
    if (second_server != NULL) MUST(dynm_server_close(second_server));
    dynm_server_free(second_server);
    dynm_server_free(server);
    tree_free(&t);
}

static void a_child_of_a_parent_that_served_and_stopped_serves(void) {
    prepare();
    dynm_server *server = serve_anywhere(t.root);
    MUST(dynm_server_close(server));
    dynm_server_free(server);
    EXPECT(outcome(fork_child(10)) == 0);
    tree_free(&t);
}

/* ---- forks under load ---- */

static atomic_int stopping;

static void *scrape_on(void *payload) {
    (void)payload;
    while (!atomic_load(&stopping)) {
        page got = scrape(t.root);
        free(got.text);
    }
    return NULL;
}

static void *update_on(void *payload) {
    const char *names[] = {"x"}, *values[] = {"1"};
    dynm_metric_options options = metric("busy", "b");
    options.label_names = names, options.label_name_count = 1;
    dynm_gauge_vec *vec;
    dynm_gauge *child;
    (void)payload;
    MUST(dynm_node_create_gauge_vec(t.generate, &options, &vec));
    while (!atomic_load(&stopping)) {
        dynm_intcounter_inc(requests);
        MUST(dynm_gauge_vec_with(vec, values, 1, &child));
        MUST(dynm_vec_clear(vec));
    }
    return NULL;
}

static void children_live_when_forked_in_the_middle_of_scrapes(void) {
    prepare();
    dynm_server *server = serve_anywhere(t.root);
    pthread_t threads[3];
    atomic_store(&stopping, 0);
    for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, scrape_on, NULL);
    pthread_create(&threads[2], NULL, update_on, NULL);
    for (int i = 0; i < setting("DYNM_FORKS", 25); i++) EXPECT(outcome(fork_child(10)) == 0);
    atomic_store(&stopping, 1);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    MUST(dynm_server_close(server));
    dynm_server_free(server);
    tree_free(&t);
}

static void *ask_on(void *payload) {
    (void)payload;
    while (!atomic_load(&stopping)) ask_mounted();
    return NULL;
}

static void children_answer_when_forked_in_the_middle_of_answers(void) {
    prepare();
    MUST(dynm_mount_create(t.root, &mounted));
    pthread_t threads[3];
    atomic_store(&stopping, 0);
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, ask_on, NULL);
    for (int i = 0; i < setting("DYNM_FORKS", 25); i++) EXPECT(outcome(fork_child(10)) == 0);
    atomic_store(&stopping, 1);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    dynm_mount_free(mounted);
    mounted = NULL;
    tree_free(&t);
}

int main(void) {
    test("a child counts and serves before the parent did", a_child_counts_and_serves_before_the_parent_did);
    test("a child counts and serves while the parent does, and holds no port of it", a_child_counts_and_serves_while_the_parent_does);
    test("a child of a parent that served and stopped serves", a_child_of_a_parent_that_served_and_stopped_serves);
    test("children live when forked in the middle of scrapes", children_live_when_forked_in_the_middle_of_scrapes);
    test("children answer when forked in the middle of answers of a mounted page", children_answer_when_forked_in_the_middle_of_answers);
    return finish();
}
