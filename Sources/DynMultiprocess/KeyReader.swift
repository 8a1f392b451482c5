// Reads a record's key: JSON `["family", "sample", {"label": "value", …}, "help"]`. Once per distinct key. Warm.
//
// Only what prometheus_client can have written is taken: four members, strings throughout, text that has a UTF-8 form.
// A lone surrogate (`\ud800`) has none, and NUL makes a page that Prometheus refuses whole: such a key is refused.

import DynModel

/// A label of a key, as ranges of the reader's text.
struct KeyLabel {
    var name: Range<Int>
    var value: Range<Int>
}

/// The members of one key, unescaped, as ranges of ``text``.
struct KeyReader: ~Copyable {
    private static let mostLabels = 1000

    init() {}

    /// The key itself, and behind it those of its strings that have escapes, without these.
    private(set) var text: ContiguousArray<UInt8> = []
    private(set) var family = 0..<0
    private(set) var sample = 0..<0
    private(set) var help = 0..<0
    /// In the order of the key; a key with more of them than anybody can want is refused.
    private(set) var labels: ContiguousArray<KeyLabel> = []

    /// Calls `body` with the bytes of `range`.
    func with<Result>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        text.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    /// Takes `key` apart. False when it is not such a key; the members mean nothing then.
    mutating func read(_ key: UnsafeRawBufferPointer) -> Bool {
        text.removeAll(keepingCapacity: true)
        labels.removeAll(keepingCapacity: true)
        guard isWellFormedUTF8(key) else { return false }
        text.append(contentsOf: key)
        var input = JSONInput(bytes: key)
        guard input.take("["), let family = input.string(into: &text),
            input.take(","), let sample = input.string(into: &text),
            input.take(","), readLabels(&input),
            input.take(","), let help = input.string(into: &text),
            input.take("]"), input.isAtEnd, !text[key.count...].contains(0)
        else { return false }
        self.family = family
        self.sample = sample
        self.help = help
        return true
    }

    private mutating func readLabels(_ input: inout JSONInput) -> Bool {
        guard input.take("{") else { return false }
        if input.take("}") { return true }
        repeat {
            guard let name = input.string(into: &text), input.take(":"), let value = input.string(into: &text) else {
                return false
            }
            labels.append(KeyLabel(name: name, value: value))
        } while labels.count < KeyReader.mostLabels && input.take(",")
        return input.take("}")
    }
}

// MARK: - comparing members

extension KeyReader {
    func isEqual(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        left.count == right.count && with(left) { a in with(right) { b in compareBytes(a, b, a.count) == 0 } }
    }

    /// Whether `left` comes before `right` in the order of their bytes.
    func isLess(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        with(left) { a in with(right) { b in KeyReader.order(a, b) < 0 } }
    }

    /// Negative, zero or positive as `range` comes before `word`, is it, or comes after it.
    func order(_ range: Range<Int>, _ word: StaticString) -> Int {
        let bytes = UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        return with(range) { KeyReader.order($0, bytes) }
    }

    /// What the sample's name has behind the family's name; nil when it does not begin with it.
    var suffix: Range<Int>? {
        guard sample.count >= family.count else { return nil }
        let end = sample.lowerBound &+ family.count
        return isEqual(sample.lowerBound..<end, family) ? end..<sample.upperBound : nil
    }

    private static func order(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        let order = compareBytes(a, b, min(a.count, b.count))
        return order == 0 ? a.count &- b.count : Int(order)
    }

    /// Appends `name` with an underscore for each character that a name cannot have. True when there was none.
    func appendName(_ name: Range<Int>, to target: inout ContiguousArray<UInt8>, colons: Bool = false) -> Bool {
        with(name) { bytes in
            func isLegal(_ index: Int) -> Bool {
                let byte = bytes[index]
                return isNameStart(byte) || (colons && byte == UInt8(ascii: ":")) || (index > 0 && isDigit(byte))
            }
            if bytes.indices.allSatisfy(isLegal) {
                target.append(contentsOf: bytes)
                return true
            }
            for index in bytes.indices {
                if isLegal(index) {
                    target.append(bytes[index])
                } else if bytes[index] & 0xC0 != 0x80 {
                    target.append(UInt8(ascii: "_"))
                }
            }
            return false
        }
    }
}
