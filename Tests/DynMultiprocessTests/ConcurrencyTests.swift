// Merging while others write: what is read is always whole.

import CDynSupport
import DynModel
import Glibc
import Synchronization
import Testing

@testable import DynMultiprocess

@Suite struct ConcurrencyTests {
    /// Writes as prometheus_client does: the record, then the mark; the file grows by doubling.
    final class Writer: Sendable {
        static let count = 3000
        let path: String
        let isDone = Atomic(false)

        init(path: String) {
            self.path = path
        }

        func run() {
            let file = open("\(path)/counter_1.db", O_RDWR | O_CREAT, 0o600)
            var capacity = 1 << 16
            ftruncate(file, capacity)
            var whole = ValueFile()
            pwrite(file, whole.bytes, 4, 0)
            for number in 0..<Writer.count {
                let start = whole.bytes.count
                whole.add(key("c", "c_total", ["n": "\(number)"]), 1)
                while whole.bytes.count > capacity {
                    capacity *= 2
                    ftruncate(file, capacity)
                }
                whole.bytes[start...].withUnsafeBytes { _ = pwrite(file, $0.baseAddress, $0.count, start) }
                pwrite(file, whole.bytes, 4, 0)
                removeAndMake(number)
            }
            close(file)
            isDone.store(true, ordering: .releasing)
        }

        /// A live gauge's file that comes and goes.
        private func removeAndMake(_ number: Int) {
            let name = "\(path)/gauge_livesum_2.db"
            unlink(name)
            if number % 2 == 0 { close(open(name, O_RDWR | O_CREAT, 0o600)) }
        }
    }

    @Test("four threads merge while a writer appends")
    func mergesWhileWriting() throws {
        let directory = TestDirectory()
        let writer = Writer(path: directory.path)
        let path = directory.path
        let problems = Mutex<[String]>([])
        let merges = Atomic(0)

        runThreads(
            [writer.run]
                + Array(
                    repeating: {
                        var last = 0
                        while !writer.isDone.load(ordering: .acquiring) {
                            var drops = DropTally()
                            let families = (try? MultiprocessDirectory(path: path).merge(drops: &drops)) ?? []
                            let samples = families.first?.samples ?? []
                            let known: Set<DropReason> = [.emptyFile]
                            if !Set(drops.counts.keys).isSubset(of: known) {
                                problems.withLock { $0.append("\(drops.examples)") }
                            }
                            if samples.contains(where: { $0.value != .merged(1) }) {
                                problems.withLock { $0.append("torn") }
                            }
                            if samples.count < last {
                                problems.withLock { $0.append("\(samples.count) after \(last)") }
                            }
                            last = samples.count
                            merges.add(1, ordering: .relaxed)
                        }
                    }, count: 4))

        #expect(problems.withLock { $0 } == [])
        #expect(merges.load(ordering: .relaxed) > 0)
        #expect(try directory.merge().page.count == Writer.count + 2)
    }

    @Test("a file that grew after it was opened is read up to its mark")
    func readsGrownFile() throws {
        let directory = TestDirectory()
        var file = ValueFile()
        for number in 0..<10 { file.add(key("c", "c_total", ["n": "\(number)"]), 1) }
        directory.write("counter_1.db", bytes: file.bytes)
        let opened = try FileBuffer.open("\(directory.path)/counter_1.db", in: AT_FDCWD)
        defer { close(opened.descriptor) }
        for number in 10..<2000 { file.add(key("c", "c_total", ["n": "\(number)"]), 1) }
        directory.write("counter_1.db", bytes: file.bytes)

        var buffer = FileBuffer()
        try buffer.read(opened)

        let isCut = buffer.isCut
        let bytes = Array(buffer.bytes)
        #expect(!isCut && bytes == file.bytes)
    }

    /// Runs every body on a thread of its own and returns when all have.
    private func runThreads(_ bodies: [@Sendable () -> Void]) {
        final class Body {
            let run: () -> Void
            init(_ run: @escaping () -> Void) { self.run = run }
        }
        var threads: [pthread_t] = []
        for body in bodies {
            var thread = pthread_t()
            let argument = Unmanaged.passRetained(Body(body)).toOpaque()
            let failed = pthread_create(
                &thread, nil,
                { raw in
                    if let raw { Unmanaged<Body>.fromOpaque(raw).takeRetainedValue().run() }
                    return nil
                }, argument)
            if failed == 0 { threads.append(thread) }
        }
        #expect(threads.count == bodies.count)
        for thread in threads { pthread_join(thread, nil) }
    }
}
