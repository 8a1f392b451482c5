/*
 * dynmetrics: one correct Prometheus page for a process that serves an LLM.
 *
 * INTRODUCTION
 *
 * A process has one runtime, the root of a tree: runtime > namespace (which may nest) > component > endpoint. Each of
 * them is a `dynm_node`. Metrics are created on a node and carry its labels by themselves: dynamo_namespace,
 * dynamo_component, dynamo_endpoint and worker_id. A node can also be given foreign metrics: text or typed callbacks,
 * and directories of prometheus_client's multiprocess mode. A scrape of a node shows it and everything below it as one
 * page: one HELP, one TYPE, one block per family, no series twice.
 *
 *     dynm_node *root, *prod, *backend, *generate;
 *     dynm_runtime_create(NULL, &root);
 *     dynm_node_namespace(root, "prod", &prod);
 *     dynm_node_component(prod, "backend", &backend);
 *     dynm_node_endpoint(backend, "generate", &generate);
 *
 *     dynm_metric_options options = {
 *         .struct_size = sizeof options, .name = "requests_total", .description = "Requests served"};
 *     dynm_intcounter *requests;
 *     if (dynm_node_create_intcounter(generate, &options, &requests) != DYNM_OK)
 *         fprintf(stderr, "%s\n", dynm_last_error());
 *     dynm_intcounter_inc(requests);
 *
 *     dynm_server *server;
 *     dynm_node_serve(root, NULL, &server);            // http://127.0.0.1:PORT/metrics
 *
 * CONVENTIONS
 *
 * Status      Functions return `dynm_status`: 0 is well, negative is not, and then nothing was changed. The message of
 *             the last failure on this thread waits in dynm_last_error(). Updates of a metric return nothing.
 * Text        `const char *` is UTF-8 and ends with NUL; buffers carry their length; the library never hands out text
 *             to be freed: it writes into a `dynm_sink` that the caller gives.
 * Ownership   "borrowed": the library does not keep the pointer after the call. "owned by the caller": give it back
 *             with the matching _free; _free(NULL) is fine. Metric handles are owned by the library and stay valid
 *             for the life of the process: an update of a removed metric goes nowhere, harmlessly.
 * Misuse      A NULL, freed or foreign handle is DYNM_EINVAL in every call that returns a status. In the updates a NULL
 *             handle is ignored and counted; a foreign one is not looked for.
 * Threads     Every function may be called from any thread. Updates of a metric do not block, allocate or lock and may
 *             be called from signal handlers; the others take locks for a short time, and the few that wait say so.
 * Callbacks   run on threads of the library, one per callback, with all signals but faults blocked, never on the thread that
 *             serves. They may call any function of this header except those that wait for a scrape. They must not
 *             throw, and must not exit their thread. `release(payload)` is called once, when the library will not
 *             call the callback again.
 * Fork        A child goes on counting with the parent's numbers; it can scrape, and serve on a server of its own. The
 *             parent's server, its socket included, does not exist in the child.
 * Structs     begin with `struct_size`: set it to sizeof the struct, zero the rest (designated initializers in C,
 *             `dynm_metric_options options{};` in C++).
 */
#ifndef DYNMETRICS_H
#define DYNMETRICS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define DYNM_API __attribute__((visibility("default")))
#else
#define DYNM_API
#endif

/* ---- Version and errors -------------------------------------------------------------------------------------- */

/** The ABI this header describes. A library with another number must not be used with it. */
#define DYNM_ABI_VERSION 0u

/** The ABI of the library that is loaded. Any thread. */
DYNM_API uint32_t dynm_abi_version(void);

/** The release of the library that is loaded, like "0.1.0". Static text. Any thread. */
DYNM_API const char *dynm_version(void);

typedef int32_t dynm_status;

#define DYNM_OK 0
/** An argument is wrong: a name, a label, a number, a handle. */
#define DYNM_EINVAL (-1)
/** The name is taken, by a metric that is not the same. */
#define DYNM_ECONFLICT (-2)
/** A file, directory or port could not be used. */
#define DYNM_EIO (-3)
/** It cannot be had now; try again. */
#define DYNM_EBUSY (-4)
/** No memory. */
#define DYNM_ENOMEM (-5)
/** The thing was closed. */
#define DYNM_ECLOSED (-6)

/**
 * What the last failed call on this thread had to say: the wrong value and a right one.
 *
 * @return text that stays good until the next failing call on this thread; "" when none failed. Never NULL.
 */
DYNM_API const char *dynm_last_error(void);

/* ---- Shared shapes ------------------------------------------------------------------------------------------- */

/** A label name with its value. Both borrowed. */
typedef struct dynm_label {
    const char *name;
    const char *value;
} dynm_label;

/**
 * Takes text in pieces. Who gives the sink decides where it goes.
 *
 * `write` returns DYNM_OK to go on; anything else ends the writing and becomes the status of the call.
 */
typedef struct dynm_sink {
    dynm_status (*write)(const char *data, size_t length, void *payload);
    void *payload;
} dynm_sink;

/**
 * Called once when the library no longer needs `payload`. May be NULL. Not called when the function that was given it
 * refused: then the payload is still the caller's.
 */
typedef void (*dynm_release_fn)(void *payload);

/* ---- Log ------------------------------------------------------------------------------------------------------ */

#define DYNM_LOG_INFO 1
#define DYNM_LOG_WARNING 2
#define DYNM_LOG_ERROR 3

/** One line without newline, at most 1 kB, free of control characters. `message` is borrowed. */
typedef void (*dynm_log_fn)(int32_t level, const char *message, size_t length, void *payload);

/**
 * Where the library's own messages go; standard error until this is called, and again after `fn` NULL.
 *
 * Messages are rare: each cause is told once. They are handed to `fn` on a thread of their own, so a slow log slows
 * nothing else.
 */
DYNM_API dynm_status dynm_set_log(dynm_log_fn fn, void *payload, dynm_release_fn release);

/* ---- Runtime and nodes ---------------------------------------------------------------------------------------- */

/** A place in the hierarchy: runtime, namespace, component or endpoint. */
typedef struct dynm_node dynm_node;

typedef struct dynm_runtime_options {
    size_t struct_size;
    /** The id behind the worker_id label (lower hex of it). Used when `has_connection_id` is not 0; else DYN_WORKER_ID
     *  (decimal, or hex behind 0x), else 63 random bits, drawn anew in a forked child that serves. */
    uint64_t connection_id;
    int32_t has_connection_id;
    /** Labels for every metric of this runtime, beside those of DYN_METRICS_CONST_LABELS ("zone=a,team=b"). Borrowed. */
    const dynm_label *constant_labels;
    size_t constant_label_count;
} dynm_runtime_options;

/**
 * Makes a runtime, the root of a tree. Starts no thread and opens nothing.
 *
 * @param options  borrowed; NULL for the defaults
 * @param out      receives the root, owned by the caller
 */
