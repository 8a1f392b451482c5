// Runs one source on one thread of its own, and lets scrapes wait for it only so long.
//
// A call that does not come back keeps its thread, and only that one: scrapes stop waiting for it at their deadline,
// do not ask again before it has returned, and meanwhile get its last good result. What it brings late is not thrown
// away: it is the next last good.

import CDynSupport
import DynExposition
import DynModel

/// What a scrape learns of one source.
package struct SourceOutcome: Sendable {
    /// What to put on the page: fresh, or the last good of a source that is late. Nil when there is nothing.
    package var collected: Collected?
    package var state: SourceState
    package var failure: SourceFailure?
    /// Seconds that the last call took; of one that has not returned, how long it has been running.
    package var duration: Double
    /// Seconds since 1970 of the last success; 0 when there was none.
    package var lastSuccess: Double
    /// How often it failed, and what was dropped of what it brought, since it was registered.
    package var errors: [SourceFailure: UInt64]
    package var drops: DropTally
    /// What its filter did the last time that it brought something.
    package var tally: FilterTally
    /// Nil when its callback never told.
    package var holds: LockHolds?

    package var isFresh: Bool { state == .fresh }
}

/// How long a source's callback held its interpreter's lock, which stops the interpreter's other threads.
package struct LockHolds: Sendable, Equatable {
    /// Seconds of the longest hold, and of all, since the source was registered.
    package var longest = 0.0
    package var total = 0.0
}

package final class SourceWorker: @unchecked Sendable {
    /// Seconds. Last good results older than this are not shown any more, so that scrapers see the series end.
    package static let standardMaxAge = 60.0

    private let maxAge: Double
    private let threadName: String
    package let isInline: Bool
    // Guarded by the structure lock.
    private var core: WorkerCore?
    /// Nil once closed: then the thread has the last hold on it, or nobody.
    private var source: (any Source)?
    private var policy = StalePolicy.standard

    /// - Parameters:
    ///   - isInline: calls run on the thread that asks; for sources that cannot wait or hang.
    ///   - maxAge: seconds for which a last good result is shown.
    package init(
        _ source: any Source, threadName: String, isInline: Bool = false, maxAge: Double = SourceWorker.standardMaxAge
    ) {
        self.maxAge = maxAge
        self.source = source
        self.threadName = threadName
        self.isInline = isInline
    }

    /// What is shown from now on while it brings nothing new.
    package func setPolicy(_ policy: StalePolicy) {
        withStructureLock { self.policy = policy }
    }

    /// Starts a call unless one is running. Does not wait.
    package func ask() {
        let core = currentCore()
        guard let source = withStructureLock({ source }) else { return }
        let mustStart = core.monitor.locked {
            guard !core.isClosed, !core.isAsked, !core.isRunning else { return false }
            core.isAsked = true
            core.startedAt = Moment.now
            core.monitor.wakeAll()
            let mustStart = !core.hasThread
            core.hasThread = !isInline
            return mustStart
        }
        guard mustStart else { return }
        if isInline { return WorkerContext(source: source, core: core).takeAndRun() }
        let context = Unmanaged.passRetained(WorkerContext(source: source, core: core))
        let failed = dynsupport_thread_start(
            threadName,
            { raw in
                guard let raw else { return }
                Unmanaged<WorkerContext>.fromOpaque(raw).takeRetainedValue().run()
            }, context.toOpaque())
        if failed != 0 {
            context.release()
            core.monitor.locked {
                core.hasThread = false
                core.isAsked = false
                core.lastFailure = .thread
                core.errors[.thread, default: 0] &+= 1
                core.monitor.wakeAll()
            }
        }
    }

    /// Waits for the call that ``ask()`` started, until `deadline`; not at all for one that missed a deadline before.
    package func answer(by deadline: Moment) -> SourceOutcome {
        let core = currentCore()
        let policy = withStructureLock { self.policy }
        return core.monitor.locked {
            while core.isAsked || core.isRunning {
                if core.isOverdue { break }
                if !core.monitor.wait(until: deadline), core.isAsked || core.isRunning {
                    core.isOverdue = true
                    break
                }
            }
            if core.isAsked || core.isRunning { core.errors[.deadline, default: 0] &+= 1 }
            return outcome(core, policy)
        }
    }

    /// What the last call brought, without asking or waiting. One that was never asked has brought nothing.
    package var lastOutcome: SourceOutcome {
        let core = currentCore()
        let policy = withStructureLock { self.policy }
        return core.monitor.locked { outcome(core, policy) }
    }

    /// No call is started any more; the thread ends when the one that is running returns.
    package func close() {
        let core = currentCore()
        let source = withStructureLock { () -> (any Source)? in
            defer { self.source = nil }
            return self.source
        }
        let lastGood = core.monitor.locked { () -> Collected? in
            defer { core.lastGood = nil }
            core.isClosed = true
            core.isAsked = false  // it will not be answered: nobody should wait for it
            core.monitor.wakeAll()
            return core.lastGood
        }
        _ = (source, lastGood)  // let go outside the locks: their owner's code may run
    }

    private func outcome(_ core: WorkerCore, _ policy: StalePolicy) -> SourceOutcome {
        let isLate = core.isAsked || core.isRunning
        let now = Moment.now
        let lastGood = now.since(core.lastGoodAt) <= maxAge ? core.lastGood : nil
        let failure = isLate ? SourceFailure.deadline : core.lastFailure
        let isFresh = failure == nil && core.lastSuccess > 0
        let shown = failure == nil ? core.lastGood : policy.shown(of: lastGood, isLate: isLate)
        let running = now.since(core.startedAt)
        let state: SourceState =
            if isFresh { .fresh } else if !isLate { failure == nil ? .stale : .failed } else if running > maxAge {
                .hung
            } else { lastGood == nil ? .stale : .late }
        return SourceOutcome(
            collected: shown, state: state, failure: failure, duration: isLate ? running : core.duration,
            lastSuccess: core.lastSuccess, errors: core.errors, drops: core.drops, tally: core.tally,
            holds: core.holds)
    }

    /// A forked child has none of the parent's threads: it begins with a new core.
    private func currentCore() -> WorkerCore {
        withStructureLock {
            let generation = dynsupport_fork_generation()
            if let core, core.generation == generation { return core }
            // A parent's core may have been in the middle of a change: it is kept as it is, never taken apart.
            if let core { _ = Unmanaged.passRetained(core) }
            let core = WorkerCore(generation: generation)
            self.core = core
            return core
        }
    }
}

