// The library's own messages. Each cause is told once; lines are short, and free of control characters whatever an
// engine sent. A thread of their own hands them out, so that a slow log, or one that needs Python, slows nothing else.

import CDynSupport
import DynExposition
import DynModel

#if canImport(Glibc)
import Glibc
#endif

package enum LogLevel: Int32, Sendable {
    case info = 1
    case warning = 2
    case error = 3
}

/// Takes one line; called on the log's thread only.
package struct LogHandler: Sendable {
    package var write: @Sendable (LogLevel, Text) -> Void
    package init(_ write: @escaping @Sendable (LogLevel, Text) -> Void) { self.write = write }
}

package enum Log {
    private static let longestLine = 1000
    private static let mostCauses = 1024
    private static let mostWaiting = 256

    /// Says `message`, unless something was said for `cause` before.
    package static func once(_ level: LogLevel, cause: String, _ message: @autoclosure () -> String) {
        let isNew = withStructureLock {
            state.causes.count < mostCauses && state.causes.insert(cause).inserted
        }
        if isNew { say(level, message()) }
    }

    package static func say(_ level: LogLevel, _ message: String) {
        let text = Text(message)
        let line = Text(printable(text.slice(0, longestLine)))
        let queue = currentQueue()
        let isRunning = queue.monitor.locked {
            if queue.waiting.count < mostWaiting { queue.waiting.append((level, line)) }
            let isRunning = queue.isRunning
            queue.isRunning = true
            if isRunning { queue.monitor.wakeAll() }
            return isRunning
        }
        if isRunning { return }
        if dynsupport_thread_start("dynm-log", { _ in Log.run() }, nil) != 0 {
            queue.monitor.locked { queue.isRunning = false }
        }
    }

    /// Where lines go from now on; nil is standard error.
    package static func setHandler(_ handler: LogHandler?) {
        let previous = withStructureLock {
            let previous = state.handler
            state.handler = handler
            return previous
        }
        _ = previous  // released outside the lock: it may call its owner
    }

    // MARK: the thread

    /// The lines that wait for the thread of one process.
    private final class Queue: @unchecked Sendable {
        let generation: UInt64
        let monitor = Monitor()
        // Guarded by the monitor.
        var waiting: [(LogLevel, Text)] = []
        var isRunning = false

        init(generation: UInt64) { self.generation = generation }
    }

    /// Guarded by the structure lock.
    private struct State: @unchecked Sendable {
        var causes: Set<String> = []
        var handler: LogHandler?
        var queue = Queue(generation: dynsupport_fork_generation())
    }

    nonisolated(unsafe) private static var state = State()

    /// A forked child has no log thread, and a queue that the parent may have been changing: it starts anew, and the old
    /// one is kept as it is, never taken apart.
    private static func currentQueue() -> Queue {
        withStructureLock {
            let generation = dynsupport_fork_generation()
            if state.queue.generation != generation {
                _ = Unmanaged.passRetained(state.queue)
                state.queue = Queue(generation: generation)
            }
            return state.queue
        }
    }

    private static func run() {
        let queue = currentQueue()
        while true {
            let lines = queue.monitor.locked {
                while queue.waiting.isEmpty { _ = queue.monitor.wait() }
                let lines = queue.waiting
                queue.waiting = []
                return lines
            }
            let handler = withStructureLock { state.handler }
            for (level, line) in lines {
                if let handler { handler.write(level, line) } else { writeToStandardError(level, line) }
            }
        }
    }

    private static func writeToStandardError(_ level: LogLevel, _ line: Text) {
        var writer = ByteWriter(capacity: line.count &+ 32)
        writer.append(literal: level == .error ? "dynmetrics error: " : "dynmetrics: ")
        writer.append(line)
        writer.append(UInt8(ascii: "\n"))
        writer.withBytes { bytes in _ = write(2, bytes.baseAddress, bytes.count) }
    }
}