DYNM_API dynm_status dynm_runtime_create(const dynm_runtime_options *options, dynm_node **out);

/**
 * The runtime that all parts of a process share which are not handed one: a C++ core and its Python shell, say. Made with
 * the defaults at the first call; it stays for the life of the process.
 *
 * @param out  receives a handle to its root, owned by the caller
 */
DYNM_API dynm_status dynm_runtime_default(dynm_node **out);

/**
 * Takes a configuration (docs/configuration.md) in the place of the one before, which DYN_METRICS_CONFIG may have named: constant
 * labels, limits, buckets, other names, what is left out. Its rules count from the next scrape on, its labels and buckets for
 * what is created afterwards.
 *
 * @param path    of the file; when there is a text, only what messages call it; borrowed
 * @param text    the configuration itself, borrowed; NULL: what stands in the file
 * @param length  bytes of `text`
 * @return DYNM_EINVAL when anything in it makes no sense: dynm_last_error() tells each place, one to a line, and nothing
 *         has changed; DYNM_EIO when the file cannot be read
 *
 * Any thread.
 */
DYNM_API dynm_status dynm_runtime_configure(dynm_node *runtime, const char *path, const char *text, size_t length);

/**
 * The namespace `name` below a runtime or another namespace (the label then reads "a.b"). The same name gives the
 * same node again.
 *
 * @param out  receives a handle, owned by the caller
 */
DYNM_API dynm_status dynm_node_namespace(dynm_node *parent, const char *name, dynm_node **out);

/** The component `name` below a namespace. As dynm_node_namespace. */
DYNM_API dynm_status dynm_node_component(dynm_node *parent, const char *name, dynm_node **out);

/** The endpoint `name` below a component. As dynm_node_namespace. */
DYNM_API dynm_status dynm_node_endpoint(dynm_node *parent, const char *name, dynm_node **out);

/**
 * The name of the PyCapsule that `node.capsule` gives in Python: its pointer is a `dynm_node *` that belongs to the capsule.
 * Borrow it while the capsule lives, or take a handle of your own by dynm_node_copy.
 */
#define DYNM_NODE_CAPSULE "dynmetrics.dynm_node"

/**
 * Another handle to the same node, for a part of the program that keeps it for as long as it likes.
 *
 * @param out  receives the handle, owned by the caller
 */
DYNM_API dynm_status dynm_node_copy(dynm_node *node, dynm_node **out);

/**
 * Gives the handle back. The node itself stays in its tree, with its metrics, for as long as a handle to any node of
 * the tree exists or a server of it runs.
 */
DYNM_API void dynm_node_free(dynm_node *node);

/** The number behind worker_id; 0 for a handle that is none. */
DYNM_API uint64_t dynm_node_connection_id(dynm_node *node);

#define DYNM_HEALTH_NOTREADY 0
#define DYNM_HEALTH_READY 1

/** What /health says of this endpoint: it answers 503 while one endpoint is not ready. Endpoints only. */
DYNM_API dynm_status dynm_node_set_health_status(dynm_node *endpoint, int32_t status);

/* ---- Creating metrics ----------------------------------------------------------------------------------------- */

/** Goes up: seconds, bytes, requests. Double. */
typedef struct dynm_counter dynm_counter;
/** Goes up by whole numbers; exact to 2^64-1. */
typedef struct dynm_intcounter dynm_intcounter;
/** Goes up and down. Double. */
typedef struct dynm_gauge dynm_gauge;
/** Goes up and down by whole numbers. */
typedef struct dynm_intgauge dynm_intgauge;
/** Counts observations in buckets. */
typedef struct dynm_histogram dynm_histogram;
/** Counts observations and adds them up, without buckets. */
typedef struct dynm_summary dynm_summary;
/** What something is, told in labels; its value is always 1. */
typedef struct dynm_info dynm_info;
/** Which of some states something is in: one series for each, 1 or 0. */
typedef struct dynm_stateset dynm_stateset;
/** A metric with variable labels; its children are the metrics above. */
typedef struct dynm_counter_vec dynm_counter_vec;
typedef struct dynm_intcounter_vec dynm_intcounter_vec;
typedef struct dynm_gauge_vec dynm_gauge_vec;
typedef struct dynm_intgauge_vec dynm_intgauge_vec;
typedef struct dynm_histogram_vec dynm_histogram_vec;
typedef struct dynm_summary_vec dynm_summary_vec;

/**
 * Native buckets for a histogram, beside its classic ones: exponential, kept where something was counted. Scrapers get
 * them by protobuf only; Prometheus stores them when its native histograms are on, and the classic ones too only where
 * `always_scrape_classic_histograms` is set.
 */
typedef struct dynm_native_histogram {
    size_t struct_size;
    /** -4 (coarsest) to 8 (finest): bounds differ by the factor 2^(2^-schema). 3 gives 1.09, and quantiles within 5 %. */
    int32_t schema;
    /** Magnitudes up to this are counted as zero, in the metric's own unit. 0: 2^-128; negative: zero itself alone. */
    double zero_threshold;
    /** With more buckets than this the schema is lowered until they fit: at most 10000; 0: 160. */
    uint32_t max_buckets;
    /** Seconds of counting after which a histogram whose schema was lowered begins anew with this one, as after a
     *  restart. 0: never. */
    double min_reset_seconds;
} dynm_native_histogram;

/** What a metric is to be. All pointers borrowed. */
typedef struct dynm_metric_options {
    size_t struct_size;
    /** Becomes "dynamo_component_" + name, illegal characters replaced by "_". */
    const char *name;
    /** Not 0: `name` is taken as it is, and refused when it is not legal. */
    int32_t name_as_is;
    /** The HELP text. NULL is "". */
    const char *description;
    /** Labels with fixed values. */
    const dynm_label *const_labels;
    size_t const_label_count;
    /** Names of the variable labels. Vecs must have some, other metrics none. */
    const char *const *label_names;
    size_t label_name_count;
    /** Upper bounds, rising, without +Inf; in the metric's own unit. Histograms only; none: 0.005 to 10 seconds. */
    const double *buckets;
    size_t bucket_count;
    /** The states of a stateset, at least one. Statesets only. */
    const char *const *states;
    size_t state_count;
    /** Native buckets beside the classic ones. Histograms only; NULL: none. */
    const dynm_native_histogram *native;
    /** Seconds after which a gauge, or a child of a gauge vec, leaves the page when nothing has updated it; it comes back
     *  with the next update. Updates are seen by scrapes, so it is counted from the first scrape behind the last update.
     *  Gauges of doubles only; 0: never. */
    double ttl_seconds;
} dynm_metric_options;

/*
 * Each creates a metric on `node`. What is refused (DYNM_EINVAL, or DYNM_ECONFLICT when the name is taken) leaves
 * nothing behind. The handle is owned by the library.
 */
