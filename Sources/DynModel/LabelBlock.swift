// A label set as it stands on the wire: `a="1",b="two\nlines"`, without braces.
//
// Text 0.0.4 and OpenMetrics escape label values alike, so the rendered block is written as it is, compared as bytes
// when it is sorted, and taken apart only by those who need a single label. Warm.

/// One label; the value is as the user means it, unescaped.
public struct Label: Sendable, Hashable {
    public var name: Text
    public var value: Text

    public init(_ name: Text, _ value: Text) {
        self.name = name
        self.value = value
    }

    /// Those of `labels`, sorted by name: a dictionary gives the same result every time.
    package static func all(in labels: [String: String]) -> [Label] {
        labels.sorted { $0.key < $1.key }.map { Label(Text($0.key), Text($0.value)) }
    }
}

/// The rendered labels of one series, in the order in which they are written.
public struct LabelBlock: Sendable, Hashable {
    /// The wire form. A name that is not `[a-zA-Z_][a-zA-Z0-9_]*` stands in quotes.
    public let text: Text

    public static let empty = LabelBlock(rendered: Text())

    /// Takes text that is known to be in wire form.
    package init(rendered text: Text) {
        self.text = text
    }

    /// Renders `labels` in the order given.
    public init(_ labels: [Label]) {
        var writer = ByteWriter(capacity: 32 &* labels.count)
        for label in labels { writer.append(label: label) }
        text = writer.finish()
    }

    /// Renders `labels` sorted by name.
    public init(sorting labels: [Label]) {
        self.init(labels.sorted { $0.name < $1.name })
    }

    public var isEmpty: Bool { text.isEmpty }

    /// The labels, unescaped, in the order in which they are written.
    public var labels: [Label] {
        parts.map { Label(unquoted($0.name), unescaped($0.value)) }
    }

    /// The value of the label `name`, unescaped, or nil.
    public func value(of name: Text) -> Text? {
        for part in parts where unquoted(part.name) == name { return unescaped(part.value) }
        return nil
    }

    /// The value of the label `name` as it is escaped, found without taking the block apart. For values that hold
    /// neither quotes nor backslashes, like numbers.
    package func plainValue(of name: Text) -> Text? {
        text.withBytes { bytes in
            var index = 0
            while index < bytes.count {
                let start = index
                if bytes[index] == UInt8(ascii: "\"") { index = endOfQuoted(bytes, from: index) }
                while index < bytes.count, bytes[index] != UInt8(ascii: "=") { index &+= 1 }
                let nameEnd = index
                let value = index &+ 1
                guard value < bytes.count else { return nil }
                index = endOfQuoted(bytes, from: value)
                if text.slice(start, nameEnd) == name { return text.slice(value &+ 1, index &- 1) }
                index &+= 1  // the comma
            }
            return nil
        }
    }

    /// The block that stands for the same series wherever it is read: sorted by name, without empty values.
    package var canonical: Text {
        if isCanonical { return text }
        let kept = parts.filter { !$0.value.isEmpty }.sorted { unquoted($0.name) < unquoted($1.name) }
        return LabelBlock.joined(kept.map(\.whole))
    }

    /// Whether names rise and no value is empty. One walk without allocation: nearly every block passes.
    private var isCanonical: Bool {
        text.withBytes { bytes in
            var index = 0
            var previous = 0..<0
            while index < bytes.count {
                let start = index
                while index < bytes.count, bytes[index] != UInt8(ascii: "=") { index &+= 1 }
                let name = start..<index
                guard index &+ 2 < bytes.count, bytes[start] != UInt8(ascii: "\"") else { return false }
                if !previous.isEmpty, !precedes(bytes, previous, name) { return false }
                previous = name
                let value = index &+ 1
                index = endOfQuoted(bytes, from: value)
                if index &- value < 3 { return false }
                index &+= 1  // the comma
            }
            return true
        }
    }

    /// The same labels and those of `added` whose names are not among them, sorted by name.
    package func adding(_ added: [Label]) -> LabelBlock {
        if added.isEmpty { return self }
        var all: [(name: Text, whole: Text)] = parts.map { (unquoted($0.name), $0.whole) }
        for label in added where !all.contains(where: { $0.name == label.name }) {
            all.append((label.name, LabelBlock([label]).text))
        }
        all.sort { $0.name < $1.name }
        return LabelBlock(rendered: LabelBlock.joined(all.map(\.whole)))
    }

    /// The same block with `label` written behind the others.
    package func appending(_ label: Label) -> LabelBlock {
        var writer = ByteWriter(capacity: text.count &+ label.name.count &+ label.value.count &+ 8)
        writer.append(text)
        writer.append(label: label)
        return LabelBlock(rendered: writer.finish())
    }

    /// The same block without the label `name`.
    package func removing(_ name: Text) -> LabelBlock {
        let kept = parts.filter { unquoted($0.name) != name }
        return LabelBlock(rendered: LabelBlock.joined(kept.map(\.whole)))
    }

