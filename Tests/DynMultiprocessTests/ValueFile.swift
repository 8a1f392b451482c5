// Value files and directories for the tests, written as prometheus_client writes them.

import DynModel
import Glibc

@testable import DynMultiprocess

/// The key that prometheus_client makes of these. Nothing is escaped here: what is given is what stands in the JSON.
func key(
    _ family: String, _ sample: String, _ labels: KeyValuePairs<String, String> = [:], _ help: String = "help"
) -> String {
    let members = labels.map { "\"\($0.key)\": \"\($0.value)\"" }.joined(separator: ", ")
    return "[\"\(family)\", \"\(sample)\", {\(members)}, \"\(help)\"]"
}

/// The bytes of a value file that is being written.
struct ValueFile {
    var bytes: [UInt8] = [8, 0, 0, 0, 0, 0, 0, 0]
    var layout = RecordLayout.valueAndTime

    init(layout: RecordLayout = .valueAndTime) {
        self.layout = layout
    }

    init(_ records: [(key: String, value: Double)], layout: RecordLayout = .valueAndTime) {
        self.init(layout: layout)
        for record in records { add(record.key, record.value) }
    }

    mutating func add(_ key: String, _ value: Double, time: Double = 0) {
        add(raw: Array(key.utf8), value, time: time)
    }

    mutating func add(raw key: [UInt8], _ value: Double, time: Double = 0) {
        append(Int32(key.count))
        bytes += key
        bytes += Array(repeating: UInt8(ascii: " "), count: 8 - (key.count + 4) % 8)
        append(value)
        if layout == .valueAndTime { append(time) }
        mark(bytes.count)
    }

    /// Says that `used` bytes are in use.
    mutating func mark(_ used: Int) {
        withUnsafeBytes(of: Int32(used)) { bytes.replaceSubrange(0..<4, with: $0) }
    }

    /// With zeros behind, as the writer's file grows by doubling.
    var padded: [UInt8] { bytes + Array(repeating: 0, count: 65536 - bytes.count % 65536) }

    private mutating func append<Number>(_ number: Number) {
        withUnsafeBytes(of: number) { bytes += $0 }
    }
}

/// A directory that is gone when nobody holds it any more.
final class TestDirectory {
    let path: String

    init() {
        var template = Array("/tmp/dynmultiprocess-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? "/nonexistent"
        }
    }

    deinit {
        remove(everythingIn: path)
        rmdir(path)
    }

    func write(_ name: String, _ file: ValueFile) {
        write(name, bytes: file.padded)
    }

    func write(_ name: String, bytes: [UInt8]) {
        let file = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count <= 0 { break }
            done += count
        }
        close(file)
    }

    /// Writes over what is there, without cutting it before: the same file, as its writer would change it.
    func overwrite(_ name: String, _ file: ValueFile) {
        let opened = open("\(path)/\(name)", O_WRONLY)
        let bytes = file.padded
        _ = bytes.withUnsafeBytes { Glibc.pwrite(opened, $0.baseAddress, $0.count, 0) }
        close(opened)
    }

    /// The page and what was dropped, by reason.
    func merge() throws -> (page: [String], drops: [DropReason: UInt64]) {
        var drops = DropTally()
        let families = try MultiprocessDirectory(path: path).merge(drops: &drops)
        return (lines(families), drops.counts)
    }

    private func remove(everythingIn path: String) {
        guard let handle = opendir(path) else { return }
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            if Glibc.unlink("\(path)/\(name)") != 0 { rmdir("\(path)/\(name)") }
        }
        closedir(handle)
    }
}

/// The families as lines of text 0.0.4, HELP lines without escapes.
func lines(_ families: [Family]) -> [String] {
    families.flatMap { family in
        let head = [
            "# HELP \(family.name) \(family.help ?? "")",
            "# TYPE \(family.name) \((family.kind ?? .unknown).textWord)",
        ]
        return head
            + family.samples.map { sample in
                var writer = ByteWriter()
                writer.append(family.name)
                writer.append(literal: sample.suffix.text)
                if !sample.labels.isEmpty {
                    writer.append(UInt8(ascii: "{"))
                    writer.append(sample.labels.text)
                    writer.append(UInt8(ascii: "}"))
                }
                writer.append(UInt8(ascii: " "))
                writer.append(number: sample.value.double, style: .prometheusClient)
                return writer.finish().string
            }
    }
}
