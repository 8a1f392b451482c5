import DynExposition
import DynModel
import DynTestSupport
import Testing

@Suite("What scrapers were seen to do with faulty pages")
struct ScrapeBehaviourTests {
    struct Outcomes: Decodable {
        var cases: [Case]
    }

    struct Case: Decodable {
        var file: String
        var content_type: String?
        var prometheus_3_5_3: Outcome
    }

    struct Outcome: Decodable {
        var health: String
        var series: [String]
    }

    /// Where we decided otherwise, and why.
    static let exceptions: Set<String> = [
        "raw_newline_in_label",  // an open quote must not eat the rest of the page: a line ends at its newline
        "dup_type_diff",  // the first type wins, the later family goes
        "dup_series_explicit_ts",  // the first series wins, timestamps leave the page
    ]

    @Test("what Prometheus 3.5.3 takes we keep, and what it refuses costs only its line")
    func outcomes() throws {
        guard Fixtures.root(orSkip: 65) != nil else { return }
        let cases = try Fixtures.json(Outcomes.self, "exposition/scrape-behaviour/outcomes.json").cases
            .filter { $0.file.hasSuffix(".prom") && $0.content_type?.hasPrefix("text/plain") == true }
        #expect(cases.count == 65)

        for entry in cases {
            let name = String((entry.file.split(separator: "/").last ?? "").dropLast(5))
            let raw = try Fixtures.text("exposition/" + entry.file)
            let page = Text(withTimes(raw.bytes))
            let (series, drops) = kept(page)
            if raw.string.contains("m_ok 1\n") { #expect(series.contains("m_ok=1"), "\(name)") }
            if Self.exceptions.contains(name) { continue }
            if entry.prometheus_3_5_3.health == "up" {
                for expected in entry.prometheus_3_5_3.series.map(normalized) {
                    #expect(series.contains(expected), "\(name): \(expected) is not in \(series)")
                }
            } else if raw.count > 0 {
                #expect(!drops.isEmpty, "\(name) was taken, but Prometheus refuses it")
            }
        }
    }

    @Test("a bare name in braces, which crashes Prometheus before 3.11, never goes out")
    func crashingPage() {
        #expect(kept("m_ok 1\n{A}0\n{A} 0\n{A}\n{A,}1\n{ A }0\n").series == ["m_ok=1"])
    }

    /// The placeholders of the recorded pages as milliseconds.
    private func withTimes(_ bytes: [UInt8]) -> [UInt8] {
        var page = bytes
        for (place, time) in [("TSFUT", "17"), ("TSOLD", "15"), ("TS1", "1600"), ("TS2", "1601"), ("TSS", "16")] {
            let name = Array(place.utf8)
            while let start = page.indices.first(where: { page[$0...].starts(with: name) }) {
                page.replaceSubrange(start..<start + name.count, with: Array((time + "00000000").utf8))
            }
        }
        return page
    }

    /// As a scrape would store them: `name{"label": "value"}=number`.
    private func kept(_ page: Text) -> (series: Set<String>, drops: [DropReason: UInt64]) {
        var (families, drops) = read(page)
        canonicalizeBounds(&families)
        var merge = PageMerge()
        var merged = DropTally()
        merge.add(families, isUnique: false, drops: &merged)
        drops.merge(merged.counts) { $0 + $1 }
        var series: Set<String> = []
        for family in merge.finish() {
            for sample in family.samples {
                let labels = LabelBlock(rendered: sample.labels.canonical).labels
                    .map { "\(quoted($0.name)): \(quoted($0.value))" }.joined(separator: ", ")
                var number = ByteWriter()
                number.append(number: sample.value.double, style: .go)
                let name = "\(family.name)\(sample.suffix.text)"
                series.insert(name + (labels.isEmpty ? "" : "{\(labels)}") + "=\(number.finish())")
            }
        }
        return (series, drops)
    }

    private func quoted(_ text: Text) -> String {
        var block = ByteWriter()
        block.append(escaping: text)
        return "\"\(block.finish())\""
    }

    /// Without what the scrape itself added: its renaming of target labels and of blanks before a name.
    private func normalized(_ series: String) -> String {
        var series = series
        while let range = series.range(of: "exported_") { series.removeSubrange(range) }
        while series.hasPrefix(" ") { series.removeFirst() }
        // Sorted again, as the added prefix changed no order here.
        return series
    }
}

extension String {
    /// Where `other` begins and ends in this text.
    fileprivate func range(of other: String) -> Range<Index>? {
        indices.first { self[$0...].hasPrefix(other) }.map { $0..<index($0, offsetBy: other.count) }
    }
}
