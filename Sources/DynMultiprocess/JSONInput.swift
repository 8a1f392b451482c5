// The little of JSON that a key consists of: strings and the marks between them. Warm.

/// Reads forward through JSON text that is known to be well-formed UTF-8.
struct JSONInput {
    let bytes: UnsafeRawBufferPointer
    private var index = 0

    init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// Whether only blanks are left.
    var isAtEnd: Bool {
        mutating get {
            skipBlanks()
            return index == bytes.count
        }
    }

    /// Takes the next mark if it is `mark`.
    mutating func take(_ mark: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard index < bytes.count, UInt32(bytes[index]) == mark.value else { return false }
        index &+= 1
        return true
    }

    /// The string that comes next, as a range of `text`, which begins with a copy of ``bytes``: where it stands there, or
    /// behind all else, where it is appended unescaped.
    mutating func string(into text: inout ContiguousArray<UInt8>) -> Range<Int>? {
        guard take("\"") else { return nil }
        let first = index
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                defer { index &+= 1 }
                return first..<index
            }
            if byte == UInt8(ascii: "\\") { return escapedString(from: first, into: &text) }
            if byte < 0x20 { return nil }
            index &+= 1
        }
        return nil
    }

    private mutating func escapedString(from first: Int, into text: inout ContiguousArray<UInt8>) -> Range<Int>? {
        let start = text.count
        var plain = first
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                text.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[plain..<index]))
                index &+= 1
                return start..<text.count
            case UInt8(ascii: "\\"):
                text.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[plain..<index]))
                index &+= 1
                guard let scalar = escape() else { return nil }
                text.append(contentsOf: UTF8.encode(scalar) ?? .init())
                plain = index
            case 0..<0x20:
                return nil
            default:
                index &+= 1
            }
        }
        return nil
    }

    private mutating func skipBlanks() {
        while index < bytes.count, bytes[index] <= 0x20 {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index &+= 1
            default: return
            }
        }
    }

    /// The character that is written behind a backslash.
    private mutating func escape() -> Unicode.Scalar? {
        guard index < bytes.count else { return nil }
        defer { index &+= 1 }
        switch bytes[index] {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return codePoint()
        default: return nil
        }
    }

    /// The character of `uXXXX`, or of the pair `uD8XX\uDCXX`; leaves off at its last digit.
    private mutating func codePoint() -> Unicode.Scalar? {
        guard let first = hexadecimal(at: index &+ 1) else { return nil }
        index &+= 4
        guard 0xD800..<0xDC00 ~= first else { return Unicode.Scalar(first) }
        guard index &+ 6 < bytes.count, bytes[index &+ 1] == UInt8(ascii: "\\"), bytes[index &+ 2] == UInt8(ascii: "u"),
            let second = hexadecimal(at: index &+ 3), 0xDC00..<0xE000 ~= second
        else { return nil }
        index &+= 6
        return Unicode.Scalar(0x10000 &+ ((first &- 0xD800) << 10) &+ (second &- 0xDC00))
    }

    private func hexadecimal(at start: Int) -> UInt32? {
        guard start &+ 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for offset in start..<(start &+ 4) {
            let digit: UInt8
            switch bytes[offset] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = bytes[offset] &- UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = bytes[offset] &- UInt8(ascii: "a") &+ 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = bytes[offset] &- UInt8(ascii: "A") &+ 10
            default: return nil
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
