// One request at an endpoint. Hot: a few additions per call, no lock, nothing fails. Any thread may call any of it; what ends
// the request first decides how it ended.

import CDynSupport
import DynInstruments
import DynSources
import Synchronization

public final class WorkRequest: Sendable {
    private let handler: WorkHandler
    private let began = Moment.now
    private let generation = dynsupport_fork_generation()
    /// 0 waits, 1 is worked on, 2 has ended.
    private let stage: Atomic<UInt8>
    private let hasResponded = Atomic<Bool>(false)

    init(_ handler: WorkHandler, bytes: UInt64, isQueued: Bool) {
        self.handler = handler
        stage = Atomic(isQueued ? 0 : 1)
        handler.requests.inc()
        handler.received.inc(by: bytes)
        if isQueued { handler.transport.queueDepth.inc() } else { handler.inflight.inc() }
    }

    deinit { cancel() }

    /// It leaves the queue: how long it waited is counted. Nothing happens to one that did not wait.
    public func start() {
        guard stage.compareExchange(expected: 0, desired: 1, ordering: .acquiringAndReleasing).exchanged else { return }
        handler.transport.queueDepth.dec()
        handler.inflight.inc()
        if isOurs { handler.transport.permitWait.observe(Moment.now.since(began)) }
    }

    /// More of the request came in.
    public func received(bytes: UInt64) { if isOpen { handler.received.inc(by: bytes) } }

    /// A part of the answer went out; the first one's time is counted.
    public func sent(bytes: UInt64 = 0) {
        guard isOpen else { return }
        handler.sent.inc(by: bytes)
        if hasResponded.load(ordering: .relaxed) { return }
        if hasResponded.exchange(true, ordering: .relaxed) { return }
        handler.transport.firstResponse.observe(Moment.now.since(began))
    }

    /// It has to be tried again.
    public func retry() { if isOpen { handler.retries.inc() } }

    /// It ended well.
    public func finish() { _ = end() }

    /// It failed.
    public func fail(_ error: WorkError = .generate) { if end() { handler.errors[error]?.inc() } }

    /// Its client stopped, killed or left it.
    public func cancel() { if end() { handler.cancellations.inc() } }

    /// It took too long: a timeout, and an error of type `generate`.
    public func timeOut() {
        guard end() else { return }
        handler.timeouts.inc()
        handler.errors[.generate]?.inc()
    }

    private var isOpen: Bool { isOurs && stage.load(ordering: .relaxed) != 2 }

    /// A forked child has a copy of its parent's requests. They leave its gauges when it lets go of them, and count nothing.
    private var isOurs: Bool { dynsupport_fork_generation() == generation }

    /// Whether this call ended it, in the process that began it.
    private func end() -> Bool {
        let stage = stage.exchange(2, ordering: .acquiringAndReleasing)
        if stage == 2 { return false }
        if stage == 0 { handler.transport.queueDepth.dec() } else { handler.inflight.dec() }
        guard isOurs else { return false }
        handler.duration.observe(Moment.now.since(began))
        return true
    }
}
