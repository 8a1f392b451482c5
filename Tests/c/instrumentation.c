/* Built-in instrumentation: requests of workers and frontends, models, KV blocks, and what a wrong call does. */
#include "check.h"

#include <dynmetrics_names.h>
#include <sys/wait.h>

#define WORK "{" NODE_LABELS ",worker_id=\"ff\"}"

static void a_worker_counts_its_requests(void) {
    tree t = tree_new();
    dynm_work_handler *handler;
    dynm_work_request *first, *second, *third;
    MUST(dynm_work_handler_create(t.generate, NULL, &handler));
    MUST(dynm_work_handler_begin(handler, 100, 0, &first));
    MUST(dynm_work_handler_begin(handler, 0, 1, &second));
    MUST(dynm_work_handler_begin(handler, 0, 0, &third));
    dynm_work_request_received(first, 1);
    dynm_work_request_sent(first, 7);
    dynm_work_request_retry(first);
    EXPECT(dynm_work_handler_open_requests(handler) == 2);

    dynm_work_request_end(first, DYNM_OUTCOME_OK, NULL);
    dynm_work_request_end(first, DYNM_OUTCOME_ERROR, NULL); /* too late */
    dynm_work_request_start(second);
    dynm_work_request_end(second, DYNM_OUTCOME_ERROR, DYNM_VALUE_WORK_HANDLER_ERROR_TYPES_SERIALIZATION);
    dynm_work_request_free(first);
    dynm_work_request_free(second);
    dynm_work_request_free(third); /* not ended: cancelled */
    MUST(dynm_work_handler_took(handler, DYNM_TOOK_DRAIN, 1.5));

    page got = scrape(t.root);
    EXPECT_HAS(got.text, DYNM_NAME_DYNAMO_COMPONENT_REQUESTS_TOTAL WORK " 3\n");
    EXPECT_HAS(got.text, DYNM_NAME_DYNAMO_COMPONENT_REQUEST_BYTES_TOTAL WORK " 101\n");
    EXPECT_HAS(got.text, DYNM_NAME_DYNAMO_COMPONENT_RESPONSE_BYTES_TOTAL WORK " 7\n");
    EXPECT_HAS(got.text, DYNM_NAME_DYNAMO_COMPONENT_INFLIGHT_REQUESTS WORK " 0\n");
    EXPECT_HAS(got.text, DYNM_NAME_DYNAMO_COMPONENT_CANCELLATION_TOTAL WORK " 1\n");
    EXPECT_HAS(got.text, DYNM_NAME_DYNAMO_COMPONENT_RETRIES_TOTAL WORK " 1\n");
    EXPECT_HAS(got.text, DYNM_NAME_DYNAMO_COMPONENT_DRAIN_TIME_SECONDS WORK " 1.5\n");
    EXPECT_HAS(got.text, "error_type=\"serialization\",worker_id=\"ff\"} 1\n");
    EXPECT_HAS(got.text, DYNM_NAME_DYNAMO_WORK_HANDLER_QUEUE_DEPTH " 0\n");
    free(got.text);
    dynm_work_handler_free(handler);
    tree_free(&t);
}

static dynm_status refresh(void *payload) {
    dynm_model_configuration known = {sizeof known, 1, 1000, -1, -1, 4096, -1, -1};
    return dynm_frontend_set_model(payload, "m", &known);
}

static void a_frontend_follows_its_requests(void) {
    tree t = tree_new();
    dynm_frontend *frontend;
    dynm_frontend_request *request;
    dynm_registration *registration;
    MUST(dynm_frontend_create(t.root, &frontend));
    MUST(dynm_frontend_begin(frontend, "m", NULL, NULL, &request));
    dynm_frontend_request_input(request, 300, 120);
    dynm_frontend_request_responded(request);
    dynm_frontend_request_tokens(request, 1);
    dynm_frontend_request_tokens(request, 3);
    dynm_frontend_request_end(request, DYNM_OUTCOME_OK, NULL);
    dynm_frontend_request_free(request);
    MUST(dynm_frontend_begin(frontend, "m", "completions", "unary", &request));
    dynm_frontend_request_end(request, DYNM_OUTCOME_DISCONNECTED, NULL);
    dynm_frontend_request_free(request);
    MUST(dynm_frontend_on_refresh(frontend, 8, refresh, frontend, NULL, &registration));

    page got = scrape(t.root);
    EXPECT_HAS(got.text, "dynamo_frontend_requests_total{endpoint=\"chat_completions\",error_type=\"\",model=\"m\","
                         "request_type=\"stream\",status=\"success\"} 1\n");
    EXPECT_HAS(got.text, "error_type=\"cancelled\",model=\"m\",request_type=\"unary\",status=\"error\"} 1\n");
    EXPECT_HAS(got.text, "dynamo_frontend_output_tokens_total{model=\"m\"} 4\n");
    EXPECT_HAS(got.text, "dynamo_frontend_inter_token_latency_seconds_count{model=\"m\"} 3\n");
    EXPECT_HAS(got.text, "dynamo_frontend_disconnected_clients 1\n");
    EXPECT_HAS(got.text, "dynamo_frontend_active_requests{model=\"m\"} 0\n");
    EXPECT_HAS(got.text, "dynamo_frontend_model_context_length{model=\"m\"} 4096\n");
    EXPECT(!strstr(got.text, "dynamo_frontend_model_max_num_seqs{"));
    free(got.text);
    dynm_registration_close(registration);
    dynm_registration_free(registration);
    MUST(dynm_frontend_set_model(frontend, "m", NULL));
    got = scrape(t.root);
    EXPECT(!strstr(got.text, "dynamo_frontend_model_context_length{"));
    free(got.text);
    dynm_frontend_free(frontend);
    tree_free(&t);
}

