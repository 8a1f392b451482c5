// `dynmetrics catalog`: every built-in metric, for people or for programs. Cold.

import DynCatalogue
import DynModel

struct CatalogCommand: Command {
    let name = "catalog"
    let options = [Options.Known(name: "--format", takesValue: true)]

    func run(_ options: Options, _ streams: ToolStreams) throws(ToolError) -> Int32 {
        if let extra = options.operands.first { throw .usage("'\(extra)' is not an option of catalog") }
        let format = try options.format(["md", "json"])
        streams.out(Text(format == "md" ? markdown() : json()))
        return ExitStatus.well
    }

    private func markdown() -> String {
        var page = "# Metrics\n"
        var owner = ""
        for entry in Catalogue.entries {
            if entry.owner != owner {
                owner = entry.owner
                page += "\n## \(owner)\n\n| family | type | unit | labels | meaning |\n|---|---|---|---|---|\n"
            }
            var labels = entry.labels.map { "`\($0)`" }
            labels.append(contentsOf: entry.optionalLabels.map { "[`\($0)`]" })
            if entry.hasAnyLabel { labels.append("…") }
            let cells = [
                "`\(entry.name)`", entry.type.rawValue, entry.unit, labels.joined(separator: " "), entry.help,
            ]
            page.append("| \(cells.map { $0.isEmpty ? "–" : $0 }.joined(separator: " | ")) |\n")
        }
        return page
    }

    /// An array with one object a line. Nothing in the catalogue needs to be escaped, which its generator sees to.
    private func json() -> String {
        func text(_ value: String) -> String { "\"\(value)\"" }
        func list(_ values: [String]) -> String { "[\(values.joined(separator: ", "))]" }
        let lines = Catalogue.entries.map { entry in
            let fields = [
                ("name", text(entry.name)), ("type", text(entry.type.rawValue)), ("unit", text(entry.unit)),
                ("labels", list(entry.labels.map(text))), ("optional_labels", list(entry.optionalLabels.map(text))),
                ("any_label", entry.hasAnyLabel ? "true" : "false"),
                ("buckets", list(entry.buckets.map { goNumber($0).string })), ("owner", text(entry.owner)),
                ("help", text(entry.help)),
            ]
            return "  {\(fields.map { "\(text($0)): \($1)" }.joined(separator: ", "))}"
        }
        return "[\n\(lines.joined(separator: ",\n"))\n]\n"
    }
}
