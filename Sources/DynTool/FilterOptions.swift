// The filter options that merge, filter and serve share. Cold.

import DynExposition
import DynModel

extension Options {
    static let filterOptions = ["--include", "--exclude", "--add-prefix", "--label"].map {
        Known(name: $0, takesValue: true)
    }

    func filter() throws(ToolError) -> PageFilter {
        var labels: [Label] = []
        for pair in all("--label") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { throw .usage("'\(pair)' is no label; write --label name=value") }
            labels.append(Label(Text(String(parts[0])), Text(String(parts[1]))))
        }
        let addPrefix = try single("--add-prefix")
        do throws(MetricsError) {
            return try PageFilter(
                include: all("--include").map { Text($0) }, exclude: all("--exclude").map { Text($0) },
                addPrefix: addPrefix.map { Text($0) }, labels: labels)
        } catch {
            throw .usage(error.description)
        }
    }
}
