// Folding on disk: the page stays, the files become few, and whatever is not understood is left alone.

import DynModel
import Glibc
import Testing

@testable import DynMultiprocess

@Suite struct CompactionTests {
    private func gauge(_ values: [(name: String, value: Double, time: Double)]) -> ValueFile {
        var file = ValueFile()
        for one in values { file.add(key("g\(one.name)", "g\(one.name)"), one.value, time: one.time) }
        return file
    }

    private func names(_ directory: TestDirectory) throws -> [Text] {
        try OpenDirectory(path: directory.path).list().sorted.map(\.name)
    }

    private func fill(_ directory: TestDirectory) {
        for pid in [999_999_997, 999_999_998, 999_999_999] {
            let value = Double(pid % 10) / 10
            directory.write("counter_\(pid).db", ValueFile([(key("c", "c_total", ["p": "\(pid % 2)"]), value)]))
            directory.write(
                "histogram_\(pid).db",
                ValueFile([
                    (key("h", "h_sum"), value), (key("h", "h_bucket", ["le": pid % 2 == 0 ? "1" : "1.0"]), 1),
                    (key("h", "h_bucket", ["le": "+Inf"]), 2),
                ]))
            directory.write("gauge_max_\(pid).db", gauge([("max", value, 0)]))
            directory.write("gauge_all_\(pid).db", gauge([("all", value, 0)]))
            directory.write("gauge_livesum_\(pid).db", gauge([("livesum", value, 0)]))
            // The second gauge is set before the first, and comes to the page before it; the third never.
            directory.write(
                "gauge_mostrecent_\(pid).db",
                ValueFile.recent([
                    ("x", value, pid % 10 == 7 ? 0 : 1e9), ("y", value, 2e9), ("z", value, 0),
                ]))
        }
    }

    @Test("the page stays as it is, the files become few")
    func keepsThePage() throws {
        let directory = TestDirectory()
        fill(directory)
        let before = try directory.merge()

        let report = try Compaction.run(directory.path, assumesStopped: false)

        #expect(report.filesBefore == 18 && report.filesAfter == 10)
        #expect(
            try names(directory) == [
                "counter_folded.db",
                "gauge_all_999999997.db", "gauge_all_999999998.db", "gauge_all_999999999.db",
                "gauge_livesum_999999997.db", "gauge_livesum_999999998.db", "gauge_livesum_999999999.db",
                "gauge_max_folded.db", "gauge_mostrecent_folded.db", "histogram_folded.db",
            ])
        #expect(try directory.merge() == before)
        #expect(try Compaction.run(directory.path, assumesStopped: false).filesAfter == 10)
        #expect(try directory.merge() == before)
    }

    @Test("more processes are folded onto what was folded before")
    func foldsAgain() throws {
        let directory = TestDirectory()
        fill(directory)
        _ = try Compaction.run(directory.path, assumesStopped: false)
        fill(directory)
        let before = try directory.merge()

        #expect(try Compaction.run(directory.path, assumesStopped: false).filesAfter == 10)
        #expect(try directory.merge() == before)
    }

    @Test(
        "a directory with a process that runs is refused, and one whose writers cannot be told",
        arguments: [
            ("counter_\(getpid()).db", "process \(getpid()) runs"), ("counter_host-1.db", "--stopped"),
        ])
    func refusesLiveWriters(name: String, expected: String) throws {
        let directory = TestDirectory()
        fill(directory)
        directory.write(name, ValueFile([(key("c", "c_total"), 1)]))
        let before = try names(directory)

        #expect {
            try Compaction.run(directory.path, assumesStopped: false)
        } throws: { error in
            "\(error)".contains(expected) && "\(error)".contains(name)
        }
        #expect(try names(directory) == before)
        #expect(try Compaction.run(directory.path, assumesStopped: true).filesAfter < before.count)
    }

    @Test("files that are not understood to the end leave their sort alone, with the reason")
    func leavesBadFiles() throws {
        let directory = TestDirectory()
        fill(directory)
        directory.write("counter_999999990.db", bytes: [1, 2, 3])
        directory.write("gauge_min_999999990.db", gauge([("max", 1, 0)]))
        directory.write("gauge_min_999999991.db", gauge([("max", 1, 0)]))
        let before = try directory.merge()

        let report = try Compaction.run(directory.path, assumesStopped: false)

        #expect(report.left.contains { $0.contains("counter_999999990.db") })
        #expect(report.left.contains { $0.contains("gauge_max_*.db") && $0.contains("more modes") })
        let after = try names(directory)
        #expect(after.contains("counter_999999997.db") && after.contains("gauge_max_999999997.db"))
        #expect(after.contains("histogram_folded.db"))
        #expect(try directory.merge() == before)
    }

    @Test("what has no other name beside stays untouched")
    func refusesFolders() throws {
        let directory = TestDirectory()
        fill(directory)
        mkdir("\(directory.path)/inner", 0o700)
        let before = try names(directory)

        #expect {
            try Compaction.run(directory.path, assumesStopped: false)
        } throws: { "\($0)".contains("'inner'") }
        #expect(try names(directory) == before)
        #expect(access("\(directory.path).dynmetrics-compact", F_OK) != 0)
    }

    @Test("two at once: one is refused")
    func locks() throws {
        let directory = TestDirectory()
        fill(directory)
        let held = open(directory.path, O_RDONLY | O_DIRECTORY)
        defer { close(held) }
        #expect(flock(held, LOCK_EX) == 0)

        #expect {
            try Compaction.run(directory.path, assumesStopped: false)
        } throws: { "\($0)".contains("another process") }
    }

    @Test("mode and other files of the directory stay")
    func keepsTheRest() throws {
        let directory = TestDirectory()
        fill(directory)
        directory.write("notes.txt", bytes: [65])
        chmod(directory.path, 0o750)

        _ = try Compaction.run(directory.path + "/", assumesStopped: false)

        var facts = stat()
        #expect(stat(directory.path, &facts) == 0 && facts.st_mode & 0o7777 == 0o750)
        #expect(access("\(directory.path)/notes.txt", R_OK) == 0)
    }
}

extension ValueFile {
    fileprivate static func recent(_ values: [(name: String, value: Double, time: Double)]) -> ValueFile {
        var file = ValueFile()
        for one in values { file.add(key("r", "r", ["n": one.name]), one.value, time: one.time) }
        return file
    }
}
