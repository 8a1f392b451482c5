// Reads text 0.0.4 into families. Warm.
//
// One reader serves two callers. Those who merge an engine's page get everything that Prometheus 3 would take; a line
// that it would refuse costs only itself. Those who check a page get told what a strict reader refuses besides.
// Lines end at "\n" and nowhere else: label values may hold any other character.

import DynModel

#if canImport(Glibc)
import Glibc
#endif

/// One refused line: why, where in the line, and what to tell.
struct LineFault: Error {
    var reason: DropReason
    /// Index of the byte in the page.
    var offset: Int
    var message: String
}

package struct TextReader {
    let page: Text
    let bytes: UnsafeRawBufferPointer
    var families = FamilyIndex()
    var drops = DropTally()
    /// Nil unless somebody wants to be told.
    var problems: [Problem]?
    /// Where the labels of the line at hand begin and end; kept between lines for its memory.
    var labelRanges: [LabelRange] = []
    /// The name of the sample that ``FamilyIndex/last`` is the place of.
    var lastName = UnsafeRawBufferPointer(start: nil, count: 0)
    var line = 0
    var lineStart = 0
    private let budget: PageBudget
    private var series = 0

    private init(_ page: Text, _ bytes: UnsafeRawBufferPointer, _ budget: PageBudget, collecting: Bool) {
        self.page = page
        self.budget = budget
        self.bytes = bytes
        problems = collecting ? [] : nil
    }

    /// The families of `page`, in order of first appearance. What is refused is counted in `drops`.
    package static func read(_ page: Text, budget: PageBudget = .unlimited, drops: inout DropTally) -> [Family] {
        page.withBytes { bytes in
            var reader = TextReader(page, bytes, budget, collecting: false)
            reader.readLines()
            drops.add(reader.drops)
            return reader.families.families
        }
    }

    /// What a strict reader has against `page`, and the families in it.
    package static func check(_ page: Text) -> (problems: [Problem], families: [Family]) {
        page.withBytes { bytes in
            var reader = TextReader(page, bytes, .unlimited, collecting: true)
            reader.readLines()
            return (reader.problems ?? [], reader.families.families)
        }
    }

    private mutating func readLines() {
        var at = 0
        let end = bytes.count
        while at < end {
            line &+= 1
            lineStart = at
            var lineEnd = end
            if let base = bytes.baseAddress, let newline = memchr(base + at, 0x0A, end &- at) {
                lineEnd = UnsafeRawPointer(newline) - base
            } else if blanksEnd(at, end) < end {
                strict(at: end, "the last line has no newline; end every line with \\n")
            }
            do throws(LineFault) {
                try readLine(from: at, to: lineEnd)
            } catch {
                refuse(error)
            }
            at = lineEnd &+ 1
        }
    }

    private mutating func readLine(from start: Int, to end: Int) throws(LineFault) {
        let at = blanksEnd(start, end)
        if at == end { return }
        if bytes[at] == UInt8(ascii: "#") {
            try readComment(from: at &+ 1, to: end)
        } else {
            guard series < budget.series else {
                throw LineFault(reason: .budget, offset: at, message: budget.overflow)
            }
            try readSample(from: at, to: end)
            series &+= 1
        }
    }

    // MARK: telling

    private mutating func refuse(_ fault: LineFault) {
        let place = "line \(line): "
        drops.add(fault.reason, example: place + fault.message)
        problems?.append(
            Problem(
                line: line, column: fault.offset &- lineStart &+ 1, severity: .error, message: fault.message
            ))
    }

    /// Tells of something that only a strict reader minds.
    mutating func strict(at offset: Int, _ message: @autoclosure () -> String) {
        problems?.append(
            Problem(
                line: line, column: offset &- lineStart &+ 1, severity: .error, message: message()
            ))
    }

    // MARK: small steps

    func blanksEnd(_ start: Int, _ end: Int) -> Int {
        var at = start
        while at < end, bytes[at] == 0x20 || bytes[at] == 0x09 { at &+= 1 }
        return at
    }

    func tokenEnd(_ start: Int, _ end: Int) -> Int {
        var at = start
        while at < end, bytes[at] != 0x20, bytes[at] != 0x09 { at &+= 1 }
        return at
    }

    /// What stands at `from`, for a message: at most 40 bytes, made printable.
    func shown(_ from: Int, _ to: Int) -> String {
        printable(page.slice(from, min(to, from &+ 40)))
    }
}
