// A kept plan gives what a fresh merge gives, whatever happened to the directory in between.

import DynModel
import Glibc
import Testing

@testable import DynMultiprocess

@Suite struct DirectoryPlanTests {
    static let start = ValueFile([(key("c", "c_total", ["a": "1"]), 1), (key("c", "c_total", ["a": "2"]), 2)])

    /// What happens between two scrapes, and whether the page then looks different.
    static let changes: [(what: String, isNew: Bool, change: @Sendable (TestDirectory) -> Void)] = [
        ("nothing", false, { _ in }),
        (
            "other values", false,
            { directory in
                directory.overwrite(
                    "counter_1.db",
                    ValueFile([
                        (key("c", "c_total", ["a": "1"]), 10), (key("c", "c_total", ["a": "2"]), 0.1),
                    ]))
            }
        ),
        (
            "one key more", true,
            { directory in
                var file = start
                file.add(key("c", "c_total", ["a": "3"]), 3)
                directory.overwrite("counter_1.db", file)
            }
        ),
        (
            "one key less", true,
            { directory in
                directory.overwrite("counter_1.db", ValueFile([(key("c", "c_total", ["a": "1"]), 1)]))
            }
        ),
        (
            "a key of the same length in the place of another", true,
            { directory in
                directory.overwrite(
                    "counter_1.db",
                    ValueFile([
                        (key("c", "c_total", ["a": "1"]), 1), (key("c", "c_total", ["a": "9"]), 2),
                    ]))
            }
        ),
        (
            "the same keys in another order", true,
            { directory in
                directory.overwrite(
                    "counter_1.db",
                    ValueFile([
                        (key("c", "c_total", ["a": "2"]), 5), (key("c", "c_total", ["a": "1"]), 7),
                    ]))
            }
        ),
        ("cut to nothing", true, { directory in truncate("\(directory.path)/counter_1.db", 0) }),
        ("cut in the middle", true, { directory in truncate("\(directory.path)/counter_1.db", 100) }),
        (
            "a mark beyond the end", true,
            { directory in
                var file = start
                file.mark(1 << 20)
                directory.overwrite("counter_1.db", file)
            }
        ),
        ("a file more", true, { directory in directory.write("counter_0.db", start) }),
        ("a file less", true, { directory in unlink("\(directory.path)/counter_2.db") }),
        (
            "removed and made anew", true,
            { directory in
                unlink("\(directory.path)/counter_1.db")
                directory.write("counter_1.db", ValueFile([(key("d", "d_total"), 4)]))
            }
        ),
        (
            "replaced by renaming", true,
            { directory in
                directory.write("new", ValueFile([(key("d", "d_total"), 4)]))
                rename("\(directory.path)/new", "\(directory.path)/counter_1.db")
            }
        ),
        (
            "two files change names", true,
            { directory in
                rename("\(directory.path)/counter_1.db", "\(directory.path)/other")
                rename("\(directory.path)/counter_2.db", "\(directory.path)/counter_1.db")
                rename("\(directory.path)/other", "\(directory.path)/counter_2.db")
            }
        ),
        (
            "a folder in a file's place", true,
            { directory in
                unlink("\(directory.path)/counter_1.db")
                mkdir("\(directory.path)/counter_1.db", 0o700)
            }
        ),
        (
            "deleted and made anew", true,
            { directory in
                for name in ["counter_1.db", "counter_2.db", "gauge_mostrecent_1.db"] {
                    unlink("\(directory.path)/\(name)")
                }
                rmdir(directory.path)
                mkdir(directory.path, 0o700)
                directory.write("counter_1.db", ValueFile([(key("c", "c_total", ["a": "2"]), 40)]))
            }
        ),
        (
            "a gauge set for the first time", true,
            { directory in
                var file = ValueFile()
                file.add(key("g", "g", ["a": "1"]), 1, time: 1e9)
                file.add(key("g", "g", ["a": "2"]), 2, time: 2e9)
                directory.overwrite("gauge_mostrecent_1.db", file)
            }
        ),
    ]

