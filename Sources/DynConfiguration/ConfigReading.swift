// From sections to what they mean. A bad value costs itself, or the entry that cannot do without it; the rest counts. Cold.

import DynExposition
import DynModel

struct ConfigReading {
    private(set) var result = Configuration()
    private(set) var faults: [ConfigFault]

    private static let known = "[labels], [limits], [[buckets]], [[rename]] and [[drop]]"

    init(faults: [ConfigFault]) {
        self.faults = faults
    }

    mutating func take(_ section: ConfigSection) {
        let isMany: Bool
        switch section.name {
        case "labels", "limits": isMany = false
        case "buckets", "rename", "drop": isMany = true
        default:
            fault(
                "there is no section '\(printable(section.name))'; there are \(ConfigReading.known)", at: section.place)
            return
        }
        guard section.isOfMany == isMany else {
            let (one, many) = ("[\(section.name)]", "[[\(section.name)]]")
            fault(
                isMany ? "\(one) may stand many times; write \(many)" : "\(many) stands once; write \(one)",
                at: section.place)
            return
        }
        switch section.name {
        case "labels": takeLabels(section.table)
        case "limits": takeLimits(section.table)
        case "buckets": takeBuckets(section)
        case "rename": takeRename(section)
        default: takeDrop(section)
        }
    }

    private mutating func fault(_ message: String, at place: ConfigPlace) {
        faults.append(ConfigFault(place: place, message: message))
    }

    // MARK: [labels]

    private mutating func takeLabels(_ table: ConfigTable) {
        for entry in table.entries {
            guard case .string(let value) = entry.item.value else {
                fault("\(entry.item.title) is no label value; write a string in quotes", at: entry.item.place)
                continue
            }
            let label = Label(entry.key, value)
            do throws(MetricsError) {
                try checkInjected(label)
                result.labels.append(label)
            } catch {
                fault(error.description, at: entry.place)
            }
        }
    }

    // MARK: [limits]

    private mutating func takeLimits(_ table: ConfigTable) {
        check(
            table,
            knows: [
                "scrape_deadline_ms", "source_max_age_ms", "source_max_bytes", "source_max_series", "family_max_series",
                "label_value_max_bytes",
            ], in: "[limits]")
        let most = Int(UInt32.max) &- 1
        result.limits.scrapeDeadline = whole(table, "scrape_deadline_ms", 1...3_600_000, 1000).map { Double($0) / 1000 }
        result.limits.sourceMaxAge = whole(table, "source_max_age_ms", 0...86_400_000, 60_000).map { Double($0) / 1000 }
        result.limits.sourceBytes = whole(table, "source_max_bytes", 1...most, 16_777_216)
        result.limits.sourceSeries = whole(table, "source_max_series", 1...most, 500_000)
        result.rules.familySeries = whole(table, "family_max_series", 1...most, 10_000)
        result.rules.labelBytes = whole(table, "label_value_max_bytes", 1...most, 256)
    }

    // MARK: [[buckets]]

    private mutating func takeBuckets(_ section: ConfigSection) {
        let table = section.table
        check(table, knows: ["family", "bounds", "min", "max", "count"], in: "[[buckets]]")
        guard let family = pattern(section, "family") else { return }
        let hasRange = ["min", "max", "count"].contains { table.item($0) != nil }
        guard let item = table.item("bounds") else {
            guard let low = number(section, "min"), let high = number(section, "max"),
                let count = whole(table, "count", 2...1000, 12, of: section)
            else { return }
            do throws(MetricsError) {
                result.buckets.append(BucketRule(family: family, bounds: try logarithmicBounds(low, high, count)))
            } catch {
                fault(error.description, at: section.place)
            }
            return
        }
        if hasRange {
            fault("bounds and min, max, count are two ways to say it; give one of them", at: item.place)
            return
        }
        guard case .array(let items) = item.value, !items.isEmpty else {
            fault("\(item.title) is no list of bounds; write rising numbers, like [0.1, 1, 10]", at: item.place)
            return
        }
        var bounds: [Double] = []
        for item in items {
            guard let bound = double(item) else {
                fault("\(item.title) is no bound; write a number, like 0.5", at: item.place)
                return
            }
            bounds.append(bound)
        }
        do throws(MetricsError) {
            result.buckets.append(BucketRule(family: family, bounds: try Buckets(bounds).bounds))
        } catch {
            fault(error.description, at: item.place)
        }
    }

    // MARK: [[rename]]

