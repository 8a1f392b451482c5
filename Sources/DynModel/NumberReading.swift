// Which spellings are numbers: exactly those that Prometheus' reader takes. Warm.

/// The number that `text` spells, or nil.
///
/// Decimal and exponent forms with an optional sign, `.5`, `5.`, leading zeros; `inf`, `infinity`, `nan` in any case.
/// Refused: hexadecimal, underscores, blanks, and what is too large for a double.
public func readNumber(_ text: Text) -> Double? {
    text.withBytes { readNumber($0) }
}

package func readNumber(_ bytes: UnsafeRawBufferPointer) -> Double? {
    switch numberShape(bytes) {
    case .integer(let value):
        return value
    case .decimal:
        guard let value = Double(Substring(decoding: bytes, as: UTF8.self)), value.isFinite else { return nil }
        return value
    case .infinity(let isNegative):
        return isNegative ? -.infinity : .infinity
    case .notANumber:
        return .nan
    case .none:
        return nil
    }
}

/// Whether ``readNumber(_:)`` gives a number, without making it where the spelling alone tells.
package func isNumber(_ bytes: UnsafeRawBufferPointer) -> Bool {
    switch numberShape(bytes) {
    case .none: false
    // Below 300 digits and without exponent nothing is too large for a double.
    case .decimal where bytes.count > 300 || bytes.contains { $0 | 0x20 == UInt8(ascii: "e") }: readNumber(bytes) != nil
    default: true
    }
}

private enum NumberShape {
    /// At most 15 digits without point or exponent: the value is exact.
    case integer(Double)
    case decimal
    case infinity(isNegative: Bool)
    case notANumber
}

private func numberShape(_ bytes: UnsafeRawBufferPointer) -> NumberShape? {
    let end = bytes.count
    var index = 0
    var isNegative = false
    guard end > 0, end <= 4096 else { return nil }
    if bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+") {
        isNegative = bytes[0] == UInt8(ascii: "-")
        index = 1
    }
    let body = index
    var value: UInt64 = 0
    var digits = 0
    while index < end, isDigit(bytes[index]) {
        if digits < 18 { value = value &* 10 &+ UInt64(bytes[index] &- 48) }
        digits &+= 1
        index &+= 1
    }
    if index == end, digits > 0 {
        guard digits <= 15 else { return .decimal }
        return .integer(isNegative ? -Double(value) : Double(value))
    }
    if index < end, bytes[index] == UInt8(ascii: ".") {
        index &+= 1
        while index < end, isDigit(bytes[index]) {
            digits &+= 1
            index &+= 1
        }
    }
    guard digits > 0 else { return wordShape(bytes, from: body, isNegative: isNegative) }
    if index < end, bytes[index] | 0x20 == UInt8(ascii: "e") {
        index &+= 1
        if index < end, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") { index &+= 1 }
        let exponent = index
        while index < end, isDigit(bytes[index]) { index &+= 1 }
        guard index > exponent else { return nil }
    }
    return index == end ? .decimal : nil
}

private func wordShape(_ bytes: UnsafeRawBufferPointer, from start: Int, isNegative: Bool) -> NumberShape? {
    func isWord(_ word: StaticString) -> Bool {
        guard bytes.count &- start == word.utf8CodeUnitCount else { return false }
        for offset in 0..<word.utf8CodeUnitCount where bytes[start &+ offset] | 0x20 != word.utf8Start[offset] {
            return false
        }
        return true
    }
    if isWord("inf") || isWord("infinity") { return .infinity(isNegative: isNegative) }
    return start == 0 && isWord("nan") ? .notANumber : nil
}

@inlinable
package func isDigit(_ byte: UInt8) -> Bool {
    byte &- 48 < 10
}
