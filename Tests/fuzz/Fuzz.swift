// What libFuzzer calls: bytes from outside go to everything that reads bytes from outside. A trap, a read beyond the end or
// a hang ends it. The first byte chooses what is done with the rest, so one corpus serves all.

import DynMetrics
import Glibc

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard let start, count > 0 else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: start + 1, count: count - 1))
    switch start[0] % 4 {
    case 0:
        lint(bytes, .text)
        lint(bytes, .openMetrics)
    case 1:
        let filter = SourceFilter(include: ["v", ""], exclude: ["vllm:x"], addPrefix: "p_", labels: ["zone": "a"])
        guard let once = try? Exposition.filter(bytes, filter) else { break }
        // A page that is valid is so after a filter too.
        if !hasErrors(bytes), hasErrors(once) { end("the filtered page is not valid", once) }
    case 2:
        scrape(bytes)
    default:
        merge(bytes)
    }
    return 0
}

/// Warnings come beside the errors and point into the page.
private func lint(_ bytes: [UInt8], _ format: ScrapeFormat) {
    let problems = Exposition.check(bytes, format: format, lint: true)
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let isWithin = problems.allSatisfy {
        $0.line >= 1 && $0.line <= lines.count && $0.column >= 1 && $0.column <= lines[$0.line - 1].count + 1
    }
    if !isWithin { end("a warning points beside the page", bytes) }
    if problems.filter({ $0.severity == .error }) != Exposition.check(bytes, format: format) {
        end("lint changes what is refused", bytes)
    }
}

private let text = TextBox()
nonisolated(unsafe) private let runtime: DistributedRuntime? = {
    let runtime = try? DistributedRuntime(connectionID: 1)
    _ = try? runtime?.namespace("fuzz").metrics.registerTextCallback { text.value }
    return runtime
}()

/// The text of the callback; only one thread writes, before it scrapes.
private final class TextBox: @unchecked Sendable {
    var value = ""
}

/// The whole way: a text callback, families, merge, a page that has to be valid in every format, with the same series.
private func scrape(_ bytes: [UInt8]) {
    text.value = String(decoding: bytes, as: UTF8.self)
    guard let page = runtime?.scrape(selfMetrics: false, deadline: 20),
        let openMetrics = runtime?.scrape(format: .openMetrics, selfMetrics: false, deadline: 20),
        let protobuf = runtime?.scrape(format: .protobuf, selfMetrics: false, deadline: 20)
    else { return }
    if hasErrors(page) { end("the page is not valid", page) }
    // Prometheus stores an engine's label __x; strict readers do not like its name.
    if Exposition.check(openMetrics).contains(where: {
        $0.severity == .error && !$0.message.contains("reserved '__' kind")
    }) {
        end("the OpenMetrics page is not valid", openMetrics)
    }
    if countSamples(page) != countSamples(openMetrics) { end("the formats have other series", page + openMetrics) }
    if !isFramed(protobuf) { end("the messages do not fill the page", page) }
}

/// How many samples a page has, those that tell when something began left out: not every format has samples for them.
private func countSamples(_ page: [UInt8]) -> Int {
    page.split(separator: UInt8(ascii: "\n")).count { line in
        let name =
            line.first == UInt8(ascii: "{")
            ? line.prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") }
            : line.prefix { $0 != UInt8(ascii: "{") && $0 != UInt8(ascii: " ") }
        return line.first != UInt8(ascii: "#") && !String(decoding: name, as: UTF8.self).contains("_created")
    }
}

/// Whether the page is messages behind their lengths, to its last byte.
private func isFramed(_ page: [UInt8]) -> Bool {
    var at = 0
    while at < page.count {
        var length = 0
        var shift = 0
        while at < page.count, page[at] >= 0x80 {
            length |= Int(page[at] & 0x7F) << shift
            (at, shift) = (at + 1, shift + 7)
        }
        guard at < page.count, shift < 35 else { return false }
        at += 1 + (length | Int(page[at]) << shift)
    }
    return at == page.count
}

private let folder: String = {
    var name = Array("/dev/shm/dynm-fuzz-XXXXXX".utf8CString)
    guard mkdtemp(&name) != nil else { abort() }
    return String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
}()

/// The bytes as a .db file; its second byte chooses the type in the file's name.
private func merge(_ bytes: [UInt8]) {
    let names = [
        "counter_1", "histogram_1", "gauge_all_1", "gauge_mostrecent_1", "summary_1", "gauge_livesum_1", "gauge_sum_1",
    ]
    guard let first = bytes.first else { return }
    let path = "\(folder)/\(names[Int(first) % names.count]).db"
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard file >= 0 else { abort() }
    _ = bytes.withUnsafeBytes { write(file, $0.baseAddress.map { $0 + 1 }, bytes.count - 1) }
    close(file)
    let page = try? Exposition.mergeMultiprocess(folder)
    unlink(path)
    // A merge is what prometheus_client writes, counts below zero included; served pages take their type off.
    if let page,
        Exposition.check(page).contains(where: { $0.severity == .error && !$0.message.contains("cannot count") })
    {
        end("the merged page is not valid", page)
    }
}

private func hasErrors(_ page: [UInt8]) -> Bool {
    Exposition.check(page).contains { $0.severity == .error }
}

/// What libFuzzer takes for a crash, with the reason before it.
private func end(_ reason: String, _ page: [UInt8]) -> Never {
    let problems = Exposition.check(page).map { "\($0.line):\($0.column): \($0.message)" }.joined(separator: "\n")
    print("\(reason):\n\(problems)\n\(String(decoding: page, as: UTF8.self))")
    fflush(nil)
    abort()
}
