// Comment lines: HELP and TYPE are read, all others skipped. Warm.

import DynModel

extension TextReader {
    /// Reads what stands behind `#`.
    mutating func readComment(from start: Int, to end: Int) throws(LineFault) {
        let word = blanksEnd(start, end)
        let wordEnd = tokenEnd(word, end)
        let keyword = page.slice(word, wordEnd)
        let isHelp = keyword == "HELP"
        guard isHelp || keyword == "TYPE" else { return }
        var at = blanksEnd(wordEnd, end)
        if at == end { return }
        let nameStart = at
        let name = try readName(&at, end)
        let rest = blanksEnd(at, end)
        if rest == end, isHelp { return }
        guard rest > at || rest == end else {
            throw LineFault(
                reason: .name, offset: nameStart,
                message:
                    "'\(shown(nameStart, tokenEnd(nameStart, end)))' is not a metric name; use letters, digits, '_' and ':'"
            )
        }
        if isHelp {
            try readHelp(name, rest, end)
        } else {
            try readType(name, rest, end)
        }
    }

    private mutating func readName(_ at: inout Int, _ end: Int) throws(LineFault) -> Text {
        let start = at
        guard bytes[at] == UInt8(ascii: "\"") else {
            while at < end, isNameByte(bytes[at]) || bytes[at] == UInt8(ascii: ":") { at &+= 1 }
            let name = page.slice(start, at)
            guard isLegacyMetricName(name) else {
                throw LineFault(
                    reason: .name, offset: start,
                    message:
                        "'\(shown(start, tokenEnd(start, end)))' is not a metric name; it must begin with a letter, '_' or ':'"
                )
            }
            return name
        }
        at &+= 1
        while at < end, bytes[at] != UInt8(ascii: "\"") {
            if bytes[at] == UInt8(ascii: "\\") {
                let next = at &+ 1 < end ? bytes[at &+ 1] : 0
                if next != UInt8(ascii: "\\"), next != UInt8(ascii: "\""), next != UInt8(ascii: "n") {
                    throw LineFault(
                        reason: .name, offset: at,
                        message:
                            "'\(shown(at, min(at &+ 2, end)))' is no escape; use \\\\, \\\" or \\n")
                }
                at &+= 1
            }
            at &+= 1
        }
        guard at < end else {
            throw LineFault(reason: .syntax, offset: start, message: "a quoted name has no closing '\"' on its line")
        }
        let name = unescaped(page.slice(start &+ 1, at))
        at &+= 1
        guard !name.isEmpty, name.isValidUTF8, !name.hasNUL else {
            throw LineFault(reason: .name, offset: start, message: "'\(printable(name))' is not a metric name")
        }
        return name
    }

    private mutating func readHelp(_ name: Text, _ start: Int, _ end: Int) throws(LineFault) {
        let written = page.slice(start, end)
        guard written.isValidUTF8, !written.hasNUL else {
            throw LineFault(
                reason: .utf8, offset: start,
                message:
                    "the HELP text of '\(printable(name))' is not UTF-8; write UTF-8 without NUL")
        }
        if problems != nil { checkHelpEscapes(start, end) }
        if !families.setHelp(unescapedHelp(written), for: name) {
            strict(at: start, "second HELP line for '\(printable(name))'; a metric has one")
        }
    }

    private mutating func readType(_ name: Text, _ start: Int, _ end: Int) throws(LineFault) {
        var stop = end
        while stop > start, bytes[stop &- 1] == 0x20 || bytes[stop &- 1] == 0x09 { stop &-= 1 }
        let word = page.slice(start, stop)
        guard let kind = MetricKind(word: word), word != "unknown" else {
            throw LineFault(
                reason: .type, offset: start,
                message:
                    "'\(shown(start, stop))' is not a metric type; use counter, gauge, histogram, summary or untyped")
        }
        // Prometheus refuses these two in text 0.0.4; the strict reader of expfmt knows gaugehistogram.
        if kind == .info || kind == .stateset || (kind == .gaugehistogram && problems == nil) {
            throw LineFault(
                reason: .type, offset: start,
                message:
                    "'\(shown(start, stop))' is not a type of text 0.0.4; use counter, gauge, histogram, summary or untyped"
            )
        }
        switch families.setKind(kind, for: name) {
        case .first: break
        case .repeated: strict(at: start, "second TYPE line for '\(printable(name))'; a metric has one")
        case .late: strict(at: start, "the TYPE of '\(printable(name))' comes after its samples; put it before them")
        case .contradicted(let earlier):
            strict(at: start, "second TYPE line for '\(printable(name))', which is a \(earlier.textWord) already")
        case .impossible:
            throw LineFault(
                reason: .type, offset: start,
                message:
                    "'\(printable(name))' has samples already that a \(kind.textWord) cannot have; put its TYPE before them"
            )
        }
    }

    private mutating func checkHelpEscapes(_ start: Int, _ end: Int) {
        var at = start
        while at < end {
            guard bytes[at] == UInt8(ascii: "\\") else {
                at &+= 1
                continue
            }
            let next = at &+ 1 < end ? bytes[at &+ 1] : 0
            if next != UInt8(ascii: "\\"), next != UInt8(ascii: "\""), next != UInt8(ascii: "n") {
                let escape = shown(at, min(at &+ 2, end))
                strict(at: at, "'\(escape)' is no escape in HELP text; use \\\\ or \\n")
            }
            at &+= 2
        }
    }
}

/// HELP text with `\\` and `\n` undone; any other backslash stands for itself.
func unescapedHelp(_ escaped: Text) -> Text {
    escaped.withBytes { bytes in
        guard bytes.contains(UInt8(ascii: "\\")) else { return escaped }
        var writer = ByteWriter(capacity: bytes.count)
        var at = 0
        while at < bytes.count {
            let next = at &+ 1 < bytes.count ? bytes[at &+ 1] : 0
            if bytes[at] == UInt8(ascii: "\\"), next == UInt8(ascii: "\\") || next == UInt8(ascii: "n") {
                writer.append(next == UInt8(ascii: "n") ? UInt8(ascii: "\n") : next)
                at &+= 2
            } else {
                writer.append(bytes[at])
                at &+= 1
            }
        }
        return writer.finish()
    }
}
