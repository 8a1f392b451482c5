// Which names are legal, and how an illegal one is made legal. Warm and cold.

/// Whether `name` is a metric name that every reader takes: `[a-zA-Z_:][a-zA-Z0-9_:]*`.
public func isLegacyMetricName(_ name: Text) -> Bool {
    name.withBytes { bytes in
        guard let first = bytes.first, isNameStart(first) || first == UInt8(ascii: ":") else { return false }
        return bytes.allSatisfy { isNameByte($0) || $0 == UInt8(ascii: ":") }
    }
}

/// Whether `name` is a label name that every reader takes: `[a-zA-Z_][a-zA-Z0-9_]*`.
public func isLegacyLabelName(_ name: Text) -> Bool {
    name.withBytes { bytes in
        guard let first = bytes.first, isNameStart(first) else { return false }
        return bytes.allSatisfy(isNameByte)
    }
}

/// Whether a new metric or an injected label may carry `name`: legal everywhere and not of the reserved `__` kind.
package func isUsableLabelName(_ name: Text) -> Bool {
    isLegacyLabelName(name) && !name.hasPrefix("__")
}

@inlinable
package func isNameStart(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
}

@inlinable
package func isNameByte(_ byte: UInt8) -> Bool {
    isNameStart(byte) || isDigit(byte)
}

/// `name` as a metric name: every illegal byte run becomes underscores, a bad first character gets one in front.
public func sanitizedMetricName(_ name: Text) throws(MetricsError) -> Text {
    let replaced = try replacingIllegal(in: name, what: "name") { isNameByte($0) || $0 == UInt8(ascii: ":") }
    let needsLead = replaced.withBytes { bytes in bytes.first.map { !isNameStart($0) } ?? true }
    return needsLead ? Text("_").appending(replaced) : replaced
}

/// `name` as a label name, not of the reserved `__` kind where that can be helped.
public func sanitizedLabelName(_ name: Text) throws(MetricsError) -> Text {
    var replaced = try replacingIllegal(in: name, what: "label", isLegal: isNameByte)
    var needsLead = false
    if replaced.hasPrefix("__") {
        replaced = replaced.slice(2, replaced.count)
        needsLead = replaced.withBytes { bytes in
            bytes.first.map { !isNameStart($0) || $0 == UInt8(ascii: "_") } ?? true
        }
    } else {
        needsLead = replaced.withBytes { bytes in bytes.first.map { !isNameStart($0) } ?? true }
    }
    return needsLead ? Text("_").appending(replaced) : replaced
}

/// The prefix of frontend families that `DYN_METRICS_PREFIX` asks for; `dynamo_frontend` when it cannot be had.
public func sanitizedFrontendPrefix(_ prefix: Text) -> Text {
    guard !prefix.isEmpty, let name = try? sanitizedMetricName(prefix) else { return "dynamo_frontend" }
    return name
}

/// One underscore for each illegal character (not byte), as a character is what the user sees.
private func replacingIllegal(
    in name: Text, what: String, isLegal: (UInt8) -> Bool
) throws(MetricsError) -> Text {
    if name.isEmpty { throw .unsanitizable(input: "", what: what) }
    var writer = ByteWriter(capacity: name.count)
    var hasSubstance = false
    name.withBytes { bytes in
        for byte in bytes {
            if isLegal(byte) {
                writer.append(byte)
                if byte != UInt8(ascii: "_") { hasSubstance = true }
            } else if byte & 0xC0 != 0x80 {
                writer.append(UInt8(ascii: "_"))
            }
        }
    }
    guard hasSubstance else { throw .unsanitizable(input: name.string, what: what) }
    return writer.finish()
}