DYNM_API dynm_status dynm_node_create_counter(dynm_node *node, const dynm_metric_options *options, dynm_counter **out);
DYNM_API dynm_status dynm_node_create_intcounter(dynm_node *node, const dynm_metric_options *options, dynm_intcounter **out);
DYNM_API dynm_status dynm_node_create_gauge(dynm_node *node, const dynm_metric_options *options, dynm_gauge **out);
DYNM_API dynm_status dynm_node_create_intgauge(dynm_node *node, const dynm_metric_options *options, dynm_intgauge **out);
DYNM_API dynm_status dynm_node_create_histogram(dynm_node *node, const dynm_metric_options *options, dynm_histogram **out);
DYNM_API dynm_status dynm_node_create_counter_vec(dynm_node *node, const dynm_metric_options *options, dynm_counter_vec **out);
DYNM_API dynm_status dynm_node_create_intcounter_vec(dynm_node *node, const dynm_metric_options *options, dynm_intcounter_vec **out);
DYNM_API dynm_status dynm_node_create_gauge_vec(dynm_node *node, const dynm_metric_options *options, dynm_gauge_vec **out);
DYNM_API dynm_status dynm_node_create_intgauge_vec(dynm_node *node, const dynm_metric_options *options, dynm_intgauge_vec **out);
DYNM_API dynm_status dynm_node_create_histogram_vec(dynm_node *node, const dynm_metric_options *options, dynm_histogram_vec **out);
DYNM_API dynm_status dynm_node_create_summary(dynm_node *node, const dynm_metric_options *options, dynm_summary **out);
DYNM_API dynm_status dynm_node_create_summary_vec(dynm_node *node, const dynm_metric_options *options, dynm_summary_vec **out);
/** As above. The name of an info ends in "_info", which is added when it does not. */
DYNM_API dynm_status dynm_node_create_info(dynm_node *node, const dynm_metric_options *options, dynm_info **out);
/** As above. All states are 0 at first; the label that names them is called like the metric. */
DYNM_API dynm_status dynm_node_create_stateset(dynm_node *node, const dynm_metric_options *options, dynm_stateset **out);

/** Writes the full name of any metric or vec. */
DYNM_API dynm_status dynm_metric_name(const void *metric, const dynm_sink *sink);

/** Takes one label; both texts borrowed. */
typedef void (*dynm_label_fn)(const char *name, const char *value, void *payload);

/** Calls `each` for every fixed label of a metric or vec, automatic ones included, sorted by name. */
DYNM_API dynm_status dynm_metric_const_labels(const void *metric, dynm_label_fn each, void *payload);

/** Calls `each` for every variable label name of a vec (value ""), in the order in which values are given. */
DYNM_API dynm_status dynm_metric_variable_labels(const void *vec, dynm_label_fn each, void *payload);

/* ---- Updating metrics ----------------------------------------------------------------------------------------- */

/* Any thread, signal handlers too. Do not block, allocate or lock. NULL is ignored and counted. */

/** Adds 1. */
DYNM_API void dynm_counter_inc(dynm_counter *counter);
/** Adds `delta`, in the metric's own unit. A negative or NaN `delta` is refused and counted. */
DYNM_API void dynm_counter_inc_by(dynm_counter *counter, double delta);
/** The value now; 0 for NULL. */
DYNM_API double dynm_counter_get(const dynm_counter *counter);

DYNM_API void dynm_intcounter_inc(dynm_intcounter *counter);
DYNM_API void dynm_intcounter_inc_by(dynm_intcounter *counter, uint64_t delta);
DYNM_API uint64_t dynm_intcounter_get(const dynm_intcounter *counter);

DYNM_API void dynm_gauge_set(dynm_gauge *gauge, double value);
/** Adds `delta`, which may be negative. */
DYNM_API void dynm_gauge_add(dynm_gauge *gauge, double delta);
DYNM_API double dynm_gauge_get(const dynm_gauge *gauge);

DYNM_API void dynm_intgauge_set(dynm_intgauge *gauge, int64_t value);
/** Adds `delta`, which may be negative; wraps at the ends of int64_t. */
DYNM_API void dynm_intgauge_add(dynm_intgauge *gauge, int64_t delta);
DYNM_API int64_t dynm_intgauge_get(const dynm_intgauge *gauge);

/** Counts `value`, in the metric's own unit, in its bucket. NaN is counted in +Inf alone, as every client does. */
DYNM_API void dynm_histogram_observe(dynm_histogram *histogram, double value);
/** How many values were observed. */
DYNM_API uint64_t dynm_histogram_count(const dynm_histogram *histogram);
/** Their sum. */
DYNM_API double dynm_histogram_sum(const dynm_histogram *histogram);

/** Counts `value`, in the metric's own unit. */
DYNM_API void dynm_summary_observe(dynm_summary *summary, double value);
/** How many values were observed. */
DYNM_API uint64_t dynm_summary_count(const dynm_summary *summary);
/** Their sum. */
DYNM_API double dynm_summary_sum(const dynm_summary *summary);

/* ---- Writers ----------------------------------------------------------------------------------------------------- */

/*
 * One thread's own grip on a counter or histogram, for the hottest loops: faster than the metric itself, and never in
 * another thread's way. A writer is for one thread at a time; what it counts is part of the metric's value at once, and
 * stays after it is freed. Updates do not block, allocate or lock; a signal handler must not use a writer whose update it
 * may have interrupted. NULL is ignored and counted.
 */
typedef struct dynm_counter_writer dynm_counter_writer;
typedef struct dynm_intcounter_writer dynm_intcounter_writer;
typedef struct dynm_histogram_writer dynm_histogram_writer;

/** @param out  receives the writer, owned by the caller. Takes a lock for a short time. */
DYNM_API dynm_status dynm_counter_writer_create(dynm_counter *counter, dynm_counter_writer **out);
DYNM_API void dynm_counter_writer_inc(dynm_counter_writer *writer);
/** A negative or NaN `delta` is refused and counted. */
DYNM_API void dynm_counter_writer_inc_by(dynm_counter_writer *writer, double delta);
/** Gives it back; the same thread or another may be given it again. Not while a thread uses it. */
DYNM_API void dynm_counter_writer_free(dynm_counter_writer *writer);

DYNM_API dynm_status dynm_intcounter_writer_create(dynm_intcounter *counter, dynm_intcounter_writer **out);
DYNM_API void dynm_intcounter_writer_inc(dynm_intcounter_writer *writer);
DYNM_API void dynm_intcounter_writer_inc_by(dynm_intcounter_writer *writer, uint64_t delta);
DYNM_API void dynm_intcounter_writer_free(dynm_intcounter_writer *writer);

DYNM_API dynm_status dynm_histogram_writer_create(dynm_histogram *histogram, dynm_histogram_writer **out);
DYNM_API void dynm_histogram_writer_observe(dynm_histogram_writer *writer, double value);
DYNM_API void dynm_histogram_writer_free(dynm_histogram_writer *writer);

