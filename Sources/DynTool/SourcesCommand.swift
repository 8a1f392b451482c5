// A table of a page's sources, from what the page tells of itself: where a metric that is missing was lost. Cold.

import DynExposition
import DynModel
import DynServer

struct SourcesCommand: Command {
    let name = "sources"
    let options = [Options.Known(name: "--allow-remote", takesValue: false)]

    func run(_ options: Options, _ streams: ToolStreams) throws(ToolError) -> Int32 {
        let place = try options.onlyOperand("URL")
        let isURL = ["http://", "unix:"].contains { place.hasPrefix($0) }
        let page = isURL ? try fetched(place, options.has("--allow-remote")) : try read(place, streams)
        var drops = DropTally()
        var table = SourceTable(readFamilies(page, drops: &drops))
        if table.rows.isEmpty {
            throw .failed("'\(place)' tells of no source: it is no page of dynmetrics, or nothing is registered on it")
        }
        if let health = healthPlace(place), isURL, let json = try? fetched(health, options.has("--allow-remote")) {
            table.take(states: json)
        }
        streams.out(Text(table.lines.joined(separator: "\n") + "\n"))
        return table.isWell ? ExitStatus.well : ExitStatus.bad
    }

    private func fetched(_ url: String, _ allowsRemote: Bool) throws(ToolError) -> Text {
        do throws(PageError) {
            return Text(try PageClient.get(PageAddress(url, allowsRemote: allowsRemote), seconds: 10, most: 1 << 26))
        } catch {
            throw .failed(error.description)
        }
    }

    /// Where the page's process tells how it is, by default.
    private func healthPlace(_ url: String) -> String? {
        if url.hasSuffix("/metrics") { return String(url.dropLast(8)) + "/health" }
        return url.hasPrefix("http://") && !url.dropFirst(7).contains("/") ? url + "/health" : nil
    }
}

/// What a page tells of its sources, a row for each.
struct SourceTable {
    struct Row {
        var name: Text
        var state = ""
        var isUp = false
        var seen: (families: Double, series: Double) = (0, 0)
        var filtered: (families: Double, series: Double) = (0, 0)
        var renamed = 0.0
        var shown = 0.0
        var losses: [String] = []
    }

    private(set) var rows: [Row] = []

    init(_ families: [Family]) {
        for family in families where family.name.hasPrefix("dynmetrics_") {
            for sample in family.samples {
                guard let name = sample.labels.value(of: "source") else { continue }
                take(family.name, name, sample)
            }
        }
    }

    /// Whether all sources answered and nothing of them was left out.
    var isWell: Bool { rows.allSatisfy { $0.isUp && $0.losses.isEmpty } }

    private mutating func take(_ family: Text, _ name: Text, _ sample: Sample) {
        if !rows.contains(where: { $0.name == name }) { rows.append(Row(name: name)) }
        guard let index = rows.firstIndex(where: { $0.name == name }) else { return }
        let isFamilies = sample.labels.value(of: "of") == "families"
        let value = sample.value.double
        switch family {
        case "dynmetrics_source_up":
            rows[index].isUp = value == 1
            rows[index].state = value == 1 ? "fresh" : "down"
        case "dynmetrics_source_seen":
            if isFamilies { rows[index].seen.families = value } else { rows[index].seen.series = value }
        case "dynmetrics_source_filtered":
            if isFamilies { rows[index].filtered.families = value } else { rows[index].filtered.series = value }
        case "dynmetrics_source_renamed": rows[index].renamed = value
        case "dynmetrics_source_series": rows[index].shown = value
        case "dynmetrics_dropped_total", "dynmetrics_source_errors_total":
            let reason = sample.labels.value(of: "reason") ?? ""
            rows[index].losses.append("\(printable(reason)) \(number(value))")
        default: break
        }
    }

    /// Takes the states that /health tells: `"sources":{"vllm":"fresh"}`, written by this library.
    mutating func take(states json: Text) {
        guard let sources = json.string.components(behind: "\"sources\":{") else { return }
        let words = sources.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
        for index in stride(from: 0, to: words.count &- 1, by: 2) {
            if let row = rows.firstIndex(where: { $0.name.string == words[index] }) {
                rows[row].state = words[index &+ 1]
            }
        }
    }

    /// The table as it is printed.
    var lines: [String] {
        var cells = [["SOURCE", "STATE", "SEEN", "FILTERED OUT", "RENAMED", "SHOWN", "LEFT OUT"]]
        for row in rows {
            cells.append([
                printable(row.name), row.state, pair(row.seen), pair(row.filtered), number(row.renamed),
                number(row.shown), row.losses.isEmpty ? "-" : row.losses.joined(separator: ", "),
            ])
        }
        let widths = (0..<7).map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { row in
            var line = ""
            for (cell, width) in zip(row, widths) {
                line.append(cell)
                line.append(contentsOf: repeatElement(" ", count: width &- cell.count &+ 2))
            }
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    private func pair(_ counts: (families: Double, series: Double)) -> String {
        "\(number(counts.series)) in \(number(counts.families))"
    }

    private func number(_ value: Double) -> String {
        UInt64(exactly: value).map { String($0) } ?? String(value)
    }
}

extension String {
    fileprivate func components(behind mark: String) -> Substring? {
        var rest = self[...]
        while !rest.isEmpty {
            if rest.hasPrefix(mark) { return rest.dropFirst(mark.count) }
            rest = rest.dropFirst()
        }
        return nil
    }
}