    @Test("the page is a fresh merge's", arguments: changes.indices, [true, false])
    func followsTheDirectory(index: Int, holdsFiles: Bool) throws {
        let (what, isNew, change) = DirectoryPlanTests.changes[index]
        let directory = TestDirectory()
        directory.write("counter_1.db", DirectoryPlanTests.start)
        directory.write("counter_2.db", DirectoryPlanTests.start)
        var gauges = ValueFile()
        gauges.add(key("g", "g", ["a": "1"]), 0)
        gauges.add(key("g", "g", ["a": "2"]), 3, time: 1e9)
        directory.write("gauge_mostrecent_1.db", gauges)
        let plan = DirectoryPlan(path: directory.path, holdsFiles: holdsFiles)
        var drops = DropTally()
        #expect(try plan.read(drops: &drops))
        #expect(try lines(plan.filled()) == directory.merge().page)

        change(directory)

        for isFirst in [true, false] {
            drops = DropTally()
            let fresh = try directory.merge()
            #expect(try plan.read(drops: &drops) == (isFirst && isNew), "\(what)")
            #expect(lines(plan.filled()) == fresh.page, "\(what)")
            #expect(drops.counts == fresh.drops, "\(what)")
        }
    }

    @Test("a directory that cannot be listed is an error, and none any more when it is there again")
    func recovers() throws {
        let directory = TestDirectory()
        directory.write("counter_1.db", DirectoryPlanTests.start)
        let plan = DirectoryPlan(path: directory.path, holdsFiles: true)
        var drops = DropTally()
        #expect(try plan.read(drops: &drops))
        unlink("\(directory.path)/counter_1.db")
        rmdir(directory.path)

        #expect(throws: MetricsError.self) { try plan.read(drops: &drops) }
        mkdir(directory.path, 0o700)
        #expect(try plan.read(drops: &drops))
        #expect(plan.filled().isEmpty)
    }

    @Test("files that are alike share what is known of their keys, and are still told apart")
    func sharesLayouts() throws {
        let directory = TestDirectory()
        for process in 1...40 {
            var file = ValueFile([(key("c", "c_total", ["a": "1"]), Double(process))])
            file.add(key("c", "c_total", ["p": process % 7 == 0 ? "7" : "8"]), 1)
            directory.write("counter_\(process).db", file)
        }

        #expect(
            try directory.merge().page.filter { !$0.hasPrefix("#") } == [
                #"c_total{a="1"} 820.0"#, #"c_total{p="8"} 35.0"#, #"c_total{p="7"} 5.0"#,
            ])
    }

    @Test("keys that no file has any more are forgotten in the end")
    func forgetsOldKeys() throws {
        let directory = TestDirectory()
        let plan = DirectoryPlan(path: directory.path, holdsFiles: true)
        var most = 0
        for generation in 0..<30 {
            var file = ValueFile()
            for number in 0..<500 { file.add(key("c", "c_total", ["n": "\(generation)-\(number)"]), 1) }
            directory.write("counter_1.db", file)
            var drops = DropTally()
            #expect(try plan.read(drops: &drops))
            #expect(plan.values.count == 500)
            most = max(most, plan.keyCount)
        }
        #expect(most < 6000)
    }

    @Test("a pair that does not stand still is left as it was, the others are taken")
    func keepsUnsettledPairs() {
        var values: ContiguousArray<Double> = [1, 10, 2, 20, 3, 30]

        ValueReader.settle(&values, against: [1, 10, 2, 21, 4, 30], last: [0, 5, 1, 15, 2, 25])
        #expect(values == [1, 10, 1, 15, 2, 25])

        ValueReader.settle(&values, against: [9, 9, 9, 9, 9, 9], last: [])
        #expect(values == [1, 10, 1, 15, 2, 25], "nothing was accepted before: what was read counts")
    }
}