/* ---- Exemplars, infos and states -------------------------------------------------------------------------------- */

/* Any thread, but not signal handlers. Take a lock for a short time. */

/**
 * Adds `delta` and keeps `labels`, such as a trace id, as the newest exemplar of the counter. OpenMetrics and protobuf
 * show it, text 0.0.4 cannot.
 *
 * @param labels  borrowed; names and values have at most 128 characters together
 * @return DYNM_EINVAL when the labels are refused; `delta` was added all the same
 */
DYNM_API dynm_status dynm_counter_inc_by_with_exemplar(dynm_counter *counter, double delta, const dynm_label *labels, size_t label_count);

/** As dynm_counter_inc_by_with_exemplar. */
DYNM_API dynm_status dynm_intcounter_inc_by_with_exemplar(dynm_intcounter *counter, uint64_t delta, const dynm_label *labels, size_t label_count);

/** Counts `value` and keeps `labels` as the newest exemplar of its bucket. As dynm_counter_inc_by_with_exemplar. */
DYNM_API dynm_status dynm_histogram_observe_with_exemplar(dynm_histogram *histogram, double value, const dynm_label *labels, size_t label_count);

/** Replaces what the info says beside its constant labels. All borrowed. */
DYNM_API dynm_status dynm_info_set(dynm_info *info, const dynm_label *labels, size_t label_count);

/** Puts the stateset in `state` alone: no page shows it in two states, or in none. */
DYNM_API dynm_status dynm_stateset_enter(dynm_stateset *stateset, const char *state);

/** Sets one state on (not 0) or off, whatever the others are. */
DYNM_API dynm_status dynm_stateset_set(dynm_stateset *stateset, const char *state, int32_t is_on);

/* ---- Children of vecs ------------------------------------------------------------------------------------------ */

/*
 * The child for these label values, made when there is none. `values` has one per variable label, in the order of
 * label_names. Take the child once and keep it where updates are hot. Takes a lock for a short time.
 */
DYNM_API dynm_status dynm_counter_vec_with(dynm_counter_vec *vec, const char *const *values, size_t count, dynm_counter **out);
DYNM_API dynm_status dynm_intcounter_vec_with(dynm_intcounter_vec *vec, const char *const *values, size_t count, dynm_intcounter **out);
DYNM_API dynm_status dynm_gauge_vec_with(dynm_gauge_vec *vec, const char *const *values, size_t count, dynm_gauge **out);
DYNM_API dynm_status dynm_intgauge_vec_with(dynm_intgauge_vec *vec, const char *const *values, size_t count, dynm_intgauge **out);
DYNM_API dynm_status dynm_histogram_vec_with(dynm_histogram_vec *vec, const char *const *values, size_t count, dynm_histogram **out);
DYNM_API dynm_status dynm_summary_vec_with(dynm_summary_vec *vec, const char *const *values, size_t count, dynm_summary **out);

/**
 * The child for these labels by name, in any order, of any kind of vec.
 *
 * @param out  receives the child: a dynm_counter for a dynm_counter_vec, and so on
 */
DYNM_API dynm_status dynm_vec_with_labels(void *vec, const dynm_label *labels, size_t count, void **out);

/** Takes the child for these values off the page. Nothing happens when there is none. Any kind of vec. */
DYNM_API dynm_status dynm_vec_remove(void *vec, const char *const *values, size_t count);

/** Takes all children off the page. Any kind of vec. */
DYNM_API dynm_status dynm_vec_clear(void *vec);

/**
 * Takes every child of a vec on `node` or below off the page that has all of these labels, variable or fixed. Who still
 * holds one may go on updating it, unseen. Metrics without variable labels stay.
 *
 * @param removed  receives how many there were; NULL when nobody asks
 */
DYNM_API dynm_status dynm_node_remove_matching(dynm_node *node, const dynm_label *labels, size_t count, size_t *removed);

/* ---- Callbacks and directories --------------------------------------------------------------------------------- */

/** A callback or directory that was registered. */
typedef struct dynm_registration dynm_registration;

/** Which families of a source pass, under which names, with which labels more. All pointers borrowed. */
typedef struct dynm_filter {
    size_t struct_size;
    /** Only names that begin with one of these pass. None: all. */
    const char *const *include;
    size_t include_count;
    /** Names that begin with one of these do not pass, whatever `include` says. */
    const char *const *exclude;
    size_t exclude_count;
    /** The first matching include prefix is taken off, then this is put in front unless it is there. NULL: nothing. */
    const char *add_prefix;
    /** Labels to add. One that a sample has already stays as it is; the first of two with one name wins. "le" and
     *  "quantile" are refused. */
    const dynm_label *labels;
    size_t label_count;
} dynm_filter;

/** The constant labels of the runtime, which lose against the filter's. */
#define DYNM_LABELS_CONSTANT 0
/** Also those of the node, which win over the filter's. */
#define DYNM_LABELS_NODE 1
/** None. */
#define DYNM_LABELS_NONE 2

typedef struct dynm_source_options {
    size_t struct_size;
    /** The `source` label in the self-metrics, like "vllm". NULL: made from the include prefix or the kind. */
    const char *name;
    /** NULL: everything passes as it is. */
    const dynm_filter *filter;
    /** One of DYNM_LABELS_…: which labels are added beside those of the filter. */
    int32_t node_labels;
    /** Pages only. Not 0: the page may be on another machine. */
    int32_t allow_remote;
    /** Of a multiprocess directory: not 0 reads what processes wrote that are gone only once. The page is the same. Only
     *  where all writers share this process's pid namespace, as its own children do: their pids are looked up. */
    int32_t fold_dead_writers;
    /** Not 0, of a typed source: its families stand on the page where a text callback's would. */
    int32_t as_text;
} dynm_source_options;

/** Brings values up to date before a scrape reads them. A status that is not DYNM_OK is counted. */
typedef dynm_status (*dynm_update_fn)(void *payload);

/** Writes metrics as text 0.0.4 or OpenMetrics (last line `# EOF`) into `sink`. A status that is not DYNM_OK leaves the source out and is counted. */
typedef dynm_status (*dynm_text_fn)(const dynm_sink *sink, void *payload);

/** Takes typed metrics inside a typed callback; good only there. */
typedef struct dynm_emitter dynm_emitter;

/** Emits metrics by dynm_emit_*. A status that is not DYNM_OK leaves the source out and is counted. */
typedef dynm_status (*dynm_typed_fn)(dynm_emitter *emitter, void *payload);

/**
 * Registers `fn` to run before each scrape of `node` or of a node above it.
 *
 * @param out  receives the registration, owned by the caller; NULL when it is never to be closed
 */
DYNM_API dynm_status dynm_node_on_scrape(dynm_node *node, dynm_update_fn fn, void *payload, dynm_release_fn release, dynm_registration **out);

