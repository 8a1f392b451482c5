// What the rest is made of: errors, the check of the ABI, handles that are given back, text on its way into C and out.
#ifndef DYNMETRICS_BASE_HPP
#define DYNMETRICS_BASE_HPP

#include "../dynmetrics.h"

#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Code with and without exceptions may meet in one program: each has functions of its own.
#if defined(__cpp_exceptions) || defined(__EXCEPTIONS)
#define DYNMETRICS_EXCEPTIONS 1
#define DYNMETRICS_BEGIN namespace dynmetrics { inline namespace v0 {
#else
#define DYNMETRICS_EXCEPTIONS 0
#define DYNMETRICS_BEGIN namespace dynmetrics { inline namespace v0_without_exceptions {
#endif
#define DYNMETRICS_END }}

DYNMETRICS_BEGIN

/// What was refused: the wrong value and a right one, with one of DYNM_E….
class DYNM_API Error : public std::runtime_error {
public:
    Error(dynm_status status, const std::string &message) : std::runtime_error(message), status_(status) {}
    dynm_status status() const noexcept { return status_; }

private:
    dynm_status status_;
};

/// The message of the last call on this thread that did not return DYNM_OK; "" when none did.
inline std::string last_error() { return dynm_last_error(); }

/// Labels with their values, to keep. As an argument see LabelList.
using Labels = std::vector<std::pair<std::string, std::string>>;

enum class Format : int32_t {
    text = DYNM_FORMAT_TEXT,
    openmetrics = DYNM_FORMAT_OPENMETRICS,
    protobuf = DYNM_FORMAT_PROTOBUF,
};

enum class Kind : int32_t {
    counter = DYNM_KIND_COUNTER,
    gauge = DYNM_KIND_GAUGE,
    histogram = DYNM_KIND_HISTOGRAM,
    summary = DYNM_KIND_SUMMARY,
    unknown = DYNM_KIND_UNKNOWN,
    info = DYNM_KIND_INFO,
    stateset = DYNM_KIND_STATESET,
    gaugehistogram = DYNM_KIND_GAUGEHISTOGRAM,
};

namespace detail {

/// Throws; false where there are no exceptions.
inline bool refuse(dynm_status status, const std::string &message) {
#if DYNMETRICS_EXCEPTIONS
    throw Error(status, message);
#else
    static_cast<void>(status);
    static_cast<void>(message);
    return false;
#endif
}

inline bool check(dynm_status status) { return status == DYNM_OK || refuse(status, dynm_last_error()); }

/// A library of another ABI must not be called further than this.
inline bool check_abi() {
    const uint32_t loaded = dynm_abi_version();
    if (loaded == DYNM_ABI_VERSION) return true;
    return refuse(DYNM_EINVAL, std::string("libdynmetrics ") + dynm_version() + " has ABI " + std::to_string(loaded) +
                                   ", this program was built for ABI " + std::to_string(DYNM_ABI_VERSION) +
                                   "; use a library and headers that belong together");
}

/// Runs what may throw below C, which cannot pass that on.
template <typename Body>
dynm_status guarded(Body &&body) noexcept {
#if DYNMETRICS_EXCEPTIONS
    try {
        return body();
    } catch (const Error &error) {
        return error.status() == DYNM_OK ? DYNM_EINVAL : error.status();
    } catch (const std::bad_alloc &) {
        return DYNM_ENOMEM;
    } catch (...) {
        return DYNM_EINVAL;
    }
#else
    return body();
#endif
}

/// A handle that is given back at the end.
template <typename Handle, void (*Free)(Handle *)>
class Owned {
public:
    Owned() noexcept = default;
    /// Takes over what the C face gave.
    explicit Owned(Handle *handle) noexcept : handle_(handle) {}
    Owned(Owned &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Owned &operator=(Owned &&other) noexcept {
        if (this != &other) reset(std::exchange(other.handle_, nullptr));
        return *this;
    }
    Owned(const Owned &) = delete;
    Owned &operator=(const Owned &) = delete;
    ~Owned() { Free(handle_); }

    explicit operator bool() const noexcept { return handle_ != nullptr; }
    /// For the C face; stays this object's.
    Handle *get() const noexcept { return handle_; }
    /// For the C face; the caller's from now on.
    Handle *release() noexcept { return std::exchange(handle_, nullptr); }
    void reset(Handle *handle = nullptr) noexcept { Free(std::exchange(handle_, handle)); }

private:
    Handle *handle_ = nullptr;
};

/// Numbers that lie side by side, as an argument only: a vector, an array or {1, 2, 3}.
template <typename Item>
class View {
public:
    View() noexcept = default;
    View(const Item *data, size_t size) noexcept : data_(data), size_(size) {}
    // Good until the end of the call that it is an argument of.
    View(std::initializer_list<Item> items) noexcept : size_(items.size()) { data_ = items.begin(); }
    View(const std::vector<Item> &items) noexcept : data_(items.data()), size_(items.size()) {}
    const Item *data() const noexcept { return data_; }
    size_t size() const noexcept { return size_; }

private:
    const Item *data_ = nullptr;
    size_t size_ = 0;
};

/// Several texts as C wants them. One with a NUL in it, or without memory, is a NULL, which the library refuses.
/// Short ones take no memory.
class Texts {
public:
    Texts() noexcept = default;
    Texts(const Texts &) = delete;
    Texts &operator=(const Texts &) = delete;
    ~Texts() {
        std::free(more_items_);
        std::free(more_bytes_);
    }

