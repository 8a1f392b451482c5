// Each bad file costs only itself, and is counted.

import DynModel
import Glibc
import Testing

@testable import DynMultiprocess

@Suite struct BadFileTests {
    static let good = ValueFile([(key("c", "c_total"), 1), (key("d", "d_total"), 2)])

    static func used(_ mark: Int) -> [UInt8] {
        var file = ValueFile([(key("e", "e_total"), 3)])
        file.mark(mark)
        return file.padded
    }

    static let cases: [(what: String, name: String, bytes: [UInt8], reason: DropReason, kept: [String])] = [
        ("no bytes", "counter_7.db", [], .emptyFile, []),
        ("only zeros", "counter_7.db", Array(repeating: 0, count: 65536), .emptyFile, []),
        ("three bytes", "counter_7.db", [1, 2, 3], .shortFile, []),
        ("used is -1", "counter_7.db", used(-1), .corruptFile, []),
        ("used is 4", "counter_7.db", used(4), .corruptFile, []),
        ("used beyond the end", "counter_7.db", used(70000), .truncatedFile, ["e_total 3.0"]),
        ("used is 2^31-1", "counter_7.db", used(Int(Int32.max)), .truncatedFile, ["e_total 3.0"]),
        ("used in the middle of the record", "counter_7.db", used(40), .corruptFile, []),
        ("used in the zeros", "counter_7.db", used(4096), .corruptFile, ["e_total 3.0"]),
        ("cut in the second record", "counter_7.db", Array(good.bytes.dropLast(9)), .truncatedFile, []),
        ("an SQLite file", "x.db", Array("SQLite format 3\0".utf8) + used(8), .foreignFile, []),
        ("an SQLite file under our name", "counter_7.db", Array("SQLite format 3\0".utf8) + used(8), .corruptFile, []),
        (
            "random bytes", "counter_7.db", (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 131 ^ ($0 >> 3)) | 1 },
            .corruptFile, []
        ),
        ("a gauge without mode and pid", "gauge_bad.db", used(64), .foreignFile, []),
        ("an unknown type", "meter_1.db", used(64), .foreignFile, []),
        ("a type only", "counter.db", used(64), .foreignFile, []),
    ]

    @Test("a bad file is counted, the others count in full", arguments: cases.indices)
    func countsBadFile(index: Int) throws {
        let bad = BadFileTests.cases[index]
        let directory = TestDirectory()
        directory.write("counter_1.db", BadFileTests.good)
        directory.write(bad.name, bytes: bad.bytes)
        directory.write("counter_9.db", BadFileTests.good)

        let merged = try directory.merge()

        let isCopyOfGood = bad.what.hasPrefix("cut")
        let values = merged.page.filter { !$0.hasPrefix("#") }
        #expect(values == [isCopyOfGood ? "c_total 3.0" : "c_total 2.0", "d_total 4.0"] + bad.kept, "\(bad.what)")
        #expect(merged.drops == [bad.reason: 1], "\(bad.what)")
    }

    @Test("an empty file with a header is no fault")
    func acceptsFreshFile() throws {
        let directory = TestDirectory()
        directory.write("counter_1.db", ValueFile())
        directory.write("gauge_livesum_1.db", ValueFile())

        #expect(try directory.merge() == ([], [:]))
    }

    @Test("directory, FIFO, socket and links are not opened for reading, and nothing waits")
    func skipsWhatIsNoFile() throws {
        let directory = TestDirectory()
        directory.write("counter_1.db", BadFileTests.good)
        mkdir("\(directory.path)/counter_2.db", 0o700)
        mkfifo("\(directory.path)/counter_3.db", 0o600)
        symlink("\(directory.path)/counter_1.db", "\(directory.path)/counter_4.db")
        symlink("counter_5.db", "\(directory.path)/counter_5.db")
        mkdir("\(directory.path)/y.db", 0o700)
        mkfifo("\(directory.path)/z.db", 0o600)

        let merged = try directory.merge()

        #expect(merged.page.filter { !$0.hasPrefix("#") } == ["c_total 1.0", "d_total 2.0"])
        #expect(merged.drops == [.notAFile: 4, .foreignFile: 2])
    }

    @Test("a file that may not be read is counted")
    func countsUnreadableFile() throws {
        let directory = TestDirectory()
        directory.write("counter_1.db", BadFileTests.good)
        directory.write("counter_2.db", BadFileTests.good)
        chmod("\(directory.path)/counter_2.db", 0)

        let merged = try directory.merge()

        let isRoot = geteuid() == 0
        #expect(merged.page.contains(isRoot ? "c_total 2.0" : "c_total 1.0"))
        #expect(merged.drops == (isRoot ? [:] : [.unreadableFile: 1]))
    }

    @Test("a file above 64 MiB is left alone")
    func skipsOversizedFile() throws {
        let directory = TestDirectory()
        directory.write("counter_1.db", BadFileTests.good)
        directory.write("counter_2.db", BadFileTests.good)
        truncate("\(directory.path)/counter_2.db", FileBuffer.largestFile)
        directory.write("counter_3.db", BadFileTests.good)
        truncate("\(directory.path)/counter_3.db", FileBuffer.largestFile + 1)

        let merged = try directory.merge()

        #expect(merged.page.contains("c_total 2.0"))
        #expect(merged.drops == [.oversizedFile: 1])
    }

    @Test(
        "a file that vanished is counted, save that of a live gauge",
        arguments: [
            ("counter_2.db", [.vanishedFile: 1]), ("gauge_all_2.db", [.vanishedFile: 1]), ("gauge_livesum_2.db", [:]),
            ("gauge_liveall_2.db", [:]),
        ] as [(Text, [DropReason: UInt64])])
    func countsVanishedFile(name: Text, expected: [DropReason: UInt64]) throws {
        let directory = TestDirectory()
        let open = try OpenDirectory(path: directory.path)
        let file = PlannedFile(name, inode: 1)
        var reader = ValueReader()
        var drops = DropTally()

        _ = file.read(&reader, in: open.descriptor, mayHold: false)
        file.count(&drops)

        #expect(drops.counts == expected)
    }

    @Test(
        "a file that was copied under the name of another type damages nothing",
        arguments: [
            ("counter_0.db", "histogram_1.db"), ("gauge_all_0.db", "histogram_1.db"), ("summary_0.db", "counter_1.db"),
            ("counter_0.db", "gauge_sum_1.db"), ("histogram_0.db", "counter_1.db"), ("counter_0.db", "summary_1.db"),
        ])
    func survivesWrongName(copy: String, name: String) throws {
        let contents: [Character: ValueFile] = [
            "h": ValueFile([(key("x", "x_sum"), 1), (key("x", "x_bucket", ["le": "1"]), 2)]),
            "c": ValueFile([(key("x", "x_total"), 1)]),
            "g": ValueFile([(key("x", "x"), 1)]),
            "s": ValueFile([(key("x", "x_count"), 1), (key("x", "x_sum"), 1)]),
        ]
        let file = name.first.flatMap { contents[$0] } ?? ValueFile()
        let alone = TestDirectory()
        alone.write(name, file)
        let both = TestDirectory()
        both.write(name, file)
        both.write(copy, file)

        let merged = try both.merge()

        #expect(merged.page == (try alone.merge().page))
        #expect(!merged.drops.isEmpty)
    }

    @Test("of two types under one name the first holds")
    func keepsFirstType() throws {
        let directory = TestDirectory()
        directory.write("gauge_sum_1.db", ValueFile([(key("x", "x"), 1)]))
        directory.write("histogram_1.db", ValueFile([(key("x", "x_sum"), 1), (key("y", "y_sum"), 1)]))

        let merged = try directory.merge()

        let page = merged.page.filter { !$0.hasPrefix("# HELP") }
        #expect(page == ["# TYPE x gauge", "x 1.0", "# TYPE y histogram", "y_sum 1.0"])
        #expect(merged.drops == [.typeConflict: 1])
    }
}
