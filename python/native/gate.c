/*
 * The way into Python for threads of the library.
 *
 * A thread that asks for the GIL while the interpreter ends is killed or hung by CPython. So an atexit hook shuts the
 * gate first: callbacks then answer DYNM_ECLOSED at once, and those inside get a moment to come out. What still is
 * inside after that (a callback that hangs) is left alone: the exit goes on.
 *
 * A thread of the library keeps its Python thread state from its first call to its end. To make one for each call, as
 * PyGILState_Ensure by itself does, costs more, and takes a lock of the interpreter that a fork must not find taken:
 * some versions of CPython then hang in the child. So states come and go under a lock of ours that forks wait for.
 *
 * Every hold of the GIL by such a thread is timed, from when it was got to when it is given up, and told to the library.
 * Where Python code runs in between, the interpreter may lend the GIL to others meanwhile: then it is an upper bound.
 */
#include "native.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

enum { WAIT_STEPS = 100, WAIT_STEP_NS = 1000000 }; /* 100 ms in all */

/* Who reads much under the GIL gives it up after this long, for this long: one that waits needs to be woken up first. */
enum { LONGEST_SLICE_NS = 200000, TURN_NS = 50000 };

static atomic_int closed;
static atomic_int inside;
static atomic_int has_fork_hooks;

static PyInterpreterState *interpreter;
static pthread_mutex_t births_and_deaths = PTHREAD_MUTEX_INITIALIZER; /* never waits for the GIL while it is held */

/* What C++ runs destructors of thread_local by: before those of pthread_key_create, where Python's own key, by which it
 * knows the thread, would be empty already. Without it (not glibc) a thread's state stays when the thread ends. */
extern int __cxa_thread_atexit_impl(void (*call)(void *), void *argument, void *library) __attribute__((weak));
extern void *__dso_handle __attribute__((visibility("hidden")));

int gate_is_closed(void) { return atomic_load(&closed); }

/* ---- thread states ---- */

/* Runs when a thread of the library ends. */
static void drop_state(void *state) {
    PyGILState_STATE pass;
    if (!gate_enter(&pass)) return;
    PyThreadState_Clear(state);
    PyEval_SaveThread();
    pthread_mutex_lock(&births_and_deaths);
    PyThreadState_Delete(state);
    pthread_mutex_unlock(&births_and_deaths);
    atomic_fetch_sub(&inside, 1);
}

static int make_state(void) {
    pthread_mutex_lock(&births_and_deaths);
    PyThreadState *made = PyThreadState_New(interpreter);
    pthread_mutex_unlock(&births_and_deaths);
    if (!made) return -1;
    if (__cxa_thread_atexit_impl) __cxa_thread_atexit_impl(drop_state, made, &__dso_handle);
    return 0;
}

/* ---- holds ---- */

/* When this thread got the GIL. */
static _Thread_local int64_t held_since;

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static double held_seconds(void) { return (double)(now_ns() - held_since) * 1e-9; }

PyThreadState *gate_lend(void) {
    double held = held_seconds();
    PyThreadState *state = PyEval_SaveThread();
    dynm_note_hold(held);
    return state;
}

void gate_reclaim(PyThreadState *state) {
    PyEval_RestoreThread(state);
    held_since = now_ns();
}

int gate_is_due(void) { return now_ns() - held_since > LONGEST_SLICE_NS; }

void gate_rest(void) {
    struct timespec turn = {0, TURN_NS};
    nanosleep(&turn, NULL);
}

int gate_take_turns(void) {
    PyThreadState *state = gate_lend();
    gate_rest();
    gate_reclaim(state);
    return atomic_load(&closed) ? -1 : 0;
}

/* ---- the gate ---- */

int gate_enter(PyGILState_STATE *pass) {
    /* Counted before looking, so that the hook that shuts the gate sees everyone who still got through. */
    atomic_fetch_add(&inside, 1);
    if (!atomic_load(&closed) && (PyGILState_GetThisThreadState() || make_state() == 0)) {
        *pass = PyGILState_Ensure();
        if (!atomic_load(&closed)) {
            held_since = now_ns();
            return 1;
        }
        PyGILState_Release(*pass);
    }
    atomic_fetch_sub(&inside, 1);
    return 0;
}

