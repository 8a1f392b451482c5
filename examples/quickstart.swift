// A metric of your own and an engine's text on one page.
//
//     swift run quickstart            serves until Ctrl-C
//     swift run quickstart --once     prints the page and ends
//
// Package.swift needs .package(url: …/dynmetrics) and, for its target, .product(name: "DynMetrics", package: "dynmetrics").

import DynMetrics
import Glibc

@main
struct Quickstart {
    static func main() throws {
        let runtime = try DistributedRuntime()
        let endpoint = try runtime.namespace("prod").component("backend").endpoint("generate")
        let requests = try endpoint.metrics.createIntCounter("requests_total", "Requests served")
        requests.inc()

        let engine = """
            # HELP vllm:num_requests_running Requests in the model's batch.
            # TYPE vllm:num_requests_running gauge
            vllm:num_requests_running{model_name="demo"} 3.0

            """
        try endpoint.metrics.registerTextCallback(name: "vllm") { engine }

        if CommandLine.arguments.contains("--once") {
            print(String(decoding: runtime.scrape(), as: UTF8.self), terminator: "")
            return
        }
        let server = try runtime.serve()
        print("\(server.url)/metrics")
        fflush(nil)
        while true { pause() }
    }
}
