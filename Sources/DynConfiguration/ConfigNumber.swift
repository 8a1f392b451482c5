// Numbers as TOML spells them. Cold.

/// The number that `spelled` is; nil when it is none. No leading zeros, underscores between digits only.
func configNumber(_ spelled: String) -> ConfigItem.Value? {
    let unsigned = spelled.hasPrefix("+") || spelled.hasPrefix("-") ? spelled.dropFirst() : spelled[...]
    if unsigned == "inf" { return .float(spelled.hasPrefix("-") ? -.infinity : .infinity) }
    let parts = unsigned.split(omittingEmptySubsequences: false) { $0 == "." || $0 == "e" || $0 == "E" }
    for (index, part) in parts.enumerated() {
        let isExponent = index > 0 && !(index == 1 && unsigned.contains("."))
        let digits = isExponent && (part.hasPrefix("+") || part.hasPrefix("-")) ? part.dropFirst() : part
        let runs = digits.split(separator: "_", omittingEmptySubsequences: false)
        guard runs.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } }) else { return nil }
        if index == 0, digits.count > 1, digits.hasPrefix("0") { return nil }
    }
    let plain = spelled.filter { $0 != "_" }
    if parts.count == 1 { return Int(plain).map { .integer($0) } }
    return Double(plain).flatMap { $0.isFinite ? .float($0) : nil }
}
