// One request at a frontend. Hot: a few additions per call, no lock, nothing fails. Any thread may call any of it; what ends
// the request first decides how it ended.

import CDynSupport
import DynInstruments
import DynModel
import DynSources
import Synchronization

public final class FrontendRequest: Sendable {
    private let frontend: Frontend
    private let route: Route
    private let began = Moment.now
    private let generation = dynsupport_fork_generation()
    private let hasEnded = Atomic<Bool>(false)
    private let waits = Atomic<Bool>(true)
    private let hasInput = Atomic<Bool>(false)
    /// When the last tokens came, as the bits of seconds; 0: none came.
    private let lastToken = Atomic<UInt64>(0)
    private let tokenCount = Atomic<UInt64>(0)

    init(_ frontend: Frontend, _ route: Route) {
        self.frontend = frontend
        self.route = route
        route.started.inc()
        route.model.active.inc()
        route.model.inflight.inc()
        route.model.queued.inc()
    }

    deinit { cancel() }

    /// What the prompt turned out to be. The first call counts.
    public func input(tokens: UInt64, cached: UInt64? = nil) {
        guard isOpen, !hasInput.exchange(true, ordering: .relaxed) else { return }
        route.model.input.observe(Double(tokens))
        if let cached { route.model.cached.observe(Double(cached)) }
    }

    /// The first response came; ``tokens(_:)`` says so too.
    public func responded() {
        if waits.exchange(false, ordering: .acquiringAndReleasing) { route.model.queued.dec() }
    }

    /// `count` tokens came at once: the first ones' time since the arrival is counted; of later ones the time since the
    /// last ones, in equal parts.
    public func tokens(_ count: UInt64 = 1) {
        guard count > 0, isOpen else { return }
        let now = Moment.now
        let last = lastToken.exchange(now.seconds.bitPattern, ordering: .acquiringAndReleasing)
        if last == 0 {
            responded()
            route.model.firstToken.observe(now.since(began))
        } else {
            let each = (now.seconds - Double(bitPattern: last)) / Double(count)
            // Nobody gets so many at once; a wrong number must not hold the caller up.
            for _ in 0..<min(count, 1024) { route.model.interToken.observe(each) }
        }
        tokenCount.wrappingAdd(count, ordering: .relaxed)
        route.model.outputTokens.inc(by: count)
    }

    /// It ended well.
    public func finish() { if end() { route.succeeded.inc() } }

    /// It failed. `cancelled` and `overload` count as cancellation and rejection of the model too.
    public func fail(_ error: FrontendError = .internal) {
        guard end() else { return }
        let model = route.model.name
        frontend.finished.intCounter(model, route.endpoint, route.type, "error", Text(error.rawValue))?.inc()
        switch error {
        case .cancelled: frontend.cancellations.intCounter(model, route.endpoint, route.type)?.inc()
        case .overload:
            frontend.rejections.intCounter(model, route.endpoint)?.inc()
            frontend.failures.inc()
        default: frontend.failures.inc()
        }
    }

    /// Somebody stopped it.
    public func cancel() { fail(.cancelled) }

    /// Its client left before the response was whole.
    public func disconnect() {
        if isOpen { frontend.disconnected.inc() }
        fail(.cancelled)
    }

    private var isOpen: Bool { isOurs && !hasEnded.load(ordering: .relaxed) }

    /// A forked child has a copy of its parent's requests. They leave its gauges when it lets go of them, and count nothing.
    private var isOurs: Bool { dynsupport_fork_generation() == generation }

    /// Whether this call ended it, in the process that began it.
    private func end() -> Bool {
        if hasEnded.exchange(true, ordering: .acquiringAndReleasing) { return false }
        responded()
        route.model.active.dec()
        route.model.inflight.dec()
        guard isOurs else { return false }
        let took = Moment.now.since(began)
        route.model.duration.observe(took)
        if route.isEmbedding { route.model.embedding.observe(took) }
        if lastToken.load(ordering: .acquiring) != 0 {
            route.model.output.observe(Double(tokenCount.load(ordering: .relaxed)))
        }
        return true
    }
}
