// One sample line: name, labels, number, perhaps a timestamp. Warm: this is where a scrape of an engine's text spends
// its time. Labels that stand in wire form already are kept as a slice of the page.

import DynModel

/// Where one label stands in the page.
struct LabelRange {
    var nameStart: Int
    var nameEnd: Int
    var valueStart: Int
    var valueEnd: Int
    /// The range is that between the quotes.
    var isQuoted: Bool
}

extension TextReader {
    mutating func readSample(from start: Int, to end: Int) throws(LineFault) {
        var at = start
        var nameEnd = start
        var quotedName: Text?
        if bytes[at] != UInt8(ascii: "{") {
            nameEnd = metricNameEnd(at, end)
            guard nameEnd > at else {
                throw LineFault(
                    reason: .name, offset: at,
                    message:
                        "'\(shown(at, tokenEnd(at, end)))' is not a metric name; it must begin with a letter, '_' or ':'"
                )
            }
            at = blanksEnd(nameEnd, end)
            if at == nameEnd, at < end, bytes[at] != UInt8(ascii: "{") {
                throw LineFault(
                    reason: .name, offset: at,
                    message:
                        "'\(shown(start, tokenEnd(start, end)))' is not a metric name; use letters, digits, '_' and ':'"
                )
            }
        }

        labelRanges.removeAll(keepingCapacity: true)
        var labels = LabelBlock.empty
        if at < end, bytes[at] == UInt8(ascii: "{") {
            labels = try readLabels(&at, end, isNamed: nameEnd > start, &quotedName)
            at = blanksEnd(at, end)
        }
        guard nameEnd > start || quotedName != nil else {
            throw LineFault(reason: .name, offset: start, message: "the sample has no name; write name{…} value")
        }

        let valueStart = at
        let valueEnd = tokenEnd(at, end)
        guard valueEnd > valueStart else {
            let name = quotedName ?? page.slice(start, nameEnd)
            throw LineFault(reason: .value, offset: at, message: "'\(printable(name))' has no value; write a number")
        }
        let value = UnsafeRawBufferPointer(rebasing: bytes[valueStart..<valueEnd])
        guard isNumber(value) else {
            throw LineFault(
                reason: .value, offset: valueStart,
                message:
                    "'\(shown(valueStart, valueEnd))' is not a number; write one like 12, 0.5, 1e+06, NaN or +Inf")
        }
        let timestamp = try readTimestamp(valueEnd, end)

        let place = place(of: quotedName, start, nameEnd)
        try checkBound(place, offset: start)
        if problems != nil { checkCount(readNumber(value) ?? 0, place, offset: valueStart) }
        families.append(
            Sample(
                labels, .spelled(page.slice(valueStart, valueEnd)), suffix: place.suffix,
                line: UInt32(truncatingIfNeeded: line), timestamp: timestamp
            ),
            to: place
        )
    }

    /// The place of a sample with this name. Most are called like the one before, which costs only a comparison.
    private mutating func place(of quoted: Text?, _ start: Int, _ end: Int) -> FamilyIndex.Place {
        if let quoted {
            lastName = UnsafeRawBufferPointer(start: nil, count: 0)
            return families.place(for: quoted)
        }
        let count = end &- start
        if let place = families.last, lastName.count == count,
            compareBytes(lastName, UnsafeRawBufferPointer(rebasing: bytes[start..<end]), count) == 0
        {
            return place
        }
        lastName = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        return families.place(for: page.slice(start, end))
    }

    private mutating func readTimestamp(_ valueEnd: Int, _ end: Int) throws(LineFault) -> Text? {
        let start = blanksEnd(valueEnd, end)
        if start == end {
            if start > valueEnd { strict(at: valueEnd, "blanks behind the value; end the line there") }
            return nil
        }
        let stop = tokenEnd(start, end)
        var digits = start
        if problems != nil, bytes[start] == UInt8(ascii: "-") { digits &+= 1 }  // the strict reader takes these
        let isInteger = digits < stop && stop &- digits <= 18 && (digits..<stop).allSatisfy { isDigit(bytes[$0]) }
        guard isInteger else {
            throw LineFault(
                reason: .timestamp, offset: start,
                message:
                    "'\(shown(start, stop))' is not a timestamp; write whole milliseconds since 1970, or nothing")
        }
        guard blanksEnd(stop, end) == end else {
            throw LineFault(
                reason: .syntax, offset: stop,
                message:
                    "'\(shown(blanksEnd(stop, end), end))' behind the timestamp; end the line there")
        }
        return page.slice(start, stop)
    }

    private func metricNameEnd(_ start: Int, _ end: Int) -> Int {
        var at = start
        if at < end, isNameStart(bytes[at]) || bytes[at] == UInt8(ascii: ":") {
            at &+= 1
            while at < end, isNameByte(bytes[at]) || bytes[at] == UInt8(ascii: ":") { at &+= 1 }
        }
        return at
    }

    // MARK: labels

