/// Watches the bytes of a request head go by, before the parser sees them: says when they are too many or badly cut.
///
/// The parser has limits too, but one error for all of them; and it forgives what we do not: a line that ends in a bare
/// LF, a folded field, a second blank in the request line.

struct HeadScanner {
    enum Verdict: Equatable {
        case needsMore
        /// The empty line that ends the head was the last byte taken.
        case complete
        /// With this status.
        case refused(Int)
    }

    private let limits: ServerLimits
    /// Bytes of the current line so far, without its CR LF.
    private var line = 0
    /// In the request line, where there are two.
    private var blanks = 0
    private var fieldBytes = 0
    private var fieldCount = 0
    private var isAfterRequestLine = false
    private var isAfterCarriageReturn = false

    init(limits: ServerLimits) {
        self.limits = limits
    }

    /// Nothing of a request was seen yet. Empty lines before one are nothing.
    var isAtStart: Bool { !isAfterRequestLine && line == 0 && !isAfterCarriageReturn }

    /// Takes bytes until the head is complete, refused, or no more are there. Every count stays below a limit, so none
    /// can overflow.
    mutating func scan(_ bytes: some Sequence<UInt8>) -> (taken: Int, verdict: Verdict) {
        var taken = 0
        for byte in bytes {
            taken &+= 1
            let verdict = take(byte)
            if verdict != .needsMore { return (taken, verdict) }
        }
        return (taken, .needsMore)
    }

    private mutating func take(_ byte: UInt8) -> Verdict {
        if isAfterCarriageReturn {
            return byte == 0x0a ? endLine() : .refused(400)
        }
        switch byte {
        case 0x0d:
            isAfterCarriageReturn = true
            return .needsMore
        case 0x0a, 0x00:
            return .refused(400)
        default:
            return isAfterRequestLine ? takeField(byte) : takeRequestLine(byte)
        }
    }

    private mutating func takeRequestLine(_ byte: UInt8) -> Verdict {
        guard line < limits.requestLine else { return .refused(414) }
        line &+= 1
        if byte == 0x20 { blanks &+= 1 }
        guard blanks <= 2 else { return .refused(400) }
        return .needsMore
    }

    private mutating func takeField(_ byte: UInt8) -> Verdict {
        if line == 0 {
            // A line that begins with a blank continues the one before: once legal, now a way to hide a field.
            guard byte != 0x20, byte != 0x09 else { return .refused(400) }
            guard fieldCount < limits.fieldCount else { return .refused(431) }
            fieldCount &+= 1
        }
        guard fieldBytes < limits.fields else { return .refused(431) }
        fieldBytes &+= 1
        line &+= 1
        return .needsMore
    }

    private mutating func endLine() -> Verdict {
        isAfterCarriageReturn = false
        if isAfterRequestLine, line == 0 {
            self = HeadScanner(limits: limits)
            return .complete
        }
        if line > 0 { isAfterRequestLine = true }
        line = 0
        return .needsMore
    }
}
