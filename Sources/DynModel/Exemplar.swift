// One observation that a counter or bucket points at, such as the trace of a slow request.

/// Labels that lead to one observation, its value, and when it was made.
public struct Exemplar: Sendable, Equatable {
    /// The most characters that names and values of the labels may have together, as OpenMetrics 1.0 has it.
    public static let longestLabels = 128

    public var labels: LabelBlock
    /// In the metric's own unit.
    public var value: SampleValue
    /// Seconds since 1970; nil when nobody said.
    public var timestamp: SampleValue?

    public init(_ labels: LabelBlock, value: SampleValue, timestamp: SampleValue? = nil) {
        self.labels = labels
        self.value = value
        self.timestamp = timestamp
    }

    /// An exemplar of our own making. Refuses labels that no reader would take.
    package init(checking labels: [Label], value: Double, timestamp: Double?) throws(MetricsError) {
        var length = 0
        for (index, label) in labels.enumerated() {
            guard isLegacyLabelName(label.name) else { throw .invalidLabelName(printable(label.name)) }
            guard label.value.isValidUTF8, !label.value.hasNUL else {
                throw .labelValue("'\(printable(label.value))' for '\(label.name)' of an exemplar")
            }
            if labels[..<index].contains(where: { $0.name == label.name }) { throw .duplicateLabel(label.name.string) }
            length &+= label.characterCount
        }
        guard length <= Exemplar.longestLabels else { throw .exemplarTooLong(length) }
        self.init(LabelBlock(labels), value: .double(value), timestamp: timestamp.map { .double($0) })
    }
}

extension Label {
    /// Characters (code points) of name and value.
    package var characterCount: Int {
        name.string.unicodeScalars.count &+ value.string.unicodeScalars.count
    }
}
