// Built-in instrumentation: requests of workers and frontends, models, KV blocks, under Dynamo's names. What is done with a
// request never fails; one whose end is not told counts as cancelled when it goes out of scope.
#ifndef DYNMETRICS_INSTRUMENTATION_HPP
#define DYNMETRICS_INSTRUMENTATION_HPP

#include "node.hpp"

DYNMETRICS_BEGIN

/// How a request ended.
enum class Outcome : int32_t {
    ok = DYNM_OUTCOME_OK,
    error = DYNM_OUTCOME_ERROR,
    cancelled = DYNM_OUTCOME_CANCELLED,
    timeout = DYNM_OUTCOME_TIMEOUT,
    disconnected = DYNM_OUTCOME_DISCONNECTED,
};

/// One request at an endpoint.
class WorkRequest : public detail::Owned<dynm_work_request, dynm_work_request_free> {
public:
    using Owned::Owned;
    /// It leaves the queue.
    void start() const noexcept { dynm_work_request_start(get()); }
    void received(uint64_t bytes) const noexcept { dynm_work_request_received(get(), bytes); }
    void sent(uint64_t bytes) const noexcept { dynm_work_request_sent(get(), bytes); }
    void retry() const noexcept { dynm_work_request_retry(get()); }
    /// The first end counts. `error_type` is for Outcome::error; "": generate.
    void end(Outcome outcome = Outcome::ok, std::string_view error_type = {}) const noexcept {
        dynm_work_request_end(get(), static_cast<int32_t>(outcome), detail::Text(error_type).get_if_any());
    }
};

/// The requests of one endpoint.
class WorkHandler : public detail::Owned<dynm_work_handler, dynm_work_handler_free> {
public:
    using Owned::Owned;
    WorkRequest begin(uint64_t bytes = 0, bool is_queued = false) const {
        dynm_work_request *out = nullptr;
        detail::check(dynm_work_handler_begin(get(), bytes, is_queued ? 1 : 0, &out));
        return WorkRequest(out);
    }
    /// What took so many seconds: DYNM_TOOK_MODEL_LOAD, DYNM_TOOK_CLEANUP, DYNM_TOOK_DRAIN.
    dynm_status took(int32_t what, double seconds) const noexcept { return dynm_work_handler_took(get(), what, seconds); }
    int64_t open_requests() const noexcept { return dynm_work_handler_open_requests(get()); }
};

/// One request at a frontend.
class FrontendRequest : public detail::Owned<dynm_frontend_request, dynm_frontend_request_free> {
public:
    using Owned::Owned;
    /// `cached` below 0: not known.
    void input(uint64_t tokens, int64_t cached = -1) const noexcept { dynm_frontend_request_input(get(), tokens, cached); }
    void responded() const noexcept { dynm_frontend_request_responded(get()); }
    void tokens(uint64_t count = 1) const noexcept { dynm_frontend_request_tokens(get(), count); }
    /// The first end counts. `error_type` is for Outcome::error; "": internal.
    void end(Outcome outcome = Outcome::ok, std::string_view error_type = {}) const noexcept {
        dynm_frontend_request_end(get(), static_cast<int32_t>(outcome), detail::Text(error_type).get_if_any());
    }
};

/// The requests and models of a frontend.
class Frontend : public detail::Owned<dynm_frontend, dynm_frontend_free> {
public:
    using Owned::Owned;
    FrontendRequest begin(std::string_view model, std::string_view endpoint = {}, std::string_view request_type = {}) const {
        dynm_frontend_request *out = nullptr;
        detail::check(dynm_frontend_begin(get(), detail::Text(model).get(), detail::Text(endpoint).get_if_any(),
                                          detail::Text(request_type).get_if_any(), &out));
        return FrontendRequest(out);
    }
    /// See dynm_model_configuration; its struct_size is set here.
    dynm_status set_model(std::string_view model, dynm_model_configuration configuration) const noexcept {
        configuration.struct_size = sizeof configuration;
        return dynm_frontend_set_model(get(), detail::Text(model).get(), &configuration);
    }
    dynm_status remove_model(std::string_view model) const noexcept {
        return dynm_frontend_set_model(get(), detail::Text(model).get(), nullptr);
    }
    /// Called before a scrape when the last time is at least `interval` seconds ago.
    Registration on_refresh(UpdateCallback refresh, double interval = 8) const {
        return detail::registered(std::move(refresh), [&](void *payload, dynm_release_fn free, dynm_registration **out) {
            return dynm_frontend_on_refresh(get(), interval, detail::call_update, payload, free, out);
        });
    }
};

/// What a KV block manager tells.
class KVBlocks : public detail::Owned<dynm_kv_blocks, dynm_kv_blocks_free> {
public:
    using Owned::Owned;
    dynm_status moved(std::string_view move, uint64_t count, uint64_t bytes = 0) const noexcept {
        return dynm_kv_blocks_moved(get(), detail::Text(move).get(), count, bytes);
    }
    dynm_status matched(uint64_t tokens) const noexcept { return dynm_kv_blocks_matched(get(), tokens); }
    dynm_status failed(uint64_t reading, uint64_t writing) const noexcept {
        return dynm_kv_blocks_failed(get(), reading, writing);
    }
    dynm_status looked_up(std::string_view tier, uint64_t count, uint64_t hits) const noexcept {
        return dynm_kv_blocks_looked_up(get(), detail::Text(tier).get(), count, hits);
    }
};

/// The requests of `endpoint`; `model` goes into the labels model and model_name, "": none.
inline WorkHandler work_handler(const Node &endpoint, std::string_view model = {}) {
    dynm_work_handler *out = nullptr;
    detail::check(dynm_work_handler_create(endpoint.get(), detail::Text(model).get_if_any(), &out));
    return WorkHandler(out);
}

/// The frontend of `root`, a runtime.
inline Frontend frontend(const Node &root) {
    dynm_frontend *out = nullptr;
    detail::check(dynm_frontend_create(root.get(), &out));
    return Frontend(out);
}

/// What a KV block manager tells, with the labels of `node`.
inline KVBlocks kv_blocks(const Node &node) {
    dynm_kv_blocks *out = nullptr;
    detail::check(dynm_kv_blocks_create(node.get(), &out));
    return KVBlocks(out);
}

/// Shows process_* and the uptime on the page of `root`, a runtime.
inline dynm_status show_process(const Node &root) noexcept {
    return dynm_runtime_show(root.get(), DYNM_SHOW_PROCESS | DYNM_SHOW_UPTIME);
}

DYNMETRICS_END

#endif // DYNMETRICS_INSTRUMENTATION_HPP