    private mutating func takeRename(_ section: ConfigSection) {
        check(section.table, knows: ["from", "to", "keep_old"], in: "[[rename]]")
        guard let from = string(section, "from"), let to = string(section, "to") else { return }
        var keepsOld = true
        if let item = section.table.item("keep_old") {
            guard case .bool(let isKept) = item.value else {
                fault("\(item.title) is neither; write keep_old = true or keep_old = false", at: item.place)
                return
            }
            keepsOld = isKept
        }
        let isPrefix = from.text.hasSuffix("*")
        guard isPrefix == to.text.hasSuffix("*") else {
            fault(
                "'\(printable(from.text))' and '\(printable(to.text))' do not go together; end both with *, or none",
                at: to.place)
            return
        }
        let names = [from, to].map { ($0.place, isPrefix ? $0.text.slice(0, $0.text.count &- 1) : $0.text) }
        for (place, name) in names where !isLegacyMetricName(name) {
            fault("'\(printable(name))' is no metric name; write one like vllm:num_requests_running", at: place)
            return
        }
        if from.text == to.text {
            fault("'\(printable(to.text))' is its name already; give another one", at: to.place)
            return
        }
        if result.rules.renames.contains(where: { $0.from == names[0].1 && $0.isPrefix == isPrefix }) {
            fault(
                "'\(printable(from.text))' is renamed already; the first one counts, take this one away", at: from.place
            )
            return
        }
        result.rules.renames.append(
            PageRules.Rename(from: names[0].1, to: names[1].1, isPrefix: isPrefix, keepsOld: keepsOld))
    }

    // MARK: [[drop]]

    private mutating func takeDrop(_ section: ConfigSection) {
        check(section.table, knows: ["family", "labels"], in: "[[drop]]")
        guard section.table.item("family") != nil || section.table.item("labels") != nil else {
            fault(
                "[[drop]] names nothing; give it family = \"vllm:*\", labels = { model = \"test-*\" }, or both",
                at: section.place)
            return
        }
        var drop = PageRules.Drop(family: NamePattern("*"))
        if section.table.item("family") != nil {
            guard let family = pattern(section, "family") else { return }
            drop.family = family
        }
        if let item = section.table.item("labels") {
            guard case .table(let table) = item.value, !table.entries.isEmpty else {
                fault("\(item.title) matches nothing; write labels = { model = \"test-*\" }", at: item.place)
                return
            }
            for entry in table.entries {
                guard case .string(let value) = entry.item.value else {
                    fault(
                        "\(entry.item.title) is no pattern; write a string in quotes, like \"test-*\"",
                        at: entry.item.place)
                    return
                }
                if entry.key == "le" || entry.key == "quantile" {
                    fault(
                        "'\(entry.key)' would take a part out of a histogram or summary; match another label",
                        at: entry.place)
                    return
                }
                drop.labels.append(PageRules.Matcher(entry.key, value))
            }
        }
        result.rules.drops.append(drop)
    }

    // MARK: values

    private mutating func check(_ table: ConfigTable, knows known: [Text], in section: String) {
        for entry in table.entries where !known.contains(entry.key) {
            fault(
                "\(section) has no '\(printable(entry.key))'; it has \(known.map(\.string).joined(separator: ", "))",
                at: entry.place)
        }
    }

    /// The whole number behind `key`; of `section` when it cannot do without.
    private mutating func whole(
        _ table: ConfigTable, _ key: Text, _ range: ClosedRange<Int>, _ example: Int, of section: ConfigSection? = nil
    ) -> Int? {
        guard let item = table.item(key) else {
            if let section { missing(key, section) }
            return nil
        }
        guard case .integer(let number) = item.value, range.contains(number) else {
            fault(
                "\(item.title) is out of range for \(key); write a whole number from \(range.lowerBound) to "
                    + "\(range.upperBound), like \(example)", at: item.place)
            return nil
        }
        return number
    }

    private mutating func number(_ section: ConfigSection, _ key: Text) -> Double? {
        guard let item = section.table.item(key) else {
            missing(key, section)
            return nil
        }
        guard let number = double(item) else {
            fault("\(item.title) is no number for \(key); write one like 0.5", at: item.place)
            return nil
        }
        return number
    }

    private func double(_ item: ConfigItem) -> Double? {
        switch item.value {
        case .integer(let number): Double(number)
        case .float(let number): number
        default: nil
        }
    }

    private mutating func pattern(_ section: ConfigSection, _ key: Text) -> NamePattern? {
        string(section, key).map { NamePattern($0.text) }
    }

    private mutating func string(_ section: ConfigSection, _ key: Text) -> (text: Text, place: ConfigPlace)? {
        guard let item = section.table.item(key) else {
            missing(key, section)
            return nil
        }
        guard case .string(let text) = item.value, !text.isEmpty else {
            fault("\(item.title) is no name; write one in quotes, like \"vllm:*\"", at: item.place)
            return nil
        }
        return (text, item.place)
    }

    private mutating func missing(_ key: Text, _ section: ConfigSection) {
        let rest = section.name == "buckets" && key != "family" ? ", or bounds" : ""
        fault("[[\(section.name)]] has no '\(key)'\(rest); it cannot do without", at: section.place)
    }
}
