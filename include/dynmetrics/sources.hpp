// What others measure: filters, callbacks of text and of typed families, templates, and the registrations they get.
// What a callback throws ends here, and its source is counted as failed.
#ifndef DYNMETRICS_SOURCES_HPP
#define DYNMETRICS_SOURCES_HPP

#include "base.hpp"

#include <functional>
#include <optional>

DYNMETRICS_BEGIN

/// Which families of a source pass, under which names, with which labels more. See dynm_filter.
struct Filter {
    std::vector<std::string> include = {};
    std::vector<std::string> exclude = {};
    std::string add_prefix = {};
    Labels labels = {};
};

/// Which labels a source gets beside those of its filter.
enum class SourceLabels : int32_t {
    constant = DYNM_LABELS_CONSTANT,
    node = DYNM_LABELS_NODE,
    none = DYNM_LABELS_NONE,
};

/// See dynm_source_options.
struct SourceOptions {
    std::string name = {};
    Filter filter = {};
    SourceLabels labels = SourceLabels::constant;
    bool allow_remote = false;
    bool fold_dead_writers = false;
    bool as_text = false;
};

/// What is shown of a source while it brings nothing new. See dynm_registration_set_stale_policy.
enum class StalePolicy : int32_t {
    standard = DYNM_STALE_STANDARD,
    drop = DYNM_STALE_DROP,
    keep_counters = DYNM_STALE_KEEP_COUNTERS,
    keep = DYNM_STALE_KEEP,
};

/// A source for as long as this lives: its end closes the source, without waiting for a call that is running. What the
/// callback uses it must therefore own: capture values and shared_ptr.
class [[nodiscard]] Registration {
public:
    Registration() noexcept = default;
    explicit Registration(dynm_registration *handle) noexcept : handle_(handle) {}
    Registration(Registration &&) noexcept = default;
    Registration &operator=(Registration &&other) noexcept {
        if (this != &other) {
            close();
            handle_ = std::move(other.handle_);
        }
        return *this;
    }
    ~Registration() { close(); }

    explicit operator bool() const noexcept { return static_cast<bool>(handle_); }
    dynm_registration *get() const noexcept { return handle_.get(); }
    /// The source leaves the page at once.
    void close() noexcept {
        if (handle_) dynm_registration_close(handle_.get());
        handle_.reset();
    }
    /// The source stays for as long as its tree.
    void keep() noexcept { handle_.reset(); }
    dynm_status set_stale_policy(StalePolicy policy) const noexcept {
        return dynm_registration_set_stale_policy(handle_.get(), static_cast<int32_t>(policy));
    }
    /// Of a table: whether its text callback is asked.
    dynm_status ask_rest(bool asked) const noexcept { return dynm_registration_ask_rest(handle_.get(), asked ? 1 : 0); }

private:
    detail::Owned<dynm_registration, dynm_registration_free> handle_;
};

/// Takes the text of a callback in pieces.
class TextSink {
public:
    explicit TextSink(const dynm_sink *sink) noexcept : sink_(sink) {}
    void write(std::string_view text) {
        if (const dynm_status status = sink_->write(text.data(), text.size(), sink_->payload); status != DYNM_OK) {
            detail::refuse(status, "the page takes no more of this text");
        }
    }

private:
    const dynm_sink *sink_;
};

/// Families that come at every scrape with other values; for one thread at a time.
class Template : public detail::Owned<dynm_template, dynm_template_free> {
public:
    using Owned::Owned;
    /// How many of its series pass the filter.
    size_t series() const noexcept { return dynm_template_series(get()); }
};

/// Takes typed metrics inside a typed callback; good only there. What it refuses is a status, and the rest goes on.
class Emitter {
public:
    explicit Emitter(dynm_emitter *emitter) noexcept : emitter_(emitter) {}
    dynm_emitter *get() const noexcept { return emitter_; }

    /// Begins a family. `name` is without "_total" or "_info".
    dynm_status family(std::string_view name, Kind kind, std::string_view help = {}, std::string_view unit = {}) noexcept {
        return dynm_emit_family(emitter_, detail::Text(name).get(), detail::Text(help).get(), static_cast<int32_t>(kind),
                                detail::Text(unit).get_if_any());
    }
    /// One sample of it under its full name ("x_total"), at a time in seconds since 1970 if any.
    dynm_status sample(std::string_view name, const LabelList &labels, double value,
                       std::optional<double> timestamp = {}) noexcept {
        return dynm_emit_sample(emitter_, detail::Text(name).get(), labels.data(), labels.size(), value,
                                timestamp ? &*timestamp : nullptr);
    }
    /// An exemplar for the sample emitted last.
    dynm_status exemplar(const LabelList &labels, double value, std::optional<double> timestamp = {}) noexcept {
        return dynm_emit_exemplar(emitter_, labels.data(), labels.size(), value, timestamp ? &*timestamp : nullptr);
    }
    /// One histogram: counts of each bucket alone, that of +Inf last, so one more than `bounds`.
    dynm_status histogram(const LabelList &labels, detail::View<double> bounds, detail::View<uint64_t> counts,
                          double sum) noexcept {
        if (counts.size() != bounds.size() + 1) {
            dynm_emit_missing(emitter_, "a histogram whose counts are not one more than its bounds");
            return DYNM_EINVAL;
        }
        return dynm_emit_histogram(emitter_, labels.data(), labels.size(), bounds.data(), counts.data(), bounds.size(), sum);
    }
    /// Text 0.0.4 or OpenMetrics, read line by line.
    dynm_status text(std::string_view text) noexcept { return dynm_emit_text(emitter_, text.data(), text.size()); }
    /// Counts a part that this scrape has to do without.
    dynm_status missing(std::string_view what) noexcept { return dynm_emit_missing(emitter_, detail::Text(what).get()); }

