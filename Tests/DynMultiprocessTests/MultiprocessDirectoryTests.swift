// The directory as a whole: which files it takes, and what it says when it is not there.

import DynModel
import Glibc
import Testing

@testable import DynMultiprocess

@Suite struct MultiprocessDirectoryTests {
    @Test("a directory that cannot be opened throws", arguments: ["/nonexistent/here", "/proc/self/stat", ""])
    func throwsForMissingDirectory(path: String) {
        var drops = DropTally()
        do throws(MetricsError) {
            _ = try MultiprocessDirectory(path: path).merge(drops: &drops)
            Issue.record("nothing thrown")
        } catch {
            #expect(error.code == .io)
            #expect(error.description.contains("'\(path)'"))
        }
    }

    @Test("an empty directory gives nothing")
    func acceptsEmptyDirectory() throws {
        #expect(try TestDirectory().merge() == ([], [:]))
    }

    @Test("only what matches *.db is looked at, in the order of the names")
    func listsValueFiles() throws {
        let directory = TestDirectory()
        for name in ["b.db", "a.db", ".hidden.db", "c.DB", "d.db.bak", "10.db", "9.db", "é.db"] {
            directory.write(name, bytes: [])
        }

        let names = try OpenDirectory(path: directory.path).list().sorted.map(\.name)
        #expect(names == ["10.db", "9.db", "a.db", "b.db", "é.db"])
    }

    static let names: [(Text, MetricKind?, GaugeMode, Text, Bool)] = [
        ("counter_12.db", .counter, .all, "", false),
        ("counter_worker_3.db", .counter, .all, "", false),
        ("histogram_.db", .histogram, .all, "", false),
        ("summary_1.db", .summary, .all, "", false),
        ("gauge_all_12.db", .gauge, .all, "12", false),
        ("gauge_livemin_12.db", .gauge, .min, "12", true),
        ("gauge_max_12.db", .gauge, .max, "12", false),
        ("gauge_livesum_host-1.db", .gauge, .sum, "host-1", true),
        ("gauge_livemostrecent_é.db", .gauge, .mostRecent, "é", true),
        ("gauge_liveall_worker_3.db", .gauge, .all, "wor", true),
        ("gauge_all_é_3.db", .gauge, .all, "", false),
        ("gauge_all_héllo_3.db", .gauge, .all, "hé", false),
        ("gauge_all.db", nil, .all, "", false),
        ("counter.db", nil, .all, "", false),
        ("Counter_1.db", nil, .all, "", false),
        ("info_1.db", nil, .all, "", false),
        ("_1.db", nil, .all, "", false),
        (Text(Array("counter_".utf8) + [0xFF] + Array(".db".utf8)), nil, .all, "", false),
    ]

    @Test("file names are taken apart as prometheus_client does", arguments: names.indices)
    func readsFileName(index: Int) {
        let (name, kind, mode, pid, mayVanish) = MultiprocessDirectoryTests.names[index]
        let file = ValueFileName(name)

        #expect(file?.kind == kind)
        guard let file else { return }
        #expect(file.mode == mode)
        #expect(file.pid == pid)
        #expect(file.mayVanish == mayVanish)
    }

    @Test("the same bytes get the same number, under each tag their own")
    func numbersByteStrings() {
        var table = ByteTable()
        func intern(_ text: String, _ tag: UInt32) -> Int? {
            Array(text.utf8).withUnsafeBytes { table.intern($0, tag: tag) }
        }

        for round in 0..<2 {
            for number in 0..<1000 {
                #expect(intern("key \(number)", 1) == number * 2, "round \(round)")
                #expect(intern("key \(number)", 2) == number * 2 + 1, "round \(round)")
            }
        }
        #expect(intern("", 1) == 2000 && intern("", 1) == 2000)
        #expect(table.count == 2001)
        #expect(Array(table.bytes(of: 2)) == Array("key 1".utf8))
        #expect(Array(table.bytes(of: 2000)) == [])
    }
}
