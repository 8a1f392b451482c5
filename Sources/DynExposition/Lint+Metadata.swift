// Metrics that nobody described: without HELP people guess, without TYPE queries do. Cold.

import DynModel

extension Lint {
    mutating func findMissingMetadata() {
        let helped = Set(families.filter { !($0.help?.isEmpty ?? true) }.map { metadataName(of: $0) })
        let untyped = Set(families.filter { $0.kind == nil }.map(\.name))
        let escaped = escapedNames()
        var told: Set<Text> = []
        for family in families where !family.samples.isEmpty && !createdTimes.contains(family.name) {
            if let other = descriptionUnderOtherName(family, escaped) {
                if told.insert(other).inserted { tell(family, isDescribedAs: other) }
                continue
            }
            let name = nameToDescribe(family, untyped)
            if told.insert(name).inserted { findMissingMetadata(family, name, isHelpful: helped.contains(name)) }
        }
    }

    /// Without TYPE a histogram falls apart into metrics called `x_bucket`, `x_sum` and `x_count`; `x` is the one to describe.
    private func nameToDescribe(_ family: Family, _ untyped: Set<Text>) -> Text {
        guard family.kind == nil else { return metadataName(of: family) }
        for suffix in ["_bucket", "_sum", "_count"] as [Text] where family.name.hasSuffix(suffix) {
            let base = family.name.without(suffix: suffix)
            if untyped.contains(base.appending("_bucket")) { return base }
        }
        return family.name
    }

    private mutating func findMissingMetadata(_ family: Family, _ name: Text, isHelpful: Bool) {
        let known = metadata[name]
        // A TYPE line that could not be read was told of by the reader.
        let hasType = family.kind != nil || known?.type != nil
        let type = "# TYPE \(brief(name)) \(likelyType(family, name))"
        let help = "# HELP \(brief(name)) …"
        guard let place = known?.help else {
            let lack = hasType ? "no HELP; write '\(help)'" : "neither HELP nor TYPE; write '\(help)' and '\(type)'"
            warn(self.place(of: family), "'\(brief(name))' has \(lack) before it")
            return
        }
        if !hasType { warn(self.place(of: family), "'\(brief(name))' has no TYPE; write '\(type)' before it") }
        if !isHelpful { warn(place, "the HELP of '\(brief(name))' says nothing; write '\(help)'") }
    }

    // MARK: described under another name

    /// Names with colons that are described, by what escaping makes of them: some writers escape samples only.
    private func escapedNames() -> [Text: Text] {
        var names: [Text: Text] = [:]
        for name in metadata.keys where name.withBytes({ $0.contains(UInt8(ascii: ":")) }) {
            names[Text(name.bytes.map { $0 == UInt8(ascii: ":") ? UInt8(ascii: "_") : $0 })] = name
        }
        return names
    }

    private func descriptionUnderOtherName(_ family: Family, _ escaped: [Text: Text]) -> Text? {
        guard family.kind == nil, metadata[family.name] == nil, !escaped.isEmpty else { return nil }
        let suffixes = ["", "_total", "_created", "_bucket", "_sum", "_count"] as [Text]
        return suffixes.lazy.compactMap { family.name.hasSuffix($0) ? escaped[family.name.without(suffix: $0)] : nil }
            .first
    }

    private mutating func tell(_ family: Family, isDescribedAs other: Text) {
        let line = (metadata[other]?.type ?? metadata[other]?.help)?.line ?? 1
        warn(
            place(of: family),
            "'\(brief(family.name))' has neither HELP nor TYPE, but line \(line) describes '\(brief(other))'; "
                + "spell both alike, ':' is fine in names")
    }

    private func likelyType(_ family: Family, _ name: Text) -> String {
        if name != family.name { return "histogram" }
        if family.name.hasSuffix("_total") { return "counter" }
        return family.samples.contains { $0.labels.value(of: "quantile") != nil } ? "summary" : "gauge"
    }
}
