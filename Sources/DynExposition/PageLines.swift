// Where things stand on a page: lines by number, and on a line its name, labels and time. For who has to point at them;
// readers took these lines before, so nothing is refused here. Cold.

import DynModel

#if canImport(Glibc)
import Glibc
#endif

/// Both counted from 1; columns count bytes.
struct PagePlace: Equatable {
    var line: Int
    var column: Int
}

/// Where a metric's description stands.
struct MetadataPlaces {
    /// Of the name on the first HELP and TYPE line.
    var help: PagePlace?
    var type: PagePlace?
    /// Of the type's word.
    var word: PagePlace?
}

struct PageLines {
    private let page: Text
    /// A text has at most 4 GiB.
    private let starts: [UInt32]

    init(_ page: Text) {
        self.page = page
        starts = page.withBytes { bytes in
            var starts: [UInt32] = [0]
            var at = 0
            while at < bytes.count, let base = bytes.baseAddress,
                let newline = memchr(base + at, 0x0A, bytes.count &- at)
            {
                at = UnsafeRawPointer(newline) - base &+ 1
                starts.append(UInt32(truncatingIfNeeded: at))
            }
            return starts
        }
    }

    /// The line of this number, without its newline.
    func text(_ line: Int) -> Text {
        guard line > 0, line <= starts.count else { return Text() }
        let end = line < starts.count ? Int(starts[line]) &- 1 : page.count
        return page.slice(Int(starts[line &- 1]), end)
    }

    /// The place of the byte at `offset` of a line.
    func place(_ line: Int, _ offset: Int) -> PagePlace {
        PagePlace(line: max(1, line), column: offset &+ 1)
    }

    /// Where HELP and TYPE lines stand, the first of each kind, by the name that they give.
    func metadata() -> [Text: MetadataPlaces] {
        var found: [Text: MetadataPlaces] = [:]
        for number in 0..<starts.count {
            guard let comment = CommentParts(text(number &+ 1)) else { continue }
            let name = place(number &+ 1, comment.nameOffset)
            if comment.isHelp {
                if found[comment.name]?.help == nil { found[comment.name, default: MetadataPlaces()].help = name }
            } else if found[comment.name]?.type == nil {
                found[comment.name, default: MetadataPlaces()].type = name
                found[comment.name]?.word = place(number &+ 1, comment.restOffset)
            }
        }
        return found
    }
}

/// A HELP or TYPE line taken apart.
private struct CommentParts {
    let isHelp: Bool
    let name: Text
    let nameOffset: Int
    let restOffset: Int

    init?(_ line: Text) {
        let parts: (Bool, Range<Int>, Int)? = line.withBytes { bytes in
            var cursor = LineCursor(bytes)
            cursor.skipBlanks()
            guard cursor.take("#") else { return nil }
            cursor.skipBlanks()
            let isHelp = cursor.take("HELP")
            guard isHelp || cursor.take("TYPE"), cursor.isAtBlank else { return nil }
            cursor.skipBlanks()
            let name = cursor.token()
            cursor.skipBlanks()
            return (isHelp, name, cursor.at)
        }
        guard let (isHelp, name, rest) = parts, !name.isEmpty else { return nil }
        self.isHelp = isHelp
        self.name = unquoted(line.slice(name.lowerBound, name.upperBound))
        nameOffset = name.lowerBound
        restOffset = rest
    }
}

/// A sample's line taken apart: offsets of its bytes.
struct LineParts {
    struct Label {
        /// With its quotes, when it has some.
        var name: Range<Int>
        /// Between the quotes.
        var value: Range<Int>
    }

    private(set) var name = 0
    private(set) var labels: [Label] = []
    private(set) var value: Range<Int> = 0..<0
    private(set) var time: Range<Int> = 0..<0

    init(_ line: Text) {
        line.withBytes { bytes in
            var cursor = LineCursor(bytes)
            cursor.skipBlanks()
            name = cursor.at
            cursor.skip { $0 != UInt8(ascii: "{") && $0 != 0x20 && $0 != 0x09 }
            cursor.skipBlanks()
            readLabels(&cursor)
            cursor.skipBlanks()
            value = cursor.token()
            cursor.skipBlanks()
            if !cursor.isAt("#") { time = cursor.token() }
        }
    }

    private mutating func readLabels(_ cursor: inout LineCursor) {
        guard cursor.take("{") else { return }
        while true {
            cursor.skip { $0 == UInt8(ascii: ",") || $0 == 0x20 || $0 == 0x09 }
            if cursor.isAtEnd || cursor.take("}") { return }
            let name = cursor.labelName()
            cursor.skipBlanks()
            guard cursor.take("=") else {
                // The sample's own name in quotes stands alone; anything else no reader takes.
                if name.isEmpty { return }
                continue
            }
            cursor.skipBlanks()
            let value = cursor.quoted()
            labels.append(Label(name: name, value: value))
        }
    }
}

/// Walks over one line and stays inside it.
private struct LineCursor {
    private let bytes: UnsafeRawBufferPointer
    private(set) var at = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { at >= bytes.count }
    var isAtBlank: Bool { isAt(" ") || isAt("\t") }

    func isAt(_ byte: Unicode.Scalar) -> Bool { at < bytes.count && UInt32(bytes[at]) == byte.value }

    /// Passes `word` when it stands here.
    mutating func take(_ word: StaticString) -> Bool {
        guard bytes.count &- at >= word.utf8CodeUnitCount else { return false }
        for offset in 0..<word.utf8CodeUnitCount where bytes[at &+ offset] != word.utf8Start[offset] { return false }
        at &+= word.utf8CodeUnitCount
        return true
    }

    mutating func skip(while isWanted: (UInt8) -> Bool) {
        while at < bytes.count, isWanted(bytes[at]) { at &+= 1 }
    }

    mutating func skipBlanks() { skip { $0 == 0x20 || $0 == 0x09 } }

    /// What stands here up to a blank; a string in quotes with them.
    mutating func token() -> Range<Int> {
        let start = at
        if isAt("\"") {
            _ = quoted()
        } else {
            skip { $0 != 0x20 && $0 != 0x09 }
        }
        return start..<at
    }

    mutating func labelName() -> Range<Int> {
        let start = at
        if isAt("\"") {
            _ = quoted()
        } else {
            skip { isNameByte($0) || $0 == UInt8(ascii: ":") }
        }
        return start..<at
    }

    /// Passes a string; gives what is between its quotes. Nothing when none stands here.
    mutating func quoted() -> Range<Int> {
        guard isAt("\"") else { return at..<at }
        at &+= 1
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") { at &+= bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
        let end = min(at, bytes.count)
        at = min(at &+ 1, bytes.count)
        return start..<end
    }
}
