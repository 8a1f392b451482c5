// What can be refused, with the facts in it. Cold.
//
// A message begins with upstream's exact text where upstream has one, and goes on after "; " with the wrong value and
// a right one. Callers match on the case, never on the text.

/// Something that a caller asked for and cannot have. Nothing was changed.
public enum MetricsError: Error, Equatable, Sendable {
    case unsanitizable(input: String, what: String)
    case invalidName(String)
    case invalidNodeName(String, level: String)
    case invalidLabelName(String)
    case duplicateLabel(String)
    case automaticConstLabel(String)
    case automaticVariableLabel(String)
    case bucketLabel
    case quantileLabel
    case missingLabelNames(type: String)
    case unexpectedLabelNames(type: String)
    case unexpectedBuckets(type: String)
    case invalidBuckets(String)
    case alreadyRegistered(name: String, reason: String)
    case conflict(name: String, existing: String, requested: String, node: String)
    case labelCount(metric: String, expected: [String], got: Int)
    case labelMissing(metric: String, label: String, expected: [String])
    case labelUnknown(metric: String, label: String, expected: [String])
    case labelValue(String)
    case exemplarTooLong(Int)
    case text(what: String, value: String)
    case invalidPrefix(String)
    case reservedInjectedLabel(String)
    case option(name: String, value: String, hint: String)
    case environment(variable: String, value: String, hint: String)
    /// Of a configuration file: each problem with its place, one to a line.
    case configuration(String)
    case directory(path: String, reason: String)
    case file(path: String, reason: String)
    case address(String)
    case invalidAddress(String)
    case wrongNode(String)
    case level(asked: String, parent: String)
    case handle(String)
    case closed(String)
    case memory(String)
    case scrapeFailed(String)
}

/// The coarse sort of an error, which is what the C status says.
public enum MetricsErrorCode: Sendable {
    case invalid, conflict, io, busy, memory, closed
}

extension MetricsError {
    public var code: MetricsErrorCode {
        switch self {
        case .alreadyRegistered, .conflict: .conflict
        case .directory, .file, .address: .io
        case .closed: .closed
        case .memory: .memory
        default: .invalid
        }
    }
}

extension MetricsError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unsanitizable(let input, let what):
            input.isEmpty
                ? "Cannot sanitize empty string into valid Prometheus \(what); give at least one letter, like requests_total"
                : "Input '\(input)' contains only invalid characters and cannot be sanitized into a valid Prometheus "
                    + "\(what); use letters, digits and underscores, like requests_total"
        case .invalidName(let name):
            "invalid metric name '\(name)'; use letters, digits, underscores and colons, like requests_total"
        case .invalidNodeName(let name, let level):
            "invalid \(level) name '\(name)'; give a non-empty name without NUL, like 'backend'"
        case .invalidLabelName(let name):
            "Error: '\(name)' is not a valid label name; use letters, digits and single leading underscores, like model_name"
        case .duplicateLabel(let name):
            "Duplicate label key '\(name)' found in labels; name each label once"
        case .automaticConstLabel(let name):
            "Label '\(name)' is automatically added by auto-label injection and cannot be manually set; "
                + "leave '\(name)' out, or choose another name"
        case .automaticVariableLabel(let name):
            "Variable label name '\(name)' conflicts with auto-injected const label and cannot be used; "
                + "choose another name than '\(name)'"
        case .bucketLabel:
            "Error: `le` is not allowed as label name in histograms; it names the bucket bound, choose another name"
        case .quantileLabel:
            "Error: `quantile` is not allowed as label name in summaries; it names the quantile, choose another name"
        case .missingLabelNames(let type):
            "\(type) requires const_labels parameter; give the names of the variable labels, like [\"model\"]"
        case .unexpectedLabelNames(let type):
            "const_labels parameter is not valid for \(type == "Histogram" ? type : Self.scalars); "
                + "label names make a vec, create a \(type)Vec for them"
        case .unexpectedBuckets(let type):
            "buckets parameter is not valid for \(type.hasSuffix("Vec") ? type : Self.scalars); "
                + "only a Histogram or HistogramVec has buckets, this is a \(type)"
        case .invalidBuckets(let reason):
            "invalid buckets: \(reason)"
        case .alreadyRegistered(let name, let reason):
            "Failed to register metric: \(reason); '\(name)' exists already, use that one or choose another name"
        case .conflict(let name, let existing, let requested, let node):
            "Failed to register metric: '\(name)' is a \(existing) on \(node) and cannot be a \(requested) here; "
                + "one name has one type on the page, choose another name"
        case .labelCount(let metric, let expected, let got):
            "'\(metric)' takes \(expected.count) label value\(expected.count == 1 ? "" : "s") "
                + "(\(expected.joined(separator: ", "))), got \(got)"
        case .labelMissing(let metric, let label, let expected):
            "'\(metric)' needs a value for label '\(label)'; its labels are \(expected.joined(separator: ", "))"
        case .labelUnknown(let metric, let label, let expected):
            "'\(metric)' has no label '\(label)'; its labels are \(expected.joined(separator: ", "))"
        case .labelValue(let reason):
            "invalid label value: \(reason); use UTF-8 text without NUL"
        case .exemplarTooLong(let length):
            "invalid exemplar: its labels have \(length) characters; names and values may have "
                + "\(Exemplar.longestLabels) together, like trace_id and span_id"
        case .text(let what, let value):
            "invalid \(what) '\(value)'; use UTF-8 text without NUL"
        case .invalidPrefix(let prefix):
            "invalid prefix '\(prefix)'; a prefix is the start of a metric name, like vllm: or dynamo_"
        case .reservedInjectedLabel(let name):
            "Cannot inject reserved label names: {'\(name)'}. Reserved labels: {'le', 'quantile'}; "
                + "choose another name than '\(name)'"
        case .option(let name, let value, let hint):
            "invalid \(name) '\(value)'; \(hint)"
        case .environment(let variable, let value, let hint):
            "invalid \(variable)='\(value)'; \(hint)"
        case .directory(let path, let reason):
            "cannot read directory '\(path)': \(reason); give the folder that PROMETHEUS_MULTIPROC_DIR names"
        case .file(let path, let reason):
            "cannot read '\(path)': \(reason)"
        case .address(let reason), .invalidAddress(let reason), .wrongNode(let reason), .configuration(let reason),
            .handle(let reason), .closed(let reason), .memory(let reason), .scrapeFailed(let reason):
            reason
        case .level(let asked, let parent):
            "a \(parent) has no \(asked); the levels are runtime, namespace (which may nest), component, endpoint"
        }
    }

    private static let scalars = "Counter, IntCounter, Gauge, or IntGauge"
}
