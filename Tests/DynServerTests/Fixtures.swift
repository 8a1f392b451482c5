/// Servers and small tools that the tests share.
import Glibc

@testable import DynServer

/// A number that any thread may raise.
final class Count: @unchecked Sendable {
    private let monitor = Monitor()
    private var number = 0

    var value: Int { monitor.withLock { number } }

    @discardableResult
    func raise() -> Int {
        monitor.withLock {
            number += 1
            monitor.wakeAll()
            return number
        }
    }
}

/// Remembers what a closure was told.
final class Notes<Value: Sendable>: @unchecked Sendable {
    private let monitor = Monitor()
    private var values: [Value] = []

    var all: [Value] { monitor.withLock { values } }

    func add(_ value: Value) { monitor.withLock { values.append(value) } }

    func clear() { monitor.withLock { values = [] } }
}

/// Runs `body` with a server that is closed afterwards.
func withServer<Result>(
    port: Int = 0,
    limits: ServerLimits = ServerLimits(),
    health: @escaping @Sendable () -> HealthReport = { HealthReport(isReady: true, json: Array(#"{"a":1}"#.utf8)) },
    onResponse: @escaping @Sendable (Int) -> Void = { _ in },
    scrape: @escaping @Sendable (ScrapeRequest) -> ScrapeResponse = { _ in page("up 1\n") },
    _ body: (HTTPServer) throws -> Result
) throws -> Result {
    let server = try HTTPServer.start(
        ServerConfiguration(
            host: "127.0.0.1", port: port, limits: limits, scrape: scrape, health: health, onResponse: onResponse))
    defer { server.close() }
    return try body(server)
}

func page(_ text: String) -> ScrapeResponse {
    ScrapeResponse(contentType: "text/plain; version=0.0.4; charset=utf-8", body: Body(Array(text.utf8)))
}

/// Waits until `condition` holds; false after many seconds, which is a failure and no measure.
func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<20_000 {
        if condition() { return true }
        usleep(1000)
    }
    return false
}