/**
 * Registers a source of text. It is asked at each scrape, on its own thread, under the scrape's deadline. The text is
 * read into families, filtered, merged and written anew; what cannot be read is dropped and counted.
 *
 * @param options  borrowed; NULL for the defaults
 */
DYNM_API dynm_status dynm_node_register_text(dynm_node *node, const dynm_source_options *options, dynm_text_fn fn, void *payload, dynm_release_fn release, dynm_registration **out);

/** Registers a source of typed metrics. As dynm_node_register_text; filters match family names. */
DYNM_API dynm_status dynm_node_register_typed(dynm_node *node, const dynm_source_options *options, dynm_typed_fn fn, void *payload, dynm_release_fn release, dynm_registration **out);

/** Adds a directory of prometheus_client's multiprocess mode, merged at each scrape. It must exist. */
DYNM_API dynm_status dynm_node_add_multiprocess_dir(dynm_node *node, const char *path, const dynm_source_options *options, dynm_registration **out);

/**
 * Adds another program's page as a source: fetched by HTTP at each scrape, then read, filtered and merged like text of a
 * callback. The program need not be up yet; while it is not, the source is counted as failed.
 *
 * @param url      `http://127.0.0.1:8002/metrics`, `http://[::1]:8002` (the path is /metrics when there is none), or
 *                 `unix:/run/engine.sock:/metrics`; on this machine, unless options->allow_remote is set
 * @param options  borrowed; NULL for the defaults
 * @param out      receives the registration, owned by the caller; NULL when it is never to be closed
 */
DYNM_API dynm_status dynm_node_add_page_source(dynm_node *node, const char *url, const dynm_source_options *options, dynm_registration **out);

/**
 * Leaves series of sources on `node` or below out of pages that have all of these labels, from the next scrape on, until
 * dynm_node_show_matching is called with the same labels. For series of an engine that speaks on of what is gone.
 */
DYNM_API dynm_status dynm_node_hide_matching(dynm_node *node, const dynm_label *labels, size_t count);

/** Shows them again. Nothing happens when they are not hidden on `node`. */
DYNM_API dynm_status dynm_node_show_matching(dynm_node *node, const dynm_label *labels, size_t count);

/** Everything while the source is late, nothing when its call failed. */
#define DYNM_STALE_STANDARD 0
/** Nothing. */
#define DYNM_STALE_DROP 1
/** Counters, histograms and summaries, late or failed; not gauges, which tell of now. */
#define DYNM_STALE_KEEP_COUNTERS 2
/** Everything, late or failed. */
#define DYNM_STALE_KEEP 3

/**
 * What is shown of a source, from now on, while it brings nothing new: one of DYNM_STALE_…. Only what is not older than
 * DYN_METRICS_SOURCE_MAX_AGE_MS (60 seconds).
 */
DYNM_API dynm_status dynm_registration_set_stale_policy(dynm_registration *registration, int32_t policy);

/**
 * Ends a registration: the source leaves the page at once, and is not asked again. Does not wait for a call that is
 * running; `release` is called when that has returned. Closing twice is fine.
 */
DYNM_API dynm_status dynm_registration_close(dynm_registration *registration);

/** Gives the handle back. The registration itself goes on. */
DYNM_API void dynm_registration_free(dynm_registration *registration);

#define DYNM_KIND_COUNTER 0
#define DYNM_KIND_GAUGE 1
#define DYNM_KIND_HISTOGRAM 2
#define DYNM_KIND_SUMMARY 3
#define DYNM_KIND_UNKNOWN 4
#define DYNM_KIND_INFO 5
#define DYNM_KIND_STATESET 6
#define DYNM_KIND_GAUGEHISTOGRAM 7

/** Begins a family. `name` is the family's, without "_total" or "_info"; `help` and `unit` may be NULL. */
DYNM_API dynm_status dynm_emit_family(dynm_emitter *emitter, const char *name, const char *help, int32_t kind, const char *unit);

/**
 * Emits one sample of the family begun last.
 *
 * @param name         the sample's full name: the family's with the suffix of its kind ("x_total", "x_bucket", …)
 * @param timestamp    seconds since 1970, or NULL; served pages leave it out
 */
DYNM_API dynm_status dynm_emit_sample(dynm_emitter *emitter, const char *name, const dynm_label *labels, size_t label_count, double value, const double *timestamp);

/**
 * Gives the sample emitted last, of a counter or a bucket, an exemplar.
 *
 * @param labels     names and values have at most 128 characters together
 * @param timestamp  seconds since 1970, or NULL
 */
DYNM_API dynm_status dynm_emit_exemplar(dynm_emitter *emitter, const dynm_label *labels, size_t label_count, double value, const double *timestamp);

/**
 * Emits one histogram of the family begun last.
 *
 * @param bounds  `bound_count` upper bounds, rising, without +Inf
 * @param counts  `bound_count` + 1 counts, one per bucket (not cumulative), that of +Inf last
 */
DYNM_API dynm_status dynm_emit_histogram(dynm_emitter *emitter, const dynm_label *labels, size_t label_count, const double *bounds, const uint64_t *counts, size_t bound_count, double sum);

/**
 * Emits text 0.0.4 or OpenMetrics, read and filtered as that of a text callback: line by line, by the names that stand
 * there. It ends the family begun before.
 */
DYNM_API dynm_status dynm_emit_text(dynm_emitter *emitter, const char *text, size_t length);

/** Counts a part that this scrape has to do without, such as one of several things that a callback reads, which failed.
 *  `what` tells of it in the log, once. */
DYNM_API dynm_status dynm_emit_missing(dynm_emitter *emitter, const char *what);

/** Counts families and series that the callback did not emit since it knows that its filter lets nothing of them pass:
 *  they were seen, and filtered out, in what dynm_node_sources tells. */
DYNM_API dynm_status dynm_emit_filtered(dynm_emitter *emitter, uint64_t families, uint64_t series);

/**
 * Families that come at every scrape with other values. Reading, filtering, labels and rendering are done once, when the
 * template is made; each use then costs no more than its values.
 */
typedef struct dynm_template dynm_template;

/**
 * Makes a template of `text` (0.0.4), as dynm_emit_text would read it: with the filter and labels of the source whose
 * callback runs. Emits nothing. Its numbers mean nothing.
 *
 * @param out  receives the template, owned by the caller, who keeps it for the next scrapes of this source
 */
DYNM_API dynm_status dynm_template_create(dynm_emitter *emitter, const char *text, size_t length, dynm_template **out);

/** How many of its series pass the filter; 0 also for a handle that is none. Any thread. */
DYNM_API size_t dynm_template_series(const dynm_template *template_);

/**
 * Emits the families of a template. It ends the family begun before.
 *
 * @param values  one for each sample line of its text, in their order, also for those that the filter leaves out;
 *                spelled on the page as prometheus_client spells them ("3.0")
 * @param count   how many; another number than that of the lines is DYNM_EINVAL
 */
