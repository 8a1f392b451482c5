// What becomes of a name that old readers refuse: one with characters outside `[a-zA-Z_:][a-zA-Z0-9_:]*`. Warm; nearly
// every name passes as it is.

/// How names are made legal for a reader, as Prometheus' content negotiation calls it.
public enum NameEscaping: String, Sendable, CaseIterable {
    /// Nothing is replaced; writers put such names in quotes: `{"my.name",a="1"} 5`. Only Prometheus 3 reads that.
    case allowUTF8 = "allow-utf-8"
    /// Every other character becomes `_`.
    case underscores
    /// `.` becomes `_dot_`, `_` becomes `__`, others `__`.
    case dots
    /// Behind `U__`, `_` becomes `__` and others `_hex_`, so that the name can be had back.
    case values

    /// `name` of a metric in this scheme.
    public func escape(_ name: Text) -> Text {
        escape(name, allowingColon: true)
    }

    /// `name` of a label in this scheme: unlike a metric's it cannot have a colon.
    public func escape(labelName name: Text) -> Text {
        escape(name, allowingColon: false)
    }

    private func escape(_ name: Text, allowingColon: Bool) -> Text {
        if self == .allowUTF8 || name.isEmpty { return name }
        let isLegal = allowingColon ? isLegacyMetricName(name) : isLegacyLabelName(name)
        if isLegal, self != .dots { return name }
        var escaped = ByteWriter(capacity: name.count &* 2)
        if self == .values { escaped.append(literal: "U__") }
        for (index, scalar) in name.string.unicodeScalars.enumerated() {
            let byte = scalar.isASCII ? UInt8(truncatingIfNeeded: scalar.value) : 0
            let isKept = isNameStart(byte) || (index > 0 && isDigit(byte)) || (allowingColon && scalar == ":")
            switch self {
            case .allowUTF8, .underscores:
                escaped.append(isKept ? byte : UInt8(ascii: "_"))
            case .dots:
                switch scalar {
                case ".": escaped.append(literal: "_dot_")
                case _ where isKept && scalar != "_": escaped.append(byte)
                default: escaped.append(literal: "__")
                }
            case .values:
                switch scalar {
                case "_": escaped.append(literal: "__")
                case _ where isKept: escaped.append(byte)
                default:
                    escaped.append(UInt8(ascii: "_"))
                    escaped.append(string: String(scalar.value, radix: 16))
                    escaped.append(UInt8(ascii: "_"))
                }
            }
        }
        return escaped.finish()
    }
}
