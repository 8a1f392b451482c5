import DynModel
import DynSources
import DynTestSupport
import Foundation
import Testing

/// A source that does what the test says, and counts its calls.
private final class ScriptedSource: Source {
    let calls = Guarded(0)
    private let script: @Sendable (Int) throws(SourceFailure) -> String

    init(_ script: @escaping @Sendable (Int) throws(SourceFailure) -> String) { self.script = script }

    func collect() throws(SourceFailure) -> Collected {
        let call = calls.with { calls -> Int in
            calls += 1
            return calls
        }
        let name = try script(call)
        return Collected(families: [Family(name: Text(name), kind: .gauge)])
    }
}

@Suite("A source runs on one thread of its own, with a deadline")
struct SourceWorkerTests {
    @Test("a quick source answers fresh, and anew at each scrape")
    func fresh() {
        let source = ScriptedSource { "call_\($0)" }
        let worker = SourceWorker(source, threadName: "test")

        for call in 1...3 {
            let outcome = ask(worker)
            #expect(outcome.isFresh && outcome.failure == nil && outcome.name == "call_\(call)")
            #expect(outcome.lastSuccess > 1.6e9 && outcome.duration >= 0)
        }
        worker.close()
    }

    @Test("scrapes at the same time share one call")
    func singleFlight() {
        let gate = Gate()
        let running = Guarded(0)
        let most = Guarded(0)
        let source = ScriptedSource { _ throws(SourceFailure) in
            let now = running.with { running -> Int in
                running += 1
                return running
            }
            most.with { $0 = max($0, now) }
            gate.wait()
            running.with { $0 -= 1 }
            return "x"
        }
        let worker = SourceWorker(source, threadName: "test")
        let asked = Guarded(0)

        inThreads(5) { index in
            if index == 4 {
                _ = eventually { asked.copy == 4 && running.copy == 1 }
                gate.open()
                return
            }
            worker.ask()
            asked.with { $0 += 1 }
            #expect(worker.answer(by: Moment.now.adding(20)).name == "x")
        }

        #expect(most.copy == 1)
        worker.close()
    }

    @Test("a hung source costs one wait; later scrapes answer at once with the last good, a late result becomes that")
    func hung() {
        let gate = Gate()
        let source = ScriptedSource { call throws(SourceFailure) in
            if call == 2 { gate.wait() }
            return "call_\(call)"
        }
        let worker = SourceWorker(source, threadName: "test")
        #expect(ask(worker).name == "call_1")

        let first = ask(worker, deadline: 0.05)
        #expect(!first.isFresh && first.failure == .deadline && first.name == "call_1")
        let started = Moment.now
        for _ in 0..<50 { #expect(ask(worker, deadline: 10).name == "call_1") }
        #expect(Moment.now.since(started) < 5)
        #expect(source.calls.copy == 2)
        #expect(ask(worker).errors[.deadline] == 52)

        gate.open()
        #expect(eventually { ask(worker).isFresh })
        #expect(source.calls.copy >= 3)
        worker.close()
    }

    @Test("what comes late is shown when the next call is late too")
    func lateResult() {
        let gates = [Gate(), Gate()]
        let source = ScriptedSource { call throws(SourceFailure) in
            if call <= 2 { gates[call - 1].wait() }
            return "call_\(call)"
        }
        let worker = SourceWorker(source, threadName: "test")

        #expect(ask(worker, deadline: 0.05).collected == nil)
        gates[0].open()
        #expect(eventually { ask(worker, deadline: 0.05).name == "call_1" })

        gates[1].open()
        worker.close()
    }

    @Test("a failure leaves the source out and is counted; the next success brings it back")
    func failure() {
        let source = ScriptedSource { call throws(SourceFailure) in
            if call == 2 { throw .failed }
            return "call_\(call)"
        }
        let worker = SourceWorker(source, threadName: "test")

        #expect(ask(worker).name == "call_1")
        let failed = ask(worker)
        #expect(
            failed.collected == nil && failed.failure == .failed && !failed.isFresh && failed.errors == [.failed: 1])
        #expect(failed.lastSuccess > 0)
        #expect(ask(worker).name == "call_3")
        worker.close()
    }

    @Test("eight hung sources take one deadline, not eight")
    func overallDeadline() {
        let gate = Gate()
        let workers = (0..<8).map { _ in
            SourceWorker(
                ScriptedSource { _ in
                    gate.wait()
                    return "x"
                }, threadName: "test")
        }

        let started = Moment.now
        for worker in workers { worker.ask() }
        for worker in workers { #expect(worker.answer(by: started.adding(0.3)).failure == .deadline) }
        #expect(Moment.now.since(started) < 0.3 * 4)

        gate.open()
        for worker in workers { worker.close() }
    }

    @Test("a closed source is not called any more, and nobody waits for it")
    func closing() {
        let source = ScriptedSource { "call_\($0)" }
        let worker = SourceWorker(source, threadName: "test")
        _ = ask(worker)

        worker.close()
        worker.close()

        let started = Moment.now
        #expect(ask(worker, deadline: 30).collected == nil)
        #expect(source.calls.copy == 1 && Moment.now.since(started) < 10)
    }

    @Test("closing a source that hangs wakes those who wait, and lets it end by itself")
    func closingHung() {
        let gate = Gate()
        let released = Guarded(false)
        do {
            let source = ReleasedSource(gate) { released.with { $0 = true } }
            let worker = SourceWorker(source, threadName: "test")
            _ = ask(worker, deadline: 0.02)
            worker.close()
        }
        #expect(!released.copy)

        gate.open()
        #expect(eventually { released.copy })
    }

    @Test(
        "deadlines of any number do not trap",
        arguments: [
            .nan, .infinity, -.infinity, -1, 0, 1e300, 1e15,
        ] as [Double])
    func oddDeadlines(seconds: Double) {
        let worker = SourceWorker(ScriptedSource { _ in "x" }, threadName: "test")

        worker.ask()
        _ = worker.answer(by: Moment.now.adding(seconds))

        #expect(eventually { ask(worker).isFresh })
        worker.close()
    }

    private func ask(_ worker: SourceWorker, deadline: Double = 20) -> SourceOutcome {
        worker.ask()
        return worker.answer(by: Moment.now.adding(deadline))
    }
}

extension SourceOutcome {
    fileprivate var name: String? { collected?.families.first?.name.string }
}

/// Hangs until the gate opens; says when nobody holds it any more.
private final class ReleasedSource: Source {
    private let gate: Gate
    private let onRelease: @Sendable () -> Void

    init(_ gate: Gate, onRelease: @escaping @Sendable () -> Void) {
        self.gate = gate
        self.onRelease = onRelease
    }

    deinit { onRelease() }

    func collect() throws(SourceFailure) -> Collected {
        gate.wait()
        return Collected()
    }
}