void gate_leave(PyGILState_STATE pass) {
    double held = held_seconds();
    PyGILState_Release(pass);
    dynm_note_hold(held);
    atomic_fetch_sub(&inside, 1);
}

static void wait_until_empty(void) {
    for (int step = 0; step < WAIT_STEPS && atomic_load(&inside) > 0; step++) {
        struct timespec left = {0, WAIT_STEP_NS};
        while (nanosleep(&left, &left) < 0 && errno == EINTR) {
        }
    }
}

static PyObject *before_exit(PyObject *module, PyObject *Py_UNUSED(none)) {
    native_state *state = state_of_module(module);
    atomic_store(&closed, 1);
    close_servers(state);
    Py_BEGIN_ALLOW_THREADS
    wait_until_empty();
    /* Messages of the last moments go to standard error. */
    dynm_set_log(NULL, NULL, NULL);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

static PyObject *before_fork(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(none)) {
    pthread_mutex_lock(&births_and_deaths);
    Py_RETURN_NONE;
}

static PyObject *after_fork_in_parent(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(none)) {
    pthread_mutex_unlock(&births_and_deaths);
    Py_RETURN_NONE;
}

static PyObject *after_fork_in_child(PyObject *module, PyObject *Py_UNUSED(none)) {
    births_and_deaths = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    /* The threads that were inside, and the servers, stayed with the parent. */
    atomic_store(&inside, 0);
    if (PySet_Clear(state_of_module(module)->servers) < 0) return NULL;
    Py_RETURN_NONE;
}

PyMethodDef gate_methods[] = {
    {"_before_exit", before_exit, METH_NOARGS, PyDoc_STR("Closes the gate and the servers. Called by atexit.")},
    {"_before_fork", before_fork, METH_NOARGS, PyDoc_STR("Called by os.register_at_fork.")},
    {"_after_fork_in_parent", after_fork_in_parent, METH_NOARGS, PyDoc_STR("Called by os.register_at_fork.")},
    {"_after_fork_in_child", after_fork_in_child, METH_NOARGS, PyDoc_STR("Called by os.register_at_fork.")},
    {NULL, NULL, 0, NULL},
};

/* Calls `from`.`registrar`, with hooks of this module by position or by keyword. */
static int install(PyObject *module, const char *from, const char *registrar, const char *hook,
                   const char *const (*named)[2], size_t count) {
    PyObject *function = NULL, *arguments = NULL, *keywords = PyDict_New(), *result = NULL;
    PyObject *other = PyImport_ImportModule(from);
    if (!other || !keywords) goto done;
    if (!(function = PyObject_GetAttrString(other, registrar))) goto done;
    arguments = hook ? Py_BuildValue("(N)", PyObject_GetAttrString(module, hook)) : PyTuple_New(0);
    if (!arguments) goto done;
    for (size_t i = 0; i < count; i++) {
        PyObject *value = PyObject_GetAttrString(module, named[i][1]);
        int failed = !value || PyDict_SetItemString(keywords, named[i][0], value) < 0;
        Py_XDECREF(value);
        if (failed) goto done;
    }
    result = PyObject_Call(function, arguments, keywords);
done:
    Py_XDECREF(arguments);
    Py_XDECREF(function);
    Py_XDECREF(other);
    Py_XDECREF(keywords);
    if (!result) return -1;
    Py_DECREF(result);
    return 0;
}

int gate_install(PyObject *module) {
    static const char *const forks[][2] = {
        {"before", "_before_fork"},
        {"after_in_parent", "_after_fork_in_parent"},
        {"after_in_child", "_after_fork_in_child"},
    };
    interpreter = PyInterpreterState_Get();
    atomic_store(&closed, 0);
    if (install(module, "atexit", "register", "_before_exit", NULL, 0) < 0) return -1;
    /* The lock is one for the process, also when the module is imported a second time. */
    if (atomic_exchange(&has_fork_hooks, 1)) return 0;
    return install(module, "os", "register_at_fork", NULL, forks, sizeof forks / sizeof *forks);
}