DYNM_API dynm_status dynm_emit_template(dynm_emitter *emitter, const dynm_template *template_, const double *values, size_t count);

/** Gives a template back. Any thread. */
DYNM_API void dynm_template_free(dynm_template *template_);

/**
 * Tells that the callback which runs on this thread has held its interpreter's lock, such as Python's GIL, for so many
 * seconds at a stretch. Any callback may, as often as it held it. The sum and the longest are shown for its source as
 * dynmetrics_gil_hold_seconds_total and _max. Never blocks; does nothing on other threads.
 */
DYNM_API void dynm_note_hold(double seconds);

/* ---- Tables ---------------------------------------------------------------------------------------------------- */

/*
 * Series of which somebody else keeps the books: another client library's, say, whose values live here so that a scrape
 * can read them without asking anybody. A table is a list of metrics in the order of their page; a metric has children,
 * one per label set; a child shows values. Tables are written as prometheus_client writes its metrics ("3.0", "1e+06",
 * and the creation time of a child as a series "x_created"), and go through filters as its text does: line by line.
 *
 * Creating, changing and freeing takes a lock for a short time; none of it is for signal handlers. A scrape takes each
 * child as it was at one moment, and its values at the moments at which they are read.
 */
typedef struct dynm_table dynm_table;
typedef struct dynm_table_metric dynm_table_metric;

/**
 * A value that no metric of a node owns: a double, 0 at first, updated and read by dynm_gauge_set, dynm_gauge_add and
 * dynm_gauge_get like any gauge.
 *
 * @param out  receives the value, owned by the caller
 */
DYNM_API dynm_status dynm_value_create(dynm_gauge **out);
/**
 * Gives a value back: nobody may update it any more, for the next to be created may be this one. The child that shows it
 * is taken away from its metric.
 */
DYNM_API void dynm_value_free(dynm_gauge *value);

/** What a metric of a table is. All pointers borrowed. */
typedef struct dynm_table_metric_options {
    size_t struct_size;
    /** [a-zA-Z_:][a-zA-Z0-9_:]*, without "_total". Taken as it is. */
    const char *name;
    /** The HELP text. NULL is "". */
    const char *description;
    /** DYNM_KIND_COUNTER, _GAUGE, _HISTOGRAM or _SUMMARY. */
    int32_t kind;
    /** [a-zA-Z_][a-zA-Z0-9_]* each, none twice. */
    const char *const *label_names;
    size_t label_name_count;
    /** Histograms only: upper bounds, rising, without +Inf. */
    const double *buckets;
    size_t bucket_count;
} dynm_table_metric_options;

/** @param out  receives the metric, owned by the caller; it stands in no table yet */
DYNM_API dynm_status dynm_table_metric_create(const dynm_table_metric_options *options, dynm_table_metric **out);
/** Gives the handle back. The metric goes on in its tables. */
DYNM_API void dynm_table_metric_free(dynm_table_metric *metric);

/**
 * Shows `values` as the child of these labels, in place of what it showed before; a new child comes behind the others.
 *
 * @param label_values  one per label name, in their order
 * @param values        a counter's or gauge's value; a summary's count and sum; a histogram's count of each bucket alone,
 *                      that of +Inf last, and its sum. A value that another child shows leaves that.
 * @param created       seconds since 1970; NaN when nobody knows. Gauges have none.
 */
DYNM_API dynm_status dynm_table_metric_put(dynm_table_metric *metric, const char *const *label_values, size_t label_count, dynm_gauge *const *values, size_t value_count, double created);
/** Takes the child of these labels away. Nothing happens when there is none. */
DYNM_API dynm_status dynm_table_metric_remove(dynm_table_metric *metric, const char *const *label_values, size_t label_count);
/** Takes all children away. */
DYNM_API dynm_status dynm_table_metric_clear(dynm_table_metric *metric);

/** @param out  receives an empty table, owned by the caller */
DYNM_API dynm_status dynm_table_create(dynm_table **out);
/** Gives the handle back. Registrations go on showing the table. */
DYNM_API void dynm_table_free(dynm_table *table);
/** Adds `metric` behind the others; it may stand in several tables. Twice is fine. */
DYNM_API dynm_status dynm_table_add(dynm_table *table, dynm_table_metric *metric);
/** Takes `metric` out. Nothing happens when it is not there. */
DYNM_API dynm_status dynm_table_remove(dynm_table *table, dynm_table_metric *metric);
/** Whether creation times are series too (not 0, as at first) or not (0). */
DYNM_API dynm_status dynm_table_show_created(dynm_table *table, int32_t shows);

/**
 * Shows `table` on the page of `node`, with the precedence of a text callback. One table may be registered many times,
 * with different filters. It is read by the thread that scrapes.
 *
 * @param options  borrowed; NULL for the defaults
 * @param table    borrowed
 * @param rest     NULL, or a text callback for what belongs to the table and cannot be in it. It is asked as others are,
 *                 and its families come behind those of the table. Its source is called like the table's with "_rest".
 */
DYNM_API dynm_status dynm_node_register_table(dynm_node *node, const dynm_source_options *options, dynm_table *table, dynm_text_fn rest, void *payload, dynm_release_fn release, dynm_registration **out);
/** Whether `rest` is asked (not 0, as at first) or left alone (0), because there is nothing that it could bring. */
DYNM_API dynm_status dynm_registration_ask_rest(dynm_registration *registration, int32_t asked);

/* ---- Instrumentation -------------------------------------------------------------------------------------------- */

/*
 * What workers, frontends and KV block managers measure, under Dynamo's names (docs/metrics.md, dynmetrics_names.h), in the
 * right labels at the right moments. Making one of these may fail; what is done with requests never does: it returns nothing,
 * ignores NULL, and what ends a request first decides how it ended. A request that is freed before its end counts as
 * cancelled. Any thread; not signal handlers. In a forked child the parent's requests count nothing.
 */

typedef struct dynm_work_handler dynm_work_handler;
typedef struct dynm_work_request dynm_work_request;
typedef struct dynm_frontend dynm_frontend;
typedef struct dynm_frontend_request dynm_frontend_request;
typedef struct dynm_kv_blocks dynm_kv_blocks;

/** How a request ended. DISCONNECTED: its client left; for a worker the same as CANCELLED. */
#define DYNM_OUTCOME_OK 0
#define DYNM_OUTCOME_ERROR 1
#define DYNM_OUTCOME_CANCELLED 2
#define DYNM_OUTCOME_TIMEOUT 3
#define DYNM_OUTCOME_DISCONNECTED 4

/** Shows process_* (bit 1) and the runtime's uptime (bit 2) on the runtime's page; families that a source brings win. */
#define DYNM_SHOW_PROCESS 1
#define DYNM_SHOW_UPTIME 2
DYNM_API dynm_status dynm_runtime_show(dynm_node *root, int32_t what);

