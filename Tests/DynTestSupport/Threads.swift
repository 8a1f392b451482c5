/// Threads for tests, and waiting for what they do: for a condition, never for a duration.

import Foundation

/// Runs `body` on `count` threads at once, with 0, 1, … and comes back when all have ended.
package func inThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let group = Countdown(count)
    for index in 0..<count {
        Thread.detachNewThread {
            body(index)
            group.arrive()
        }
    }
    group.wait()
}

/// Waits until `condition` holds. False when it still does not after a time that only a broken program needs.
package func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<20_000 {
        if condition() { return true }
        usleep(500)
    }
    return false
}

/// Opens when it was told so; those who wait go on. What holds up a callback in tests.
package final class Gate: @unchecked Sendable {
    private let condition = NSCondition()
    private var isOpen = false

    package init() {}

    package func open() {
        condition.lock()
        isOpen = true
        condition.broadcast()
        condition.unlock()
    }

    package func wait() {
        condition.lock()
        while !isOpen { condition.wait() }
        condition.unlock()
    }
}

/// A value behind a lock.
package final class Guarded<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    package init(_ value: Value) { self.value = value }

    package func with<Result>(_ body: (inout Value) -> Result) -> Result {
        lock.lock()
        defer { lock.unlock() }
        return body(&value)
    }

    package var copy: Value { with { $0 } }
}

private final class Countdown: @unchecked Sendable {
    private let condition = NSCondition()
    private var left: Int

    init(_ count: Int) { left = count }

    func arrive() {
        condition.lock()
        left -= 1
        condition.broadcast()
        condition.unlock()
    }

    func wait() {
        condition.lock()
        while left > 0 { condition.wait() }
        condition.unlock()
    }
}
