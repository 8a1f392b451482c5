// What code, environment and configuration file say together, in this order of weight. Cold.

import DynConfiguration
import DynExposition
import DynModel
import DynSources

struct Settings: Sendable {
    var constantLabels: [Label]
    var deadline: Double
    var sourceBudget: PageBudget
    var sourceMaxAge: Double
    var buckets: [BucketRule]
    /// Nil when there are none, so that a scrape need not look.
    var rules: PageRules?

    init(_ given: [Label], _ file: Configuration) throws(MetricsError) {
        var labels = given
        for label in try Environment.constantLabels() + file.labels
        where !labels.contains(where: { $0.name == label.name }) {
            try checkInjected(label)
            labels.append(label)
        }
        constantLabels = labels
        deadline = try Environment.scrapeDeadline() ?? file.limits.scrapeDeadline ?? 1
        sourceBudget = PageBudget(
            bytes: try Environment.sourceBytes() ?? file.limits.sourceBytes ?? PageBudget.standard.bytes,
            series: try Environment.sourceSeries() ?? file.limits.sourceSeries ?? PageBudget.standard.series)
        sourceMaxAge = try Environment.sourceMaxAge() ?? file.limits.sourceMaxAge ?? SourceWorker.standardMaxAge
        buckets = file.buckets + Environment.frontendBuckets()
        rules = file.rules.isEmpty ? nil : file.rules
    }

    /// The file that `DYN_METRICS_CONFIG` names. What in it makes no sense costs only itself and one warning: an engine
    /// starts whatever stands in a file.
    static func fileOfEnvironment() -> Configuration {
        guard let path = Environment.value("DYN_METRICS_CONFIG") else { return Configuration() }
        do throws(MetricsError) {
            let (configuration, problems) = Configuration.read(try ConfigFile.read(path))
            if !problems.isEmpty {
                let told = Configuration.told(problems, path).split(separator: "\n").joined(separator: "; ")
                Log.once(
                    .warning, cause: "config \(path)",
                    "DYN_METRICS_CONFIG: \(problems.count == 1 ? "one problem" : "\(problems.count) problems"), "
                        + "the rest is in force: \(told)")
            }
            return configuration
        } catch {
            Log.once(.warning, cause: "config \(path)", "DYN_METRICS_CONFIG is not in force: \(error.description)")
            return Configuration()
        }
    }
}

/// What rules did, since the runtime was made or to the page before.
struct RuleTotals {
    /// Samples that were too many, by family, since the start.
    private(set) var overflow: [Text: UInt64] = [:]
    /// Samples on the runtime's last whole page that stand under an old name.
    private(set) var old: [RulePass.OldName: Int] = [:]

    mutating func add(_ pass: RulePass, isWhole: Bool) {
        for (family, count) in pass.overflow { overflow[family, default: 0] &+= count }
        if isWhole { old = pass.old }
    }
}

extension Node {
    /// Takes the configuration in the file at `path`; all of it must make sense.
    package func configure(path: String) throws(MetricsError) {
        try configure(text: try ConfigFile.read(path), title: path)
    }

    /// Takes the configuration in `text`; all of it must make sense, else nothing changes.
    package func configure(text: Text, title: String = "configuration") throws(MetricsError) {
        guard place.level == .runtime else {
            throw .wrongNode("\(place.title) has no configuration; configure the runtime, whose nodes share it")
        }
        try runtime.configure(try Configuration.strict(text, title: title))
    }
}
