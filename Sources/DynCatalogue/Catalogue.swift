// The catalogue of built-in metrics as a value: read once from the table that catalogue/generate.py makes. Cold.

/// What is known of one built-in family.
public struct CatalogueEntry: Sendable, Equatable {
    public enum Kind: String, Sendable { case counter, gauge, histogram, summary }

    /// The full name on the page.
    public let name: String
    public let type: Kind
    /// Like `seconds`; empty when it counts things or has none.
    public let unit: String
    /// Labels on every series, `le` aside.
    public let labels: [String]
    /// Labels that only some series have.
    public let optionalLabels: [String]
    /// Whether there may be labels that nobody can list.
    public let hasAnyLabel: Bool
    /// Upper bounds of a histogram without `+Inf`; empty where an engine chooses them.
    public let buckets: [Double]
    /// Upstream has `DYN_METRICS_<this>_{MIN,MAX,COUNT}` for the buckets; empty: nothing.
    public let bucketsVariable: String
    /// Who writes it, in words.
    public let owner: String
    /// Empty for an engine's own, whose HELP passes as it is.
    public let help: String
}

/// Every built-in metric. docs/metrics.md is made of the same.
public enum Catalogue {
    /// In the order of the document.
    public static let entries: [CatalogueEntry] = read()

    private static let byName: [String: CatalogueEntry] = Dictionary(
        entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

    /// The entry of this full name.
    public static func find(_ name: String) -> CatalogueEntry? { byName[name] }

    private static func read() -> [CatalogueEntry] {
        CatalogueTable.lines.withUTF8Buffer { table in
            table.split(separator: UInt8(ascii: "\n")).compactMap { line in
                let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map {
                    String(decoding: $0, as: UTF8.self)
                }
                guard fields.count == 8, let type = CatalogueEntry.Kind(rawValue: fields[1]) else { return nil }
                let labels = fields[3].split(separator: ",").map(String.init)
                return CatalogueEntry(
                    name: fields[0], type: type, unit: fields[2],
                    labels: labels.filter { !$0.hasSuffix("?") && $0 != "*" },
                    optionalLabels: labels.filter { $0.hasSuffix("?") }.map { String($0.dropLast()) },
                    hasAnyLabel: labels.contains("*"),
                    buckets: fields[4].split(separator: ",").compactMap { Double($0) },
                    bucketsVariable: fields[5], owner: fields[6], help: fields[7])
            }
        }
    }
}
