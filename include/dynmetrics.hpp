// dynmetrics for C++17: the C face (dynmetrics.h) with types, and nothing else behind it.
//
//     auto root = dynmetrics::create_runtime();
//     auto endpoint = root.namespace_("prod").component("backend").endpoint("generate");
//     auto requests = endpoint.create_intcounter("requests_total", "Requests served");
//     requests.inc();
//     auto server = root.serve();
//     std::cout << server.url() << "/metrics\n";
//
// Handles      Node, Server, Mount, Registration, Template, Table, TableMetric, Value and the writers own what they stand for: they
//              are moved, not copied, and give it back when they end. Metrics (Counter, … and their vecs) live as long as
//              the process: their handles are a pointer, copied freely.
// Text         goes in as std::string_view and comes out as std::string. Text with a NUL in it is refused.
// Errors       What gives you something new throws dynmetrics::Error, with the status and the library's message, when it
//              cannot. What tells something to a thing you have is noexcept and returns a dynm_status; the message is in
//              last_error(). Updates return nothing and are the call of C, inlined.
//              With -fno-exceptions nothing is thrown: what cannot be given comes back empty (`if (!counter)`), and every
//              call of an empty handle is harmless.
// Callbacks    are std::function. An exception that leaves one ends there; the source is counted as failed. They run on
//              threads of the library, also just after their Registration has ended: let them own what they use.
// Threads      as dynmetrics.h says: every function from any thread, each writer and Template from one at a time.
// Versions     The first call that gives you something compares the ABI of this header with the library's.
#ifndef DYNMETRICS_HPP
#define DYNMETRICS_HPP

#include "dynmetrics/base.hpp"
#include "dynmetrics/exposition.hpp"
#include "dynmetrics/instrumentation.hpp"
#include "dynmetrics/instruments.hpp"
#include "dynmetrics/mounting.hpp"
#include "dynmetrics/node.hpp"
#include "dynmetrics/sources.hpp"
#include "dynmetrics/tables.hpp"

#endif // DYNMETRICS_HPP
