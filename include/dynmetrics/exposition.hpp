// Plain functions on pages and multiprocess directories, the log, the command.
#ifndef DYNMETRICS_EXPOSITION_HPP
#define DYNMETRICS_EXPOSITION_HPP

#include "sources.hpp"

DYNMETRICS_BEGIN

/// The release of the library that is loaded, like "0.1.0".
inline std::string version() { return dynm_version(); }

/// Filters a page (text 0.0.4; OpenMetrics is made that); what is left, in its order.
inline std::string filter_exposition(std::string_view text, const Filter &filter = {}) {
    const detail::FilterParts parts(filter);
    if (!detail::check_abi() || !detail::check_text(parts.is_good())) return {};
    return detail::text_of([&](const dynm_sink *sink) {
        return dynm_filter_exposition(text.data(), text.size(), parts.get(), sink);
    });
}

/// Merges a directory of prometheus_client's multiprocess mode.
inline std::string merge_multiprocess(std::string_view path, const Filter &filter = {}, Format format = Format::text) {
    const detail::FilterParts parts(filter);
    const detail::Text c_path(path);
    if (!detail::check_abi() || !detail::check_text(parts.is_good() && c_path.is_good())) return {};
    return detail::text_of([&](const dynm_sink *sink) {
        return dynm_merge_multiprocess(c_path.get(), parts.get(), static_cast<int32_t>(format), sink);
    });
}

/// Something that a reader refuses, or (a warning) that scrapers lose. Line and column count from 1.
struct Problem {
    uint64_t line;
    uint64_t column;
    bool is_error;
    std::string message;
};

/// Checks a page as the format's strict reader does; with `lint` it warns too.
inline std::vector<Problem> check_exposition(std::string_view text, Format format = Format::text, bool lint = false) {
    struct Found {
        std::vector<Problem> problems;
        dynm_status status = DYNM_OK;
    } found;
    if (!detail::check_abi()) return {};
    const auto each = [](const dynm_problem *problem, void *payload) {
        auto *to = static_cast<Found *>(payload);
        const dynm_status added = detail::guarded([&] {
            const bool is_error = problem->severity == DYNM_SEVERITY_ERROR;
            to->problems.push_back({problem->line, problem->column, is_error, problem->message});
            return DYNM_OK;
        });
        if (added != DYNM_OK) to->status = added;
    };
    detail::check(
        dynm_check_exposition(text.data(), text.size(), static_cast<int32_t>(format), lint ? 1 : 0, each, &found));
    if (found.status != DYNM_OK) detail::refuse(found.status, "no memory for problems");
    return std::move(found.problems);
}

enum class LogLevel : int32_t { info = DYNM_LOG_INFO, warning = DYNM_LOG_WARNING, error = DYNM_LOG_ERROR };

using LogCallback = std::function<void(LogLevel, std::string_view)>;

/// Where the library's own messages go, on a thread of their own; an empty function: standard error again.
inline void set_log(LogCallback log) {
    if (!detail::check_abi()) return;
    if (!log) {
        detail::check(dynm_set_log(nullptr, nullptr, nullptr));
        return;
    }
    auto *payload = new LogCallback(std::move(log));
    const auto call = [](int32_t level, const char *message, size_t length, void *to) {
        detail::guarded([&] {
            (*static_cast<LogCallback *>(to))(static_cast<LogLevel>(level), std::string_view(message, length));
            return DYNM_OK;
        });
    };
    if (const dynm_status status = dynm_set_log(call, payload, &detail::release<LogCallback>); status != DYNM_OK) {
        delete payload;
        detail::check(status);
    }
}

/// The `dynmetrics` command; returns its exit status.
inline int tool_main(int argc, char **argv) { return dynm_tool_main(argc, argv); }

DYNMETRICS_END

#endif // DYNMETRICS_EXPOSITION_HPP
