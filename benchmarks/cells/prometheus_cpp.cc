// The loops of prometheus-cpp.
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <string>
#include <vector>

#include "loop.h"

using namespace prometheus;

static Registry registry;
static Counter *counter;
static Gauge *gauge;
static Histogram *histogram;
static Family<Counter> *family;

static Histogram::BucketBoundaries thirteen() { return Histogram::BucketBoundaries(bounds, bounds + BOUNDS); }

static void counter_inc(long turns, int) {
    for (long i = 0; i < turns; i++) counter->Increment();
}

static void counter_inc_by(long turns, int) {
    for (long i = 0; i < turns; i++) counter->Increment(1);
}

static double counter_total() { return counter->Value(); }

static void gauge_set(long turns, int) {
    for (long i = 0; i < turns; i++) gauge->Set(values[AT(i)]);
}

static void histogram_observe(long turns, int) {
    for (long i = 0; i < turns; i++) histogram->Observe(values[AT(i)]);
}

static double histogram_total() {
    return static_cast<double>(histogram->Collect().histogram.sample_count);
}

// The label values are given as strings, as to the others; this client wants them in a std::map with their names.
static Labels named(const char *const *given) {
    return {{label_names[0], given[0]}, {label_names[1], given[1]}, {label_names[2], given[2]}};
}

static void lookup_inc(long turns, int) {
    for (long i = 0; i < turns; i++) family->Add(named(labels[picks[AT(i)]])).Increment();
}

static double lookup_total() {
    double total = 0;
    for (auto &each : labels) total += family->Add(named(each)).Value();
    return total;
}

static void set_up() {
    counter = &BuildCounter().Name("counter_total").Register(registry).Add({});
    gauge = &BuildGauge().Name("gauge").Register(registry).Add({});
    histogram = &BuildHistogram().Name("histogram_seconds").Register(registry).Add({}, thirteen());
    family = &BuildCounter().Name("requests_total").Register(registry);
    lookup_total();
}

static const operation *operations_of() {
    static const operation all[] = {
        {"counter_inc", counter_inc, counter_total, nullptr},
        {"counter_inc_by", counter_inc_by, counter_total, nullptr},
        {"gauge_set", gauge_set, nullptr, nullptr},
        {"histogram_observe", histogram_observe, histogram_total, nullptr},
        {"lookup_inc", lookup_inc, lookup_total, nullptr},
        {nullptr, nullptr, nullptr, nullptr},
    };
    return all;
}

static std::string id(int number) {
    char text[16];
    std::snprintf(text, sizeof text, "%06d", number);
    return text;
}

static void make_scalars(int count) {
    auto &all = BuildCounter().Name("scalars_total").Register(registry);
    for (int i = 0; i < count; i++) all.Add({{"id", id(i)}});
}

static std::vector<Histogram *> histograms;

static void make_histograms(int count) {
    auto &all = BuildHistogram().Name("touched_seconds").Register(registry);
    histograms.reserve(count);
    for (int i = 0; i < count; i++) histograms.push_back(&all.Add({{"id", id(i)}}, thirteen()));
}

static void touch_histograms(int first, int count) {
    for (int i = first; i < first + count; i++) histograms[i]->Observe(values[AT(i)]);
}

static const memory_kind *memory_kinds_of() {
    static const memory_kind all[] = {
        {"scalar", make_scalars, nullptr, nullptr},
        {"histogram", make_histograms, nullptr, nullptr},
        {"touched", make_histograms, touch_histograms, nullptr},
        {nullptr, nullptr, nullptr, nullptr},
    };
    return all;
}
