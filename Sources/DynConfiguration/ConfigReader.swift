// Reads the part of TOML 1.0 that a configuration needs: sections, keys, strings, numbers, booleans, arrays and inline
// tables. What it takes means the same to every reader of TOML. A line that it cannot read costs only itself. Cold.

import DynModel

struct ConfigReader {
    private let bytes: [UInt8]
    private var at = 0
    private var line = 1
    private var lineStart = 0
    private(set) var sections: [ConfigSection] = []
    private(set) var faults: [ConfigFault] = []
    /// What follows a section that cannot be told is left out with it.
    private var isSkipping = false

    private static let mostFaults = 100
    private static let deepest = 8

    init(_ text: Text) {
        let bytes = text.bytes
        self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        guard text.isValidUTF8 else {
            faults = [
                ConfigFault(place: ConfigPlace(line: 1, column: 1), message: "the file is not UTF-8; save it as UTF-8")
            ]
            return
        }
        while at < self.bytes.count, faults.count < ConfigReader.mostFaults { readLine() }
    }

    private var place: ConfigPlace { ConfigPlace(line: line, column: at &- lineStart &+ 1) }
    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    private func fault(_ message: String, at place: ConfigPlace? = nil) -> ConfigFault {
        ConfigFault(place: place ?? self.place, message: message)
    }

    // MARK: lines

