// For extension modules: a node or a metric that Python made. Include it behind Python.h; dynmetrics.hpp does not.
#ifndef DYNMETRICS_PYTHON_HPP
#define DYNMETRICS_PYTHON_HPP

#include <Python.h>

#include "node.hpp"

DYNMETRICS_BEGIN

/// The node of `node.capsule`, with a handle of its own. For None, which that is when Python's package is switched off, a
/// runtime that nobody sees. Call it with the GIL; leaves no Python exception behind.
inline Node node_of_capsule(PyObject *capsule) {
    if (capsule == Py_None) return create_runtime();
    void *handle = capsule == nullptr ? nullptr : PyCapsule_GetPointer(capsule, DYNM_NODE_CAPSULE);
    if (handle != nullptr) return Node::copy_of(static_cast<dynm_node *>(handle));
    PyErr_Clear();
    detail::refuse(DYNM_EINVAL, "this is no PyCapsule of a node; pass node.capsule, like endpoint.capsule");
    return Node();
}

namespace detail {

inline const char *capsule_name(dynm_counter *) { return "dynmetrics.dynm_counter"; }
inline const char *capsule_name(dynm_intcounter *) { return "dynmetrics.dynm_intcounter"; }
inline const char *capsule_name(dynm_gauge *) { return "dynmetrics.dynm_gauge"; }
inline const char *capsule_name(dynm_intgauge *) { return "dynmetrics.dynm_intgauge"; }
inline const char *capsule_name(dynm_histogram *) { return "dynmetrics.dynm_histogram"; }
inline const char *capsule_name(dynm_summary *) { return "dynmetrics.dynm_summary"; }
inline const char *capsule_name(dynm_info *) { return "dynmetrics.dynm_info"; }
inline const char *capsule_name(dynm_stateset *) { return "dynmetrics.dynm_stateset"; }
inline const char *capsule_name(dynm_counter_vec *) { return "dynmetrics.dynm_counter_vec"; }
inline const char *capsule_name(dynm_intcounter_vec *) { return "dynmetrics.dynm_intcounter_vec"; }
inline const char *capsule_name(dynm_gauge_vec *) { return "dynmetrics.dynm_gauge_vec"; }
inline const char *capsule_name(dynm_intgauge_vec *) { return "dynmetrics.dynm_intgauge_vec"; }
inline const char *capsule_name(dynm_histogram_vec *) { return "dynmetrics.dynm_histogram_vec"; }
inline const char *capsule_name(dynm_summary_vec *) { return "dynmetrics.dynm_summary_vec"; }

} // namespace detail

/// The metric of `counter.capsule`, say: metric_of_capsule<IntCounter>(capsule). An empty one for None. As node_of_capsule.
template <typename Metric>
Metric metric_of_capsule(PyObject *capsule) {
    using Handle = typename Metric::c_type;
    if (capsule == Py_None || !detail::check_abi()) return Metric();
    const char *name = detail::capsule_name(static_cast<Handle *>(nullptr));
    void *handle = capsule == nullptr ? nullptr : PyCapsule_GetPointer(capsule, name);
    if (handle != nullptr) return Metric(static_cast<Handle *>(handle));
    PyErr_Clear();
    detail::refuse(DYNM_EINVAL, std::string("this is no PyCapsule \"") + name + "\"; pass the capsule of such a metric");
    return Metric();
}

DYNMETRICS_END

#endif // DYNMETRICS_PYTHON_HPP
