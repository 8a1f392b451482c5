/// A value that one thread waits for and another brings.
import Glibc

final class Latch<Value: Sendable>: @unchecked Sendable {
    private let monitor = Monitor()
    private var value: Value?

    /// The first value counts.
    func open(_ value: Value) {
        monitor.withLock {
            if self.value == nil { self.value = value }
            monitor.wakeAll()
        }
    }

    /// Nil when nothing came within the time.
    func wait(seconds: Int) -> Value? {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        deadline.tv_sec &+= seconds
        return monitor.withLock {
            while value == nil, monitor.wait(until: deadline) {}
            return value
        }
    }
}
