// An engine's core in C++ as its Python shell sees it: an extension module built against the installed package.
#include <Python.h>

#include <dynmetrics.hpp>
#include <dynmetrics/python.hpp>

namespace {

struct Engine {
    dynmetrics::Node endpoint;
    dynmetrics::IntCounter requests;
    dynmetrics::Registration load;
};
Engine *engine = nullptr;

PyObject *attach(PyObject *, PyObject *capsule) {
    try {
        auto endpoint = dynmetrics::node_of_capsule(capsule);
        auto requests = endpoint.create_intcounter("requests_total", "Requests served");
        auto load = endpoint.register_text([] { return std::string("engine_load 0.5\n"); });
        delete engine;
        engine = new Engine{std::move(endpoint), requests, std::move(load)};
    } catch (const dynmetrics::Error &error) {
        PyErr_SetString(PyExc_RuntimeError, error.what());
        return nullptr;
    }
    Py_RETURN_NONE;
}

PyObject *count(PyObject *, PyObject *) {
    if (engine != nullptr) engine->requests.inc();
    Py_RETURN_NONE;
}

PyObject *count_default(PyObject *, PyObject *) {
    try {
        static const auto seconds = dynmetrics::default_runtime().create_counter("core_seconds_total", "Seconds");
        seconds.inc_by(1.5);
    } catch (const dynmetrics::Error &error) {
        PyErr_SetString(PyExc_RuntimeError, error.what());
        return nullptr;
    }
    Py_RETURN_NONE;
}

PyObject *add(PyObject *, PyObject *arguments) {
    PyObject *counter = nullptr, *vec = nullptr;
    if (!PyArg_ParseTuple(arguments, "OO", &counter, &vec)) return nullptr;
    try {
        dynmetrics::metric_of_capsule<dynmetrics::IntCounter>(counter).inc_by(40);
        const auto latency = dynmetrics::metric_of_capsule<dynmetrics::HistogramVec>(vec);
        if (latency) latency.with("llama").observe(0.5);
    } catch (const dynmetrics::Error &error) {
        PyErr_SetString(PyExc_RuntimeError, error.what());
        return nullptr;
    }
    Py_RETURN_NONE;
}

PyObject *detach(PyObject *, PyObject *) {
    delete engine;
    engine = nullptr;
    Py_RETURN_NONE;
}

PyMethodDef methods[] = {
    {"attach", attach, METH_O, nullptr},
    {"count", count, METH_NOARGS, nullptr},
    {"count_default", count_default, METH_NOARGS, nullptr},
    {"add", add, METH_VARARGS, nullptr},
    {"detach", detach, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};
PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "engine_core", nullptr, -1, methods, nullptr, nullptr, nullptr, nullptr,
};

} // namespace

PyMODINIT_FUNC PyInit_engine_core(void) { return PyModule_Create(&definition); }
