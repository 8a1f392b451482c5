// For extension modules: a node that Python made. Include it behind Python.h; dynmetrics.hpp does not.
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

DYNMETRICS_END

#endif // DYNMETRICS_PYTHON_HPP