/// What worker and scrapes share. Everything is guarded by the monitor.
private final class WorkerCore: @unchecked Sendable {
    let generation: UInt64
    let monitor = Monitor()
    var hasThread = false
    var isAsked = false
    var isRunning = false
    var isClosed = false
    /// The call that is running missed a deadline: nobody waits for it again.
    var isOverdue = false
    var startedAt = Moment.now
    var duration = 0.0
    var lastGood: Collected?
    var lastGoodAt = Moment.now
    var lastSuccess = 0.0
    var lastFailure: SourceFailure?
    var errors: [SourceFailure: UInt64] = [:]
    var drops = DropTally()
    var tally = FilterTally()
    var holds: LockHolds?

    init(generation: UInt64) {
        self.generation = generation
    }
}

/// What the thread keeps alive; when it ends, the source may go.
private final class WorkerContext: @unchecked Sendable {
    private let source: any Source
    private let core: WorkerCore

    init(source: any Source, core: WorkerCore) {
        self.source = source
        self.core = core
    }

    /// Runs the call that was asked for, on the thread that asks.
    func takeAndRun() {
        core.monitor.locked {
            core.isAsked = false
            core.isRunning = true
        }
        runOnce()
    }

    func run() {
        while true {
            let mustEnd = core.monitor.locked {
                while !core.isAsked, !core.isClosed { _ = core.monitor.wait() }
                if core.isClosed { return true }
                core.isAsked = false
                core.isRunning = true
                core.startedAt = Moment.now
                return false
            }
            if mustEnd { return }
            runOnce()
        }
    }

    private func runOnce() {
        let started = Moment.now
        var (heldTotal, heldLongest) = (0.0, 0.0)
        _ = dynsupport_hold_take(&heldTotal, &heldLongest)
        var collected: Collected?
        var failure: SourceFailure?
        do throws(SourceFailure) {
            collected = try source.collect()
        } catch {
            failure = error
        }
        let ended = Moment.now
        let hasHeld = dynsupport_hold_take(&heldTotal, &heldLongest) != 0
        // The result that it replaces is let go outside the lock.
        let replaced = core.monitor.locked { () -> Collected? in
            let replaced = core.lastGood
            core.isRunning = false
            core.isOverdue = false
            core.duration = ended.since(started)
            core.lastFailure = failure
            if let failure { core.errors[failure, default: 0] &+= 1 }
            if let collected {
                core.drops.add(collected.drops)
                core.tally = collected.tally
            }
            if hasHeld {
                var holds = core.holds ?? LockHolds()
                holds.longest = max(holds.longest, heldLongest)
                holds.total += heldTotal
                core.holds = holds
            }
            if let collected, !core.isClosed {
                core.lastGood = collected
                core.lastGoodAt = ended
                core.lastSuccess = wallClock()
            }
            core.monitor.wakeAll()
            return replaced
        }
        _ = replaced
    }
}