/**
 * The requests of an endpoint. The same endpoint and model give the same one.
 *
 * @param model  the labels `model` and `model_name`; NULL: the handler that the endpoint has, else one without these labels.
 *               An endpoint has them on all of its handlers or on none: name it first, or never
 * @param out    receives it, owned by the caller
 */
DYNM_API dynm_status dynm_work_handler_create(dynm_node *endpoint, const char *model, dynm_work_handler **out);

/** Gives the handle back; its metrics stay. */
DYNM_API void dynm_work_handler_free(dynm_work_handler *handler);

#define DYNM_TOOK_MODEL_LOAD 0
#define DYNM_TOOK_CLEANUP 1
#define DYNM_TOOK_DRAIN 2
/** Shows how long something took, in seconds. The gauge comes onto the page with its first value. */
DYNM_API dynm_status dynm_work_handler_took(dynm_work_handler *handler, int32_t what, double seconds);

/** How many requests the endpoint works on; a drain waits for 0. */
DYNM_API int64_t dynm_work_handler_open_requests(dynm_work_handler *handler);

/**
 * Takes on a request.
 *
 * @param bytes      of the request
 * @param is_queued  not 0: it waits until dynm_work_request_start
 * @param out        receives it, owned by the caller
 */
DYNM_API dynm_status dynm_work_handler_begin(dynm_work_handler *handler, uint64_t bytes, int32_t is_queued, dynm_work_request **out);

/** It leaves the queue; how long it waited is counted. */
DYNM_API void dynm_work_request_start(dynm_work_request *request);
/** More of the request came in. */
DYNM_API void dynm_work_request_received(dynm_work_request *request, uint64_t bytes);
/** A part of the answer went out; the first one's time is counted. */
DYNM_API void dynm_work_request_sent(dynm_work_request *request, uint64_t bytes);
/** It has to be tried again. */
DYNM_API void dynm_work_request_retry(dynm_work_request *request);
/** It ended. `error_type` is for DYNM_OUTCOME_ERROR: one of DYNM_VALUE_WORK_HANDLER_ERROR_TYPES_…; any other means "generate". */
DYNM_API void dynm_work_request_end(dynm_work_request *request, int32_t outcome, const char *error_type);
/** Gives it back; one that has not ended counts as cancelled. */
DYNM_API void dynm_work_request_free(dynm_work_request *request);

/** The frontend of a runtime; there is one. DYN_METRICS_PREFIX renames all of its families. */
DYNM_API dynm_status dynm_frontend_create(dynm_node *root, dynm_frontend **out);

/** Gives the handle back; its metrics stay. */
DYNM_API void dynm_frontend_free(dynm_frontend *frontend);

/**
 * Takes on a request. Models and endpoints become labels: give those that are served, not what clients ask for.
 *
 * @param endpoint      "chat_completions", "completions", "embeddings", …; NULL: chat_completions
 * @param request_type  "stream" or "unary"; NULL: stream
 */
DYNM_API dynm_status dynm_frontend_begin(dynm_frontend *frontend, const char *model, const char *endpoint, const char *request_type, dynm_frontend_request **out);

/** What the prompt turned out to be; the first call counts. `cached` below 0: not known. */
DYNM_API void dynm_frontend_request_input(dynm_frontend_request *request, uint64_t tokens, int64_t cached);
/** The first response came, without tokens. */
DYNM_API void dynm_frontend_request_responded(dynm_frontend_request *request);
/** `count` tokens came at once. */
DYNM_API void dynm_frontend_request_tokens(dynm_frontend_request *request, uint64_t count);
/** It ended. `error_type` is one of DYNM_VALUE_FRONTEND_SERVICE_ERROR_TYPE_…; any other means "internal". */
DYNM_API void dynm_frontend_request_end(dynm_frontend_request *request, int32_t outcome, const char *error_type);
/** Gives it back; one that has not ended counts as cancelled. */
DYNM_API void dynm_frontend_request_free(dynm_frontend_request *request);

/** How a model is configured; what is below 0 is left as it is. */
typedef struct dynm_model_configuration {
    size_t struct_size;
    int64_t is_ready;
    int64_t total_kv_blocks;
    int64_t max_num_seqs;
    int64_t max_num_batched_tokens;
    int64_t context_length;
    int64_t kv_cache_block_size;
    int64_t migration_limit;
} dynm_model_configuration;

/** Shows how a model is configured; NULL takes its configuration off the page. */
DYNM_API dynm_status dynm_frontend_set_model(dynm_frontend *frontend, const char *model, const dynm_model_configuration *configuration);

/** Calls `fn` before a scrape when the last time is at least `interval` seconds ago; as dynm_node_on_scrape. */
DYNM_API dynm_status dynm_frontend_on_refresh(dynm_frontend *frontend, double interval, dynm_update_fn fn, void *payload, dynm_release_fn release, dynm_registration **out);

/** What a KV block manager tells, with the labels of `node`; one for each node. */
DYNM_API dynm_status dynm_kv_blocks_create(dynm_node *node, dynm_kv_blocks **out);

/** Gives the handle back; its metrics stay. */
DYNM_API void dynm_kv_blocks_free(dynm_kv_blocks *blocks);

/** `count` blocks went the way `move`: "offload_d2h", "offload_h2d", "offload_d2d", "offload_d2o", "onboard_h2d", "onboard_d2d",
 * "onboard_o2d"; `bytes` count for object storage (o). DYNM_EINVAL for another way. */
DYNM_API dynm_status dynm_kv_blocks_moved(dynm_kv_blocks *blocks, const char *move, uint64_t count, uint64_t bytes);
/** `tokens` of a prompt were found. */
DYNM_API dynm_status dynm_kv_blocks_matched(dynm_kv_blocks *blocks, uint64_t tokens);
/** Blocks that could not be read from object storage, and not written to it. */
DYNM_API dynm_status dynm_kv_blocks_failed(dynm_kv_blocks *blocks, uint64_t reading, uint64_t writing);
/** A look-up in `tier` ("host", "disk", "object") found `hits` of `count` blocks; hit rates are of the last 1024 look-ups. */
DYNM_API dynm_status dynm_kv_blocks_looked_up(dynm_kv_blocks *blocks, const char *tier, uint64_t count, uint64_t hits);

/* ---- Scraping -------------------------------------------------------------------------------------------------- */

#define DYNM_FORMAT_TEXT 0
#define DYNM_FORMAT_OPENMETRICS 1
/** io.prometheus.client.MetricFamily messages, each behind its length. Cannot be checked. */
#define DYNM_FORMAT_PROTOBUF 2

typedef struct dynm_scrape_options {
    size_t struct_size;
    /** DYNM_FORMAT_… */
    int32_t format;
    /** Not 0: without the dynmetrics_* families, which only the root has. */
    int32_t without_self_metrics;
    /** How long sources may take, in milliseconds. 0: DYN_METRICS_SCRAPE_DEADLINE_MS, else 1000. */
    int32_t deadline_ms;
    /** Only these families; sources whose filter lets none of them pass are not asked. None: all. Borrowed. */
    const char *const *names;
    size_t name_count;
} dynm_scrape_options;

