// Whose files are final, and that reading them no more changes no page.

import DynModel
import Glibc
import Testing

@testable import DynMultiprocess

@Suite struct WritersTests {
    /// No system gives out pids this high.
    static let gone = "999999999"
    static let key1 = key("c", "c_total")

    @Test(
        "the pid is what stands before .db",
        arguments: [
            ("counter_12.db", 12), ("gauge_all_7.db", 7), ("counter_w_3.db", 3), ("counter_folded.db", nil),
            ("counter_0.db", nil), ("counter_012.db", nil), ("counter_-1.db", nil), ("counter_.db", nil),
            ("counter_4294967296.db", nil), ("counter_99999999999.db", nil), (".db", nil), ("12.db", nil),
        ] as [(Text, pid_t?)])
    func readsPid(name: Text, expected: pid_t?) {
        #expect(Writers.pid(in: name) == expected)
    }

    @Test("this process runs, another does not")
    func knowsWhoIsGone() {
        #expect(!Writers.isGone(getpid()))
        #expect(Writers.isGone(999_999_999))
    }

    @Test("live gauges of who is gone are taken away, nothing else is")
    func removesLiveGauges() throws {
        let directory = TestDirectory()
        let file = ValueFile([(key("g", "g"), 1)])
        let kept = [
            "gauge_livesum_\(getpid()).db", "gauge_sum_\(WritersTests.gone).db", "counter_\(WritersTests.gone).db",
            "gauge_livesum_\(WritersTests.gone).txt", "gauge_liveall_x.db",
        ]
        let gone = ["gauge_livesum_\(WritersTests.gone).db", "gauge_liveall_\(WritersTests.gone).db"]
        for name in kept + gone { directory.write(name, file) }

        LiveGauges.removeOfTheDead(in: directory.path)
        LiveGauges.removeOfTheDead(in: directory.path + "/nothing")

        #expect(kept.allSatisfy { access("\(directory.path)/\($0)", F_OK) == 0 })
        #expect(gone.allSatisfy { access("\(directory.path)/\($0)", F_OK) != 0 })
    }

    private func plan(_ directory: TestDirectory, foldsDead: Bool = true) throws -> DirectoryPlan {
        directory.write("counter_\(WritersTests.gone).db", ValueFile([(WritersTests.key1, 1)]))
        directory.write("counter_\(getpid()).db", ValueFile([(WritersTests.key1, 10)]))
        let plan = DirectoryPlan(path: directory.path, holdsFiles: true, foldsDead: foldsDead)
        #expect(try value(plan) == 11)
        return plan
    }

    private func value(_ plan: DirectoryPlan) throws -> Double? {
        var drops = DropTally()
        _ = try plan.read(drops: &drops)
        #expect(drops.isEmpty)
        return plan.values.first
    }

    @Test("a file whose writer is gone is not read at every scrape, that of a live one is")
    func readsLiveFiles() throws {
        let directory = TestDirectory()
        let plan = try plan(directory)
        directory.overwrite("counter_\(WritersTests.gone).db", ValueFile([(WritersTests.key1, 2)]))
        directory.overwrite("counter_\(getpid()).db", ValueFile([(WritersTests.key1, 20)]))

        #expect(try value(plan) == 21)
        // A pid may have been used again between two scrapes: in the end every file is looked at.
        var readings = 1
        while try value(plan) != 22, readings < 32 { readings += 1 }
        #expect(readings < 32)
    }

    @Test("without being asked to fold, every file is read")
    func readsAllFiles() throws {
        let directory = TestDirectory()
        let plan = try plan(directory, foldsDead: false)
        directory.overwrite("counter_\(WritersTests.gone).db", ValueFile([(WritersTests.key1, 2)]))

        #expect(try value(plan) == 12)
    }

    @Test("a file that takes the place of a final one is read")
    func readsReplacedFile() throws {
        let directory = TestDirectory()
        let plan = try plan(directory)
        directory.write("new", ValueFile([(WritersTests.key1, 5)]))
        rename("\(directory.path)/new", "\(directory.path)/counter_\(WritersTests.gone).db")

        #expect(try value(plan) == 15)
        unlink("\(directory.path)/counter_\(WritersTests.gone).db")
        #expect(try value(plan) == 10)
    }

    @Test("a final file that could not be read is tried again")
    func triesBadFileAgain() throws {
        let directory = TestDirectory()
        directory.write("counter_\(WritersTests.gone).db", bytes: [])
        let plan = DirectoryPlan(path: directory.path, holdsFiles: true, foldsDead: true)
        var drops = DropTally()
        _ = try plan.read(drops: &drops)
        #expect(drops.counts == [.emptyFile: 1])
        directory.overwrite("counter_\(WritersTests.gone).db", ValueFile([(WritersTests.key1, 3)]))

        #expect(try value(plan) == 3)
    }
}