    /// Reads from `{` to behind `}`. A quoted string without `=` is the metric's name.
    private mutating func readLabels(
        _ at: inout Int, _ end: Int, isNamed: Bool, _ name: inout Text?
    ) throws(LineFault) -> LabelBlock {
        let open = at &+ 1
        at = open
        var isWireForm = true
        while true {
            let labelStart = blanksEnd(at, end)
            if labelStart > at { isWireForm = false }
            at = labelStart
            guard at < end else {
                throw LineFault(reason: .syntax, offset: at, message: "the labels have no end; close them with '}'")
            }
            if bytes[at] == UInt8(ascii: "}") {
                if at > open, bytes[at &- 1] == UInt8(ascii: ",") { isWireForm = false }
                break
            }
            let isQuoted = bytes[at] == UInt8(ascii: "\"")
            var range = LabelRange(nameStart: at, nameEnd: at, valueStart: at, valueEnd: at, isQuoted: isQuoted)
            if isQuoted {
                isWireForm = false
                (range.nameStart, range.nameEnd) = try readQuoted(&at, end, what: "name")
            } else {
                while at < end, isNameByte(bytes[at]) { at &+= 1 }
                range.nameEnd = at
                guard at > labelStart, !isDigit(bytes[labelStart]) else {
                    throw LineFault(
                        reason: .label, offset: labelStart,
                        message:
                            "'\(shown(labelStart, labelStart &+ 1))' does not begin a label name; use a letter or '_'")
                }
            }
            let equals = blanksEnd(at, end)
            if equals > at { isWireForm = false }
            at = equals
            if isQuoted, at < end, bytes[at] == UInt8(ascii: ",") || bytes[at] == UInt8(ascii: "}") {
                try take(name: range, isNamed: isNamed, into: &name, offset: labelStart)
            } else {
                try readValue(&at, end, &range, &isWireForm)
                try refuseReserved(range)
                if labelRanges.count < Self.fewLabels { try refuseRepeated(range) }
                labelRanges.append(range)
            }
            let separator = blanksEnd(at, end)
            if separator > at { isWireForm = false }
            at = separator
            guard at < end, bytes[at] == UInt8(ascii: ",") || bytes[at] == UInt8(ascii: "}") else {
                throw LineFault(
                    reason: .syntax, offset: at,
                    message:
                        "expected ',' or '}' behind a label, found '\(shown(at, min(at &+ 1, end)))'")
            }
            if bytes[at] == UInt8(ascii: ",") { at &+= 1 }
        }
        if labelRanges.count > Self.fewLabels { try refuseRepeatedAmongMany() }
        let close = at
        at &+= 1
        return isWireForm ? LabelBlock(rendered: page.slice(open, close)) : rendered()
    }

    private mutating func readValue(
        _ at: inout Int, _ end: Int, _ range: inout LabelRange, _ isWireForm: inout Bool
    ) throws(LineFault) {
        guard at < end, bytes[at] == UInt8(ascii: "=") else {
            throw LineFault(
                reason: .syntax, offset: at,
                message:
                    "expected '=' behind label name '\(shown(range.nameStart, range.nameEnd))', "
                    + "found '\(shown(at, min(at &+ 1, end)))'")
        }
        let quote = blanksEnd(at &+ 1, end)
        if quote > at &+ 1 { isWireForm = false }
        at = quote
        guard at < end, bytes[at] == UInt8(ascii: "\"") else {
            throw LineFault(
                reason: .syntax, offset: at,
                message:
                    "expected '\"' before the value of label '\(shown(range.nameStart, range.nameEnd))', "
                    + "found '\(shown(at, min(at &+ 1, end)))'")
        }
        (range.valueStart, range.valueEnd) = try readQuoted(&at, end, what: "label value", isWireForm: &isWireForm)
    }

    private mutating func readQuoted(
        _ at: inout Int, _ end: Int, what: StaticString
    ) throws(LineFault) -> (Int, Int) {
        var ignored = true
        return try readQuoted(&at, end, what: what, isWireForm: &ignored)
    }

    /// Reads a string from its opening quote to behind the closing one; gives what is between them.
    private mutating func readQuoted(
        _ at: inout Int, _ end: Int, what: StaticString, isWireForm: inout Bool
    ) throws(LineFault) -> (Int, Int) {
        let open = at
        let start = at &+ 1
        var isASCII = true
        at = start
        while true {
            var plain = at
            while plain < end, isPlain(bytes[plain]) { plain &+= 1 }
            at = plain
            guard at < end, bytes[at] != UInt8(ascii: "\"") else { break }
            let byte = bytes[at]
            if byte == UInt8(ascii: "\\") {
                let next = at &+ 1 < end ? bytes[at &+ 1] : 0
                if next != UInt8(ascii: "\\"), next != UInt8(ascii: "\""), next != UInt8(ascii: "n") {
                    isWireForm = false
                    let escape = shown(at, min(at &+ 2, end))
                    strict(at: at, "'\(escape)' is no escape; use \\\\, \\\" or \\n")
                    at &+= 1
                } else {
                    at &+= 2
                }
                continue
            }
            if byte >= 0x80 { isASCII = false }
            if byte == 0 {
                throw LineFault(reason: .syntax, offset: at, message: "a NUL byte in a \(what); leave it out")
            }
            at &+= 1
        }
        guard at < end else {
            throw LineFault(reason: .syntax, offset: open, message: "a \(what) has no closing '\"' on its line")
        }
        if !isASCII, !isWellFormedUTF8(UnsafeRawBufferPointer(rebasing: bytes[start..<at])) {
            throw LineFault(reason: .utf8, offset: start, message: "a \(what) is not UTF-8: '\(shown(start, at))'")
        }
        let stop = at
        at &+= 1
        return (start, stop)
    }