/**
 * Writes the page of `node` and what is below. Waits for its sources, up to the deadline.
 *
 * Must not be called with a lock held that a callback needs (in Python: without the GIL).
 *
 * @param options  borrowed; NULL for the defaults
 */
DYNM_API dynm_status dynm_node_scrape(dynm_node *node, const dynm_scrape_options *options, const dynm_sink *sink);

/**
 * Writes what became of the sources of `node` and below at their last scrape, for people who miss a metric. A JSON array with
 * an object for each source, in order of registration:
 *
 *     {"name": "vllm", "state": "fresh",
 *      "families": 44, "series": 427,                       as it brought them
 *      "filtered_families": 3, "filtered_series": 12,       what its filter let not pass
 *      "renamed_families": 0,
 *      "shown_families": 41, "shown_series": 415,           what was given to the page; others may have had a series first
 *      "rejected": [["duplicate_series", 2, "a first example, in words"]],   since it was registered, by reason
 *      "errors": {"deadline": 1}}                           scrapes without anything new, likewise
 *
 * States and reasons are those of docs/configuration.md. More keys may come. Asks no source; any thread.
 */
DYNM_API dynm_status dynm_node_sources(dynm_node *node, const dynm_sink *sink);

/* ---- Serving --------------------------------------------------------------------------------------------------- */

/** A running HTTP server with /metrics, /health and /live. */
typedef struct dynm_server dynm_server;

typedef struct dynm_serve_options {
    size_t struct_size;
    /** A numeric address or "localhost". NULL: DYN_SYSTEM_HOST, else 0.0.0.0 when DYN_SYSTEM_PORT is set, else 127.0.0.1. */
    const char *host;
    /** 0 to 65535, 0 for any free one. Used when `has_port` is not 0; else DYN_SYSTEM_PORT, else any free one. */
    int32_t port;
    int32_t has_port;
} dynm_serve_options;

/**
 * Serves the page of a runtime. The same address twice gives the same server. May wait for the socket.
 *
 * @param root     a runtime
 * @param options  borrowed; NULL for the defaults
 * @param out      receives the server, owned by the caller
 */
DYNM_API dynm_status dynm_node_serve(dynm_node *root, const dynm_serve_options *options, dynm_server **out);

/** The port it listens on; 0 for a handle that is none. */
DYNM_API int32_t dynm_server_port(const dynm_server *server);

/** Writes its address, like "http://127.0.0.1:9464". */
DYNM_API dynm_status dynm_server_url(const dynm_server *server, const dynm_sink *sink);

/** Stops it: the port is free afterwards. Waits for that. Closing twice is fine. */
DYNM_API dynm_status dynm_server_close(dynm_server *server);

/** Gives the handle back. A server that was not closed goes on. */
DYNM_API void dynm_server_free(dynm_server *server);

/* ---- Mounting --------------------------------------------------------------------------------------------------- */

/** The pages of a runtime for an HTTP server of yours: you read requests and write responses, the library answers them. */
typedef struct dynm_mount dynm_mount;

typedef struct dynm_request {
    size_t struct_size;
    /** As sent, like "GET". */
    const char *method;
    /** The path below the place where the pages are mounted, raw, with its query: "", "/", "/health", "/?name[]=up". */
    const char *target;
    /** Header fields; several of one name are fine. Looked at: Accept, Accept-Encoding, X-Prometheus-Scrape-Timeout-Seconds. */
    const dynm_label *headers;
    size_t header_count;
} dynm_request;

/** All borrowed, good during the call. Date, Connection and the like are the server's to add. */
typedef struct dynm_response {
    size_t struct_size;
    /** An HTTP status. */
    int32_t status;
    /** Content-Type and Content-Length, and what else belongs to this answer. */
    const dynm_label *headers;
    size_t header_count;
    /** Empty for HEAD, whose Content-Length is that of GET. */
    const char *body;
    size_t body_length;
} dynm_response;

/** Takes a response. A status that is not DYNM_OK makes the call fail. */
typedef dynm_status (*dynm_response_fn)(const dynm_response *response, void *payload);

/**
 * Makes the pages of a runtime answer inside a server of yours. Starts nothing.
 *
 * @param root  a runtime
 * @param out   receives the mount, owned by the caller; it keeps the runtime
 */
DYNM_API dynm_status dynm_mount_create(dynm_node *root, dynm_mount **out);

/**
 * Answers a request as a server of the library would: "", "/" and "/metrics" are the page, negotiated, filtered by name[]
 * and compressed as its headers say, "/health" and "/live" as there, everything else is 404, methods but GET and HEAD 405.
 *
 * Any thread, several at a time: those that ask for one page share its scrape. Waits for it, so not on an event loop, and
 * not with a lock held that a callback needs (in Python: without the GIL). A forked child answers for itself.
 *
 * @param request  borrowed
 * @param take     called once, on this thread, before the function returns DYNM_OK
 */
DYNM_API dynm_status dynm_mount_answer(dynm_mount *mount, const dynm_request *request, dynm_response_fn take, void *payload);

/** Gives the mount back. Not while a request is being answered. */
DYNM_API void dynm_mount_free(dynm_mount *mount);

/* ---- Plain functions -------------------------------------------------------------------------------------------- */

/** Filters a page (text 0.0.4; OpenMetrics is made that) and writes what is left, in its order. Timestamps stay. */
DYNM_API dynm_status dynm_filter_exposition(const char *text, size_t length, const dynm_filter *filter, const dynm_sink *sink);

/** Merges a multiprocess directory and writes it as `format`. Files that cannot be read cost only themselves. */
DYNM_API dynm_status dynm_merge_multiprocess(const char *path, const dynm_filter *filter, int32_t format, const dynm_sink *sink);

#define DYNM_SEVERITY_ERROR 0
#define DYNM_SEVERITY_WARNING 1

/** Something that a reader refuses, or that scrapers lose. `message` is borrowed. Line and column count from 1. */
typedef struct dynm_problem {
    size_t struct_size;
    uint64_t line;
    uint64_t column;
    int32_t severity;
    const char *message;
} dynm_problem;

typedef void (*dynm_problem_fn)(const dynm_problem *problem, void *payload);

/**
 * Checks a page as the format's strict reader does; calls `each` for every problem, in order of lines.
 *
 * @param lint  not 0: also warns of what readers take but scrapers lose or refuse, and of names that mislead
 */
DYNM_API dynm_status dynm_check_exposition(const char *text, size_t length, int32_t format, int32_t lint, dynm_problem_fn each, void *payload);

/** The `dynmetrics` command. `argv[0]` is its name. Returns the exit status. */
DYNM_API int dynm_tool_main(int argc, char **argv);

#ifdef __cplusplus
}
#endif

#endif /* DYNMETRICS_H */