    /// Room for `count` texts of together `bytes`; once, before add.
    void reserve(size_t count, size_t bytes) noexcept {
        if (count > few) items_ = more_items_ = static_cast<const char **>(std::calloc(count, sizeof *items_));
        if (bytes + count > small) end_ = more_bytes_ = static_cast<char *>(std::malloc(bytes + count));
        room_ = items_ != nullptr ? count : 0;
    }

    void add(std::string_view text) noexcept {
        if (size_ == room_) {
            is_good_ = false;
            return;
        }
        const bool fits = end_ != nullptr && std::memchr(text.data() ? text.data() : "", 0, text.size()) == nullptr;
        items_[size_++] = fits ? end_ : nullptr;
        if (!fits) {
            is_good_ = false;
            return;
        }
        if (!text.empty()) std::memcpy(end_, text.data(), text.size());
        end_ += text.size();
        *end_++ = '\0';
    }

    template <typename Range>
    void add_all(const Range &texts) noexcept {
        size_t count = 0, bytes = 0;
        for (const auto &text : texts) {
            count += 1;
            bytes += std::string_view(text).size();
        }
        reserve(count, bytes);
        for (const auto &text : texts) add(text);
    }

    const char *const *data() const noexcept { return size_ == 0 ? nullptr : items_; }
    const char *operator[](size_t index) const noexcept { return index < size_ ? items_[index] : nullptr; }
    size_t size() const noexcept { return size_; }
    bool is_good() const noexcept { return is_good_; }

private:
    static constexpr size_t few = 8, small = 256;
    const char *few_items_[few];
    char few_bytes_[small];
    const char **more_items_ = nullptr;
    char *more_bytes_ = nullptr;
    const char **items_ = few_items_;
    char *end_ = few_bytes_;
    size_t size_ = 0, room_ = 0;
    bool is_good_ = true;
};

/// One text.
class Text {
public:
    explicit Text(std::string_view text) noexcept {
        texts_.reserve(1, text.size());
        texts_.add(text);
    }
    const char *get() const noexcept { return texts_[0]; }
    /// NULL for "", where that has a meaning of its own.
    const char *get_if_any() const noexcept { return get() != nullptr && *get() != '\0' ? get() : nullptr; }
    bool is_good() const noexcept { return texts_.is_good(); }

private:
    Texts texts_;
};

inline bool check_text(bool is_good) {
    return is_good || refuse(DYNM_EINVAL, "a text has a NUL byte in it; give text without, like \"requests_total\"");
}

/// What `write` writes into a sink.
template <typename Write>
std::string text_of(Write &&write) {
    std::string text;
    const dynm_sink sink = {[](const char *data, size_t length, void *payload) -> dynm_status {
                                return guarded([&] {
                                    static_cast<std::string *>(payload)->append(data, length);
                                    return DYNM_OK;
                                });
                            },
                            &text};
    check(write(&sink));
    return text;
}

} // namespace detail

/// Label names or values, prefixes, states, names of families as an argument: {"a", "b"} or a vector of strings.
class TextList {
public:
    TextList() noexcept = default;
    TextList(std::initializer_list<std::string_view> texts) noexcept { texts_.add_all(texts); }
    TextList(const std::vector<std::string> &texts) noexcept { texts_.add_all(texts); }
    TextList(const std::vector<std::string_view> &texts) noexcept { texts_.add_all(texts); }
    const char *const *data() const noexcept { return texts_.data(); }
    size_t size() const noexcept { return texts_.size(); }
    bool is_good() const noexcept { return texts_.is_good(); }

private:
    detail::Texts texts_;
};

/// Labels as an argument: {{"model", "llama"}, {"rank", "0"}} or a Labels.
class LabelList {
public:
    LabelList() noexcept = default;
    LabelList(std::initializer_list<std::pair<std::string_view, std::string_view>> labels) noexcept { add_all(labels); }
    LabelList(const Labels &labels) noexcept { add_all(labels); }
    LabelList(const LabelList &) = delete;
    LabelList &operator=(const LabelList &) = delete;
    ~LabelList() { std::free(more_); }
    const dynm_label *data() const noexcept { return count_ == 0 ? nullptr : items_; }
    size_t size() const noexcept { return count_; }
    bool is_good() const noexcept { return texts_.is_good(); }

private:
    template <typename Range>
    void add_all(const Range &labels) noexcept {
        size_t bytes = 0, count = 0;
        for (const auto &label : labels) {
            bytes += std::string_view(label.first).size() + std::string_view(label.second).size();
            count += 1;
        }
        texts_.reserve(2 * count, bytes);
        for (const auto &label : labels) {
            texts_.add(label.first);
            texts_.add(label.second);
        }
        if (count > few) items_ = more_ = static_cast<dynm_label *>(std::malloc(count * sizeof *items_));
        // Without memory the count stays, and the library refuses the NULL.
        count_ = count;
        for (size_t index = 0; items_ != nullptr && index < count; index++) {
            items_[index] = {texts_[2 * index], texts_[2 * index + 1]};
        }
    }

    static constexpr size_t few = 8;
    detail::Texts texts_;
    dynm_label few_[few];
    dynm_label *more_ = nullptr;
    dynm_label *items_ = few_;
    size_t count_ = 0;
};

DYNMETRICS_END

#endif // DYNMETRICS_BASE_HPP