    /// Neither quote nor backslash nor NUL nor part of a longer character: most bytes of a label value.
    private func isPlain(_ byte: UInt8) -> Bool {
        byte &- 0x23 < 0x39 || byte &- 0x5D < 0x23 || byte &- 0x01 < 0x21
    }

    private func take(
        name range: LabelRange, isNamed: Bool, into name: inout Text?, offset: Int
    ) throws(LineFault) {
        let given = unescaped(page.slice(range.nameStart, range.nameEnd))
        guard !given.isEmpty else {
            throw LineFault(reason: .name, offset: offset, message: "the name of the sample is empty; give one")
        }
        guard !isNamed, name == nil else {
            throw LineFault(
                reason: .name, offset: offset,
                message:
                    "a second name '\(printable(given))' for one sample; give one")
        }
        name = given
    }

    /// Above this many labels they are compared by hash: a line of a million labels must not cost a million squared.
    private static let fewLabels = 32

    private func refuseReserved(_ range: LabelRange) throws(LineFault) {
        if range.isQuoted, range.nameStart == range.nameEnd {
            throw LineFault(
                reason: .label, offset: range.nameStart,
                message:
                    "a label without a name; write one before the '='")
        }
        if isName(range, "__name__") {
            throw LineFault(
                reason: .label, offset: range.nameStart,
                message:
                    "label '__name__' is the metric's own name; leave it out")
        }
    }

    private func refuseRepeated(_ range: LabelRange) throws(LineFault) {
        for earlier in labelRanges where isSameName(earlier, range) { throw repeated(range) }
    }

    private func refuseRepeatedAmongMany() throws(LineFault) {
        var seen: Set<Text> = []
        for range in labelRanges where !seen.insert(labelName(range)).inserted { throw repeated(range) }
    }

    private func repeated(_ range: LabelRange) -> LineFault {
        LineFault(
            reason: .label, offset: range.nameStart,
            message:
                "label '\(printable(labelName(range)))' stands twice on one sample; keep one")
    }

    private func isSameName(_ first: LabelRange, _ second: LabelRange) -> Bool {
        if first.isQuoted || second.isQuoted { return labelName(first) == labelName(second) }
        let count = first.nameEnd &- first.nameStart
        guard count == second.nameEnd &- second.nameStart else { return false }
        for offset in 0..<count where bytes[first.nameStart &+ offset] != bytes[second.nameStart &+ offset] {
            return false
        }
        return true
    }

    private func isName(_ range: LabelRange, _ word: StaticString) -> Bool {
        if range.isQuoted { return labelName(range) == Text(word.description) }
        let count = range.nameEnd &- range.nameStart
        guard count == word.utf8CodeUnitCount else { return false }
        for offset in 0..<count where bytes[range.nameStart &+ offset] != word.utf8Start[offset] { return false }
        return true
    }

    private func labelName(_ range: LabelRange) -> Text {
        let name = page.slice(range.nameStart, range.nameEnd)
        return range.isQuoted ? unescaped(name) : name
    }

    private func labelValue(_ range: LabelRange) -> Text {
        unescaped(page.slice(range.valueStart, range.valueEnd))
    }

    private func rendered() -> LabelBlock {
        LabelBlock(labelRanges.map { Label(labelName($0), labelValue($0)) })
    }

    // MARK: histograms and summaries

    /// `le` on samples of histograms and `quantile` on those of summaries must be numbers: some readers refuse the page
    /// for it, even where the label means nothing.
    private func checkBound(_ place: FamilyIndex.Place, offset: Int) throws(LineFault) {
        let name: StaticString
        switch (families.kind(at: place), place.suffix) {
        case (.histogram, _), (.gaugehistogram, .bucket): name = "le"
        case (.summary, _): name = "quantile"
        default: return
        }
        for range in labelRanges where isName(range, name) {
            if isNumber(UnsafeRawBufferPointer(rebasing: bytes[range.valueStart..<range.valueEnd])) { return }
            let spelled = labelValue(range)
            guard readNumber(spelled) == nil else { return }
            throw LineFault(
                reason: .label, offset: range.valueStart,
                message:
                    "\(name)=\"\(printable(spelled))\" is not a number; write one like 0.5 or +Inf")
        }
    }

    private mutating func checkCount(_ number: Double, _ place: FamilyIndex.Place, offset: Int) {
        guard families.kind(at: place) == .histogram, place.suffix == .bucket || place.suffix == .count else { return }
        if number < 0 { strict(at: offset, "a histogram cannot count \(goNumber(number)); counts begin at 0") }
    }
}