    /// Counts what was not emitted since its filter lets nothing of it pass.
    dynm_status filtered(uint64_t families, uint64_t series) noexcept {
        return dynm_emit_filtered(emitter_, families, series);
    }

    /// For the next scrapes of this source; emits nothing.
    Template create_template(std::string_view text) {
        dynm_template *out = nullptr;
        detail::check(dynm_template_create(emitter_, text.data(), text.size(), &out));
        return Template(out);
    }
    /// One value for each sample line of its text, in their order.
    dynm_status emit(const Template &template_, detail::View<double> values) noexcept {
        return dynm_emit_template(emitter_, template_.get(), values.data(), values.size());
    }

private:
    dynm_emitter *emitter_;
};

using UpdateCallback = std::function<void()>;
using TextCallback = std::function<std::string()>;
using TextSinkCallback = std::function<void(TextSink &)>;
using TypedCallback = std::function<void(Emitter &)>;

/// Tells that the callback on this thread has held its interpreter's lock for so many seconds at a stretch.
inline void note_hold(double seconds) noexcept { dynm_note_hold(seconds); }

namespace detail {

/// A Filter as C wants it, for as long as this lives.
class FilterParts {
public:
    explicit FilterParts(const Filter &filter) noexcept
        : include_(filter.include), exclude_(filter.exclude), add_prefix_(filter.add_prefix), labels_(filter.labels) {
        native_.struct_size = sizeof native_;
        native_.include = include_.data();
        native_.include_count = include_.size();
        native_.exclude = exclude_.data();
        native_.exclude_count = exclude_.size();
        native_.add_prefix = add_prefix_.get_if_any();
        native_.labels = labels_.data();
        native_.label_count = labels_.size();
    }
    const dynm_filter *get() const noexcept { return &native_; }
    bool is_good() const noexcept {
        return include_.is_good() && exclude_.is_good() && add_prefix_.is_good() && labels_.is_good();
    }

private:
    TextList include_, exclude_;
    Text add_prefix_;
    LabelList labels_;
    dynm_filter native_{};
};

class SourceParts {
public:
    explicit SourceParts(const SourceOptions &options) noexcept : name_(options.name), filter_(options.filter) {
        native_.struct_size = sizeof native_;
        native_.name = name_.get_if_any();
        native_.filter = filter_.get();
        native_.node_labels = static_cast<int32_t>(options.labels);
        native_.allow_remote = options.allow_remote ? 1 : 0;
        native_.fold_dead_writers = options.fold_dead_writers ? 1 : 0;
        native_.as_text = options.as_text ? 1 : 0;
    }
    const dynm_source_options *get() const noexcept { return &native_; }
    bool is_good() const noexcept { return name_.is_good() && filter_.is_good(); }

private:
    Text name_;
    FilterParts filter_;
    dynm_source_options native_{};
};

inline dynm_status call_update(void *payload) noexcept {
    return guarded([&] {
        (*static_cast<UpdateCallback *>(payload))();
        return DYNM_OK;
    });
}
inline dynm_status call_text(const dynm_sink *sink, void *payload) noexcept {
    return guarded([&] {
        const std::string text = (*static_cast<TextCallback *>(payload))();
        return sink->write(text.data(), text.size(), sink->payload);
    });
}
inline dynm_status call_text_sink(const dynm_sink *sink, void *payload) noexcept {
    return guarded([&] {
        TextSink to(sink);
        (*static_cast<TextSinkCallback *>(payload))(to);
        return DYNM_OK;
    });
}
inline dynm_status call_typed(dynm_emitter *emitter, void *payload) noexcept {
    return guarded([&] {
        Emitter to(emitter);
        (*static_cast<TypedCallback *>(payload))(to);
        return DYNM_OK;
    });
}

template <typename Function>
void release(void *payload) noexcept {
    delete static_cast<Function *>(payload);
}

/// Hands `function` over: `give(payload, release, out)` is the call of C, which keeps it unless it refuses.
template <typename Function, typename Give>
Registration registered(Function function, Give &&give) {
    if (!function) {
        refuse(DYNM_EINVAL, "the callback is empty; give one that can be called");
        return Registration();
    }
    auto *payload = new Function(std::move(function));
    dynm_registration *out = nullptr;
    const dynm_status status = give(payload, &release<Function>, &out);
    if (status != DYNM_OK) {
        delete payload;
        check(status);
    }
    return Registration(out);
}

} // namespace detail

DYNMETRICS_END

#endif // DYNMETRICS_SOURCES_HPP
