// A metric's name as words, so that rules can find fault with one and mend it: `vllm:kv_cache_usage` is `vllm`, `:kv`,
// `_cache`, `_usage`. Cold.

import DynModel

struct NameWords {
    struct Word {
        /// What stands before it: nothing, `_` or `:`.
        var separator: String
        var text: String
    }

    private(set) var words: [Word] = []

    init(_ name: Text) {
        self.init(name.string)
    }

    init(_ name: String) {
        var text = ""
        var separator = ""
        for character in name.unicodeScalars {
            guard character == "_" || character == ":" else {
                text.unicodeScalars.append(character)
                continue
            }
            words.append(Word(separator: separator, text: text))
            (separator, text) = (String(character), "")
        }
        words.append(Word(separator: separator, text: text))
    }

    var name: String {
        words.map { "\($0.separator)\($0.text)" }.joined()
    }

    var count: Int { words.count }
    var last: String { words.last?.text ?? "" }

    /// The word at `index`; nothing outside.
    subscript(index: Int) -> String {
        words.indices.contains(index) ? words[index].text : ""
    }

    mutating func replace(_ index: Int, with text: String) {
        if words.indices.contains(index) { words[index].text = text }
    }

    mutating func append(_ text: String) {
        words.append(Word(separator: "_", text: text))
    }

    /// Takes words behind the first one away; what follows keeps the separator that stood before them.
    mutating func remove(where isUnwanted: (Int) -> Bool) {
        var kept: [Word] = []
        var separator: String?
        for (index, var word) in words.enumerated() {
            if index > 0, isUnwanted(index) {
                separator = separator ?? word.separator
                continue
            }
            word.separator = separator ?? word.separator
            separator = nil
            kept.append(word)
        }
        words = kept
    }

    mutating func removeLast() {
        if words.count > 1 { words.removeLast() }
    }

    /// Takes the first `count` words off.
    mutating func removeFirst(_ count: Int) {
        words.removeFirst(min(max(0, count), words.count))
        if !words.isEmpty { words[0].separator = "" }
    }

    /// Where the unit stands: last, but for `_total` and one word like `_max`. Never the first word.
    var unitIndex: Int? {
        var index = words.count &- 1
        if self[index] == "total" { index &-= 1 }
        if NameWords.aggregates.contains(self[index]) { index &-= 1 }
        return index > 0 ? index : nil
    }

    private static let aggregates: Set<String> = ["max", "min", "avg", "mean", "last"]
}

/// `requestCount` as `request_count`, `URLPath` as `url_path`; nil when it is not in camelCase.
func snakeCased(_ name: String) -> String? {
    let bytes = Array(name.utf8)
    func isLower(_ index: Int) -> Bool { index < bytes.count && bytes[index] &- UInt8(ascii: "a") < 26 }
    func isUpper(_ index: Int) -> Bool { index < bytes.count && bytes[index] &- UInt8(ascii: "A") < 26 }
    guard bytes.indices.contains(where: { isLower($0) && isUpper($0 &+ 1) }) else { return nil }
    var snake: [UInt8] = []
    for index in bytes.indices {
        let isStart =
            isUpper(index) && index > 0
            && (isLower(index &- 1) || isDigit(bytes[index &- 1]) || (isUpper(index &- 1) && isLower(index &+ 1)))
        if isStart { snake.append(UInt8(ascii: "_")) }
        snake.append(isUpper(index) ? bytes[index] | 0x20 : bytes[index])
    }
    return String(decoding: snake, as: UTF8.self)
}