    private mutating func readLine() {
        do throws(ConfigFault) {
            skipBlanks()
            switch next {
            case nil, UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "#"): break
            case UInt8(ascii: "["): try readHeader()
            default: try readEntry()
            }
            try endLine()
        } catch {
            faults.append(error)
            while let byte = next, byte != UInt8(ascii: "\n") { at &+= 1 }
            takeNewline()
        }
    }

    private mutating func readHeader() throws(ConfigFault) {
        let place = place
        isSkipping = true
        at &+= 1
        let isOfMany = next == UInt8(ascii: "[")
        if isOfMany { at &+= 1 }
        skipBlanks()
        let name = try readKey("a section's name")
        skipBlanks()
        for _ in 0..<(isOfMany ? 2 : 1) {
            guard next == UInt8(ascii: "]") else {
                throw fault("'\(printable(name))' is not closed; write \(isOfMany ? "[[\(name)]]" : "[\(name)]")")
            }
            at &+= 1
        }
        if let known = sections.first(where: { $0.name == name }), !known.isOfMany || !isOfMany {
            throw fault("[\(printable(name))] stands in line \(known.place.line) already; write it once", at: place)
        }
        sections.append(ConfigSection(name: name, isOfMany: isOfMany, place: place))
        isSkipping = false
    }

    private mutating func readEntry() throws(ConfigFault) {
        let entry = try readPair()
        if isSkipping { return }
        guard let last = sections.indices.last else {
            throw fault(
                "'\(printable(entry.key))' stands in no section; put it behind one, like [labels]", at: entry.place)
        }
        if sections[last].table.item(entry.key) != nil {
            throw fault("'\(printable(entry.key))' stands twice; write it once", at: entry.place)
        }
        sections[last].table.entries.append(entry)
    }

    private mutating func endLine() throws(ConfigFault) {
        skipBlanks()
        if next == UInt8(ascii: "#") {
            while let byte = next, byte != UInt8(ascii: "\n") { at &+= 1 }
        }
        if next == UInt8(ascii: "\r") { at &+= 1 }
        guard next == nil || next == UInt8(ascii: "\n") else {
            throw fault("'\(word())' is too much; a line holds one key = value, behind it only a # comment")
        }
        takeNewline()
    }

    private mutating func takeNewline() {
        guard next == UInt8(ascii: "\n") else { return }
        at &+= 1
        line &+= 1
        lineStart = at
    }

    private mutating func skipBlanks() {
        while next == UInt8(ascii: " ") || next == UInt8(ascii: "\t") { at &+= 1 }
    }

    /// Also over lines and comments, as inside an array.
    private mutating func skipSpace() {
        while let byte = next {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): at &+= 1
            case UInt8(ascii: "\n"): takeNewline()
            case UInt8(ascii: "#"): while let byte = next, byte != UInt8(ascii: "\n") { at &+= 1 }
            default: return
            }
        }
    }

    // MARK: keys and values

    private mutating func readPair() throws(ConfigFault) -> ConfigTable.Entry {
        let place = place
        let key = try readKey("a key")
        skipBlanks()
        guard next == UInt8(ascii: "=") else {
            if next == UInt8(ascii: ".") {
                throw fault("dotted keys are not taken here; write a section, like [\(printable(key))]")
            }
            throw fault("'\(printable(key))' has no value; write \(printable(key)) = …")
        }
        at &+= 1
        skipBlanks()
        return ConfigTable.Entry(key: key, place: place, item: try readValue(depth: 0))
    }

    private mutating func readKey(_ what: String) throws(ConfigFault) -> Text {
        if next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") { return try readString() }
        let start = at
        while let byte = next, ConfigReader.isBare(byte) { at &+= 1 }
        guard at > start else { throw fault("'\(word())' is not \(what); use letters, digits, _ and -, or quotes") }
        return Text(Array(bytes[start..<at]))
    }

    private mutating func readValue(depth: Int) throws(ConfigFault) -> ConfigItem {
        let place = place
        guard depth < ConfigReader.deepest else {
            throw fault("too deep; values nest \(ConfigReader.deepest) levels at most")
        }
        switch next {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return ConfigItem(value: .string(try readString()), place: place)
        case UInt8(ascii: "["): return ConfigItem(value: .array(try readArray(depth: depth)), place: place)
        case UInt8(ascii: "{"): return ConfigItem(value: .table(try readInlineTable(depth: depth)), place: place)
        default: return ConfigItem(value: try readPlain(), place: place)
        }
    }

    private mutating func readArray(depth: Int) throws(ConfigFault) -> [ConfigItem] {
        let start = place
        at &+= 1
        var items: [ConfigItem] = []
        while true {
            skipSpace()
            if next == UInt8(ascii: "]") { break }
            if next == nil { throw fault("the array is not closed; write ] behind its last value", at: start) }
            items.append(try readValue(depth: depth &+ 1))
            skipSpace()
            if next == UInt8(ascii: "]") { break }
            guard next == UInt8(ascii: ",") else {
                if next == nil { throw fault("the array is not closed; write ] behind its last value", at: start) }
                throw fault("'\(word())' stands where a comma or ] belongs; write values like [0.1, 1, 10]")
            }
            at &+= 1
        }
        at &+= 1
        return items
    }

    private mutating func readInlineTable(depth: Int) throws(ConfigFault) -> ConfigTable {
        let start = place
        at &+= 1
        var table = ConfigTable()
        skipBlanks()
        while next != UInt8(ascii: "}") {
            let place = place
            let key = try readKey("a key")
            skipBlanks()
            guard next == UInt8(ascii: "=") else {
                throw fault("'\(printable(key))' has no value; write { \(printable(key)) = … }")
            }
            at &+= 1
            skipBlanks()
            if table.item(key) != nil { throw fault("'\(printable(key))' stands twice; write it once", at: place) }
            table.entries.append(ConfigTable.Entry(key: key, place: place, item: try readValue(depth: depth &+ 1)))
            skipBlanks()
            if next == UInt8(ascii: "}") { break }
            guard next == UInt8(ascii: ",") else {
                throw fault("the table { is not closed on its line; write { name = \"value\" }", at: start)
            }
            at &+= 1
            skipBlanks()
            if next == UInt8(ascii: "}") { throw fault("no comma stands before }; take it away") }
        }
        at &+= 1
        return table
    }

    // MARK: strings and words

    private mutating func readString() throws(ConfigFault) -> Text {
        let start = place
        let quote = next
        let isBasic = quote == UInt8(ascii: "\"")
        at &+= 1
        if next == quote, at &+ 1 < bytes.count, bytes[at &+ 1] == quote {
            throw fault("strings over several lines are not taken; write it on one line", at: start)
        }
        var writer = ByteWriter(capacity: 32)
        while let byte = next, byte != quote {
            if byte < 0x20 && byte != UInt8(ascii: "\t") || byte == 0x7F {
                let isEnd = byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
                throw isEnd
                    ? fault("the string is not closed; write its second quote", at: start)
                    : fault("a control character stands in the string; write it as \\u00\(String(byte, radix: 16))")
            }
            at &+= 1
            if isBasic, byte == UInt8(ascii: "\\") {
                writer.append(try readEscape())
            } else {
                writer.append(byte)
            }
        }
        guard next == quote else { throw fault("the string is not closed; write its second quote", at: start) }
        at &+= 1
        return writer.finish()
    }

    /// What the backslash before ``at`` means.
    private mutating func readEscape() throws(ConfigFault) -> Text {
        let start = ConfigPlace(line: line, column: at &- lineStart)
        let letter = next
        at &+= 1
        switch letter {
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let count = letter == UInt8(ascii: "u") ? 4 : 8
            let end = min(bytes.count, at &+ count)
            let digits = String(decoding: bytes[at..<end], as: UTF8.self)
            guard digits.utf8.count == count,
                digits.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
                let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code)
            else {
                throw fault(
                    "'\\\(letter == UInt8(ascii: "u") ? "u" : "U")\(digits)' is no character; write \\u00E4", at: start)
            }
            at = end
            return Text(String(Character(scalar)))
        default:
            throw fault("a backslash and this mean nothing; write \\\\ for a backslash, or use '…'", at: start)
        }
    }

    private mutating func readPlain() throws(ConfigFault) -> ConfigItem.Value {
        let start = place
        let first = at
        while let byte = next, ConfigReader.isPlain(byte) { at &+= 1 }
        let spelled = String(decoding: bytes[first..<at], as: UTF8.self)
        switch spelled {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "": throw fault("a value is missing; write a number, true, false, or a string in quotes", at: start)
        default: break
        }
        if let number = configNumber(spelled) { return number }
        throw fault(
            "'\(printable(Text(spelled)))' is no value; write a number like 0.5, true, false, or a string in quotes",
            at: start)
    }

    /// The rest up to a blank, for messages.
    private func word() -> String {
        let rest = bytes[min(at, bytes.count)...].prefix { $0 > 0x20 }.prefix(20)
        return printable(Text(Array(rest)))
    }

    private static func isBare(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: ":"), 0x80...0xFF: true
        default: isBare(byte)
        }
    }
}