static void kv_blocks_and_the_process_are_told_of(void) {
    tree t = tree_new();
    dynm_kv_blocks *blocks;
    MUST(dynm_kv_blocks_create(t.generate, &blocks));
    MUST(dynm_kv_blocks_moved(blocks, "offload_d2h", 5, 0));
    MUST(dynm_kv_blocks_matched(blocks, 64));
    MUST(dynm_kv_blocks_failed(blocks, 1, 2));
    MUST(dynm_kv_blocks_looked_up(blocks, "host", 4, 3));
    MUST(dynm_runtime_show(t.root, DYNM_SHOW_PROCESS | DYNM_SHOW_UPTIME));
    page got = scrape(t.root);
    EXPECT_HAS(got.text, "kvbm_offload_blocks_d2h" WORK " 5\n");
    EXPECT_HAS(got.text, "kvbm_host_cache_hit_rate" WORK " 0.75\n");
    EXPECT_HAS(got.text, "process_open_fds{worker_id=\"ff\"} ");
    EXPECT_HAS(got.text, "dynamo_component_uptime_seconds{worker_id=\"ff\"} ");
    free(got.text);
    dynm_kv_blocks_free(blocks);
    tree_free(&t);
}

static void wrong_calls_are_refused_or_ignored(void) {
    tree t = tree_new();
    dynm_work_handler *handler;
    dynm_work_request *request = NULL;
    dynm_frontend *frontend;
    dynm_kv_blocks *blocks;
    EXPECT(dynm_work_handler_create(t.root, NULL, &handler) == DYNM_EINVAL);
    EXPECT(dynm_work_handler_begin(NULL, 0, 0, &request) == DYNM_EINVAL);
    EXPECT(dynm_frontend_create(t.generate, &frontend) == DYNM_EINVAL);
    EXPECT(dynm_runtime_show(t.root, 4) == DYNM_EINVAL);
    MUST(dynm_kv_blocks_create(t.root, &blocks));
    EXPECT(dynm_kv_blocks_moved(blocks, "sideways", 1, 0) == DYNM_EINVAL);
    EXPECT_HAS(dynm_last_error(), "offload_d2h");
    EXPECT(dynm_kv_blocks_looked_up(blocks, "tape", 1, 1) == DYNM_EINVAL);
    dynm_kv_blocks_free(blocks);

    dynm_work_request_start(NULL);
    dynm_work_request_sent(NULL, 1);
    dynm_work_request_end(NULL, DYNM_OUTCOME_OK, NULL);
    dynm_work_request_free(NULL);
    dynm_frontend_request_tokens(NULL, 1);
    dynm_frontend_request_end((dynm_frontend_request *)t.root, DYNM_OUTCOME_OK, NULL); /* another handle */
    dynm_frontend_request_free(NULL);
    MUST(dynm_work_handler_create(t.generate, "m", &handler));
    MUST(dynm_work_handler_begin(handler, 0, 0, &request));
    dynm_work_request_end(request, 99, "no such type");
    dynm_work_request_free(request);
    dynm_work_request_end(request, DYNM_OUTCOME_OK, NULL); /* freed */
    dynm_work_request_free(request);
    page got = scrape(t.root);
    EXPECT_HAS(got.text, "error_type=\"generate\",model=\"m\",model_name=\"m\",worker_id=\"ff\"} 1\n");
    free(got.text);
    dynm_work_handler_free(handler);
    tree_free(&t);
}

static void a_forked_child_does_not_count_its_parents_requests(void) {
    tree t = tree_new();
    dynm_work_handler *handler;
    dynm_work_request *request;
    MUST(dynm_work_handler_create(t.generate, NULL, &handler));
    MUST(dynm_work_handler_begin(handler, 0, 0, &request));
    pid_t child = fork();
    if (child == 0) {
        dynm_work_request_sent(request, 9);
        dynm_work_request_end(request, DYNM_OUTCOME_ERROR, NULL);
        dynm_work_request *own;
        if (dynm_work_handler_begin(handler, 5, 0, &own) != DYNM_OK) _exit(2);
        dynm_work_request_end(own, DYNM_OUTCOME_OK, NULL);
        page got = scrape(t.root);
        int right = strstr(got.text, "request_duration_seconds_count" WORK " 1\n")
                    && strstr(got.text, "response_bytes_total" WORK " 0\n")
                    && strstr(got.text, "inflight_requests" WORK " 0\n")
                    && strstr(got.text, "error_type=\"generate\",worker_id=\"ff\"} 0\n");
        _exit(right ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    dynm_work_request_end(request, DYNM_OUTCOME_OK, NULL);
    dynm_work_request_free(request);
    page got = scrape(t.root);
    EXPECT_HAS(got.text, "request_duration_seconds_count" WORK " 1\n");
    free(got.text);
    dynm_work_handler_free(handler);
    tree_free(&t);
}

int main(void) {
    test("a worker counts its requests, and how they end", a_worker_counts_its_requests);
    test("a frontend follows its requests and shows its models", a_frontend_follows_its_requests);
    test("KV blocks and the process are told of", kv_blocks_and_the_process_are_told_of);
    test("wrong calls are refused or ignored", wrong_calls_are_refused_or_ignored);
    test("a forked child does not count its parent's requests", a_forked_child_does_not_count_its_parents_requests);
    return finish();
}