    private static func joined(_ wholes: [Text]) -> Text {
        var writer = ByteWriter(capacity: wholes.reduce(16) { $0 &+ $1.count &+ 1 })
        for whole in wholes {
            if writer.count > 0 { writer.append(UInt8(ascii: ",")) }
            writer.append(whole)
        }
        return writer.finish()
    }
}

// MARK: - taking a block apart

/// One label inside a block: the name as written (perhaps quoted), the value as escaped, both together.
package struct LabelPart {
    package var name: Text
    package var value: Text
    package var whole: Text
}

extension LabelBlock {
    /// The labels as they are written. The block is our own rendering, so there is nothing to refuse here.
    package var parts: [LabelPart] {
        var parts: [LabelPart] = []
        text.withBytes { bytes in
            let end = bytes.count
            var index = 0
            while index < end {
                let start = index
                if bytes[index] == UInt8(ascii: "\"") { index = endOfQuoted(bytes, from: index) }
                while index < end, bytes[index] != UInt8(ascii: "=") { index &+= 1 }
                let nameEnd = index
                index &+= 1
                guard index < end, bytes[index] == UInt8(ascii: "\"") else { return }
                let valueStart = index &+ 1
                index = endOfQuoted(bytes, from: index)
                parts.append(
                    LabelPart(
                        name: text.slice(start, nameEnd), value: text.slice(valueStart, index &- 1),
                        whole: text.slice(start, index)
                    ))
                index &+= 1  // the comma
            }
        }
        return parts
    }
}

/// Whether the bytes of `first` come before those of `second`.
private func precedes(_ bytes: UnsafeRawBufferPointer, _ first: Range<Int>, _ second: Range<Int>) -> Bool {
    let left = UnsafeRawBufferPointer(rebasing: bytes[first])
    let right = UnsafeRawBufferPointer(rebasing: bytes[second])
    let order = compareBytes(left, right, min(left.count, right.count))
    return order == 0 ? left.count < right.count : order < 0
}

/// The index behind the closing quote of the string whose opening quote is at `start`.
private func endOfQuoted(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    var index = start &+ 1
    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
        index &+= bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(index &+ 1, bytes.count)
}

/// A label name as the user means it: without quotes and escapes.
package func unquoted(_ name: Text) -> Text {
    let isQuoted = name.withBytes { $0.first == UInt8(ascii: "\"") }
    return isQuoted ? unescaped(name.slice(1, name.count &- 1)) : name
}

/// `\\`, `\"` and `\n` undone; any other backslash stands for itself.
package func unescaped(_ escaped: Text) -> Text {
    escaped.withBytes { bytes in
        guard bytes.contains(UInt8(ascii: "\\")) else { return escaped }
        var writer = ByteWriter(capacity: bytes.count)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            let next = index &+ 1 < bytes.count ? bytes[index &+ 1] : 0
            switch (byte, next) {
            case (UInt8(ascii: "\\"), UInt8(ascii: "\\")), (UInt8(ascii: "\\"), UInt8(ascii: "\"")):
                writer.append(next)
                index &+= 2
            case (UInt8(ascii: "\\"), UInt8(ascii: "n")):
                writer.append(UInt8(ascii: "\n"))
                index &+= 2
            default:
                writer.append(byte)
                index &+= 1
            }
        }
        return writer.finish()
    }
}

extension ByteWriter {
    /// One label in wire form, behind a comma when something is there already.
    package mutating func append(label: Label) {
        if count > 0 { append(UInt8(ascii: ",")) }
        append(labelName: label.name)
        append(UInt8(ascii: "="))
        append(UInt8(ascii: "\""))
        append(escaping: label.value)
        append(UInt8(ascii: "\""))
    }

    package mutating func append(labelName name: Text) {
        if isLegacyLabelName(name) { return append(name) }
        append(UInt8(ascii: "\""))
        append(escaping: name)
        append(UInt8(ascii: "\""))
    }

    /// `text` with backslash, quote and newline escaped, as label values are. `quotes` false leaves the quote alone,
    /// as HELP text in 0.0.4 does.
    package mutating func append(escaping text: Text, quotes: Bool = true) {
        text.withBytes { bytes in
            var plain = 0
            for index in 0..<bytes.count {
                let escape: StaticString
                switch bytes[index] {
                case UInt8(ascii: "\\"): escape = "\\\\"
                case UInt8(ascii: "\n"): escape = "\\n"
                case UInt8(ascii: "\"") where quotes: escape = "\\\""
                default: continue
                }
                append(UnsafeRawBufferPointer(rebasing: bytes[plain..<index]))
                append(literal: escape)
                plain = index &+ 1
            }
            append(UnsafeRawBufferPointer(rebasing: bytes[plain..<bytes.count]))
        }
    }
}
