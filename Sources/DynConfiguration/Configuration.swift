// What an operator wants: one file, read as far as it makes sense. Who loads it decides what becomes of its problems.
//
//     [labels]      constant labels            [[buckets]]   bounds of histograms, by name
//     [limits]      how much, how long         [[rename]]    other names, the old ones beside them
//                                              [[drop]]      families and series that are left out
//
// Cold. docs/configuration.md tells users what it all means; a test reads its example here.

import DynExposition
import DynModel

package struct Configuration: Sendable {
    package struct Limits: Sendable {
        /// Seconds.
        package var scrapeDeadline: Double?
        /// Seconds.
        package var sourceMaxAge: Double?
        package var sourceBytes: Int?
        package var sourceSeries: Int?
    }

    package var labels: [Label] = []
    package var limits = Limits()
    package var buckets: [BucketRule] = []
    package var rules = PageRules()

    package init() {}

    /// What of `text` makes sense, and what does not, in the order of its lines.
    package static func read(_ text: Text) -> (configuration: Configuration, problems: [Problem]) {
        let reader = ConfigReader(text)
        var reading = ConfigReading(faults: reader.faults)
        for section in reader.sections { reading.take(section) }
        let problems = reading.faults.map {
            Problem(line: $0.place.line, column: $0.place.column, severity: .error, message: $0.message)
        }
        return (reading.result, problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
    }

    /// All of `text`; throws when anything in it makes no sense.
    ///
    /// - Parameter title: how messages call it, like its path.
    package static func strict(_ text: Text, title: String) throws(MetricsError) -> Configuration {
        let (configuration, problems) = read(text)
        if problems.isEmpty { return configuration }
        throw .configuration(told(problems, title))
    }

    /// The problems in words, each with its place.
    package static func told(_ problems: [Problem], _ title: String) -> String {
        let shown = problems.prefix(5).map { "\(title):\($0.line):\($0.column): \($0.message)" }
        let more = problems.count &- shown.count
        return (shown + (more > 0 ? ["and \(more) more; dynmetrics check-config tells them all"] : [])).joined(
            separator: "\n")
    }
}
