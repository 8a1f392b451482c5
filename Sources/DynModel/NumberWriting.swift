// How numbers are spelled. Three spellings live side by side on a page: foreign text keeps its own; our own metrics
// follow Go's shortest form, as client_golang's pages do; a multiprocess merge follows prometheus_client's. Warm.

/// The spelling of a double on the wire.
package enum NumberStyle: Sendable {
    /// Go's `strconv.FormatFloat(v, 'g', -1, 64)`: `3`, `0.25`, `1e+06`.
    case go
    /// prometheus_client's `floatToGoString`: `3.0`, `0.25`, `1e+06`, `-1000000.0`.
    case prometheusClient
}

extension ByteWriter {
    package mutating func append(number value: Double, style: NumberStyle) {
        if value.isNaN { return append(literal: "NaN") }
        if value.isInfinite { return append(value < 0 ? "-Inf" : "+Inf") }
        switch style {
        case .go: appendGo(value)
        case .prometheusClient: appendPrometheusClient(value)
        }
    }

    private mutating func appendGo(_ value: Double) {
        if value.magnitude < 1_000_000, value == value.rounded(.towardZero), value != 0 || value.sign == .plus {
            return append(integer: Int64(value))
        }
        if value.magnitude >= 1e-4, value.magnitude < 1e6 { return append(plain: value, keepsPoint: false) }
        let decimal = ShortestDecimal(value)
        if decimal.isNegative { append(UInt8(ascii: "-")) }
        let exponent = decimal.point &- 1
        if exponent < -4 || exponent >= 6 {
            appendExponentForm(decimal, exponent: exponent)
        } else {
            appendPlainForm(decimal)
        }
    }

    /// Python's `repr`, but with an exponent from 1e6 up when the value is positive.
    private mutating func appendPrometheusClient(_ value: Double) {
        if let whole = Int64(exactly: value), whole != 0 || value.sign == .plus {
            if whole.magnitude < 1_000_000 {
                append(integer: whole)
                return append(literal: ".0")
            }
            if whole > 0, whole < ByteWriter.wholeUpTo { return appendExponentForm(whole: whole.magnitude) }
        }
        if value.magnitude >= 1e-4, value.magnitude < 1e6 { return append(plain: value, keepsPoint: true) }
        let decimal = ShortestDecimal(value)
        if decimal.isNegative { append(UInt8(ascii: "-")) }
        let exponent = decimal.point &- 1
        let isLarge = exponent >= (decimal.isNegative ? 16 : 6)
        if exponent < -4 || isLarge { return appendExponentForm(decimal, exponent: exponent) }
        appendPlainForm(decimal)
        if decimal.digits.count <= decimal.point { append(literal: ".0") }
    }

    /// Doubles below it are so close together that each whole number needs all its digits but the zeros at its end.
    private static let wholeUpTo: Int64 = 1 << 53

    private mutating func appendExponentForm(whole value: UInt64) {
        withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
            var left = value
            var first = 20
            repeat {
                first &-= 1
                digits[first] = UInt8(truncatingIfNeeded: 48 &+ left % 10)
                left /= 10
            } while left > 0
            var end = 20
            while end > first &+ 1, digits[end &- 1] == UInt8(ascii: "0") { end &-= 1 }
            append(digits[first])
            if end > first &+ 1 {
                append(UInt8(ascii: "."))
                append(UnsafeRawBufferPointer(rebasing: digits[(first &+ 1)..<end]))
            }
            let exponent = 19 &- first
            append(literal: exponent < 10 ? "e+0" : "e+")
            append(integer: UInt64(truncatingIfNeeded: exponent))
        }
    }

    /// A number that all three spellings write without exponent, as the standard library does: most numbers are.
    private mutating func append(plain value: Double, keepsPoint: Bool) {
        var digits = value.description
        digits.withUTF8 { bytes in
            let isWhole =
                !keepsPoint && bytes.count > 2 && bytes[bytes.count &- 1] == UInt8(ascii: "0")
                && bytes[bytes.count &- 2] == UInt8(ascii: ".")
            append(UnsafeRawBufferPointer(start: bytes.baseAddress, count: isWhole ? bytes.count &- 2 : bytes.count))
        }
    }

    private mutating func append(mantissaOf decimal: ShortestDecimal) {
        for (index, digit) in decimal.digits.enumerated() {
            if index == 1 { append(UInt8(ascii: ".")) }
            append(digit)
        }
    }

    private mutating func appendExponentForm(_ decimal: ShortestDecimal, exponent: Int) {
        append(mantissaOf: decimal)
        append(UInt8(ascii: "e"))
        append(UInt8(ascii: exponent < 0 ? "-" : "+"))
        if exponent.magnitude < 10 { append(UInt8(ascii: "0")) }
        append(integer: UInt64(exponent.magnitude))
    }

    private mutating func appendPlainForm(_ decimal: ShortestDecimal) {
        if decimal.point <= 0 {
            append(literal: "0.")
            for _ in 0..<(0 &- decimal.point) { append(UInt8(ascii: "0")) }
        }
        for (index, digit) in decimal.digits.enumerated() {
            if index == decimal.point, index > 0 { append(UInt8(ascii: ".")) }
            append(digit)
        }
        if decimal.point > decimal.digits.count {
            for _ in decimal.digits.count..<decimal.point { append(UInt8(ascii: "0")) }
        }
    }
}

/// `number` as our own metrics spell it.
package func goNumber(_ number: Double) -> Text {
    var writer = ByteWriter(capacity: 24)
    writer.append(number: number, style: .go)
    return writer.finish()
}

/// A bound as `le` has it everywhere on our pages, in every format: `0.5`, `1.0`, `1e+06`.
package func canonicalBound(_ bound: Double) -> Text {
    let text = goNumber(bound)
    let isFloat = text.withBytes { bytes in
        bytes.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "f") }
    }
    return isFloat ? text : text.appending(".0")
}

/// The fewest digits that read back as the same finite double: 0.`digits` × 10^`point`.
private struct ShortestDecimal {
    var isNegative = false
    var digits: [UInt8] = []
    var point = 0

    init(_ value: Double) {
        // The standard library prints the shortest digits; where it puts point and exponent is not ours.
        var exponent = 0
        var isExponent = false
        var isExponentNegative = false
        var isFraction = false
        for byte in value.description.utf8 {
            switch byte {
            case UInt8(ascii: "-") where isExponent: isExponentNegative = true
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "+"): break
            case UInt8(ascii: "e"): isExponent = true
            case UInt8(ascii: "."): isFraction = true
            case _ where isExponent: exponent = exponent &* 10 &+ Int(byte &- 48)
            default:
                if digits.isEmpty, byte == UInt8(ascii: "0") {
                    if isFraction { point &-= 1 }
                } else {
                    digits.append(byte)
                    if !isFraction { point &+= 1 }
                }
            }
        }
        point = isExponentNegative ? point &- exponent : point &+ exponent
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        if digits.isEmpty {
            digits = [UInt8(ascii: "0")]
            point = 1
        }
    }
}
