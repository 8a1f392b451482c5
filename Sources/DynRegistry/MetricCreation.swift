// Creating a metric: everything is checked before anything is changed, so a refusal leaves nothing behind. Cold.
// Messages begin with upstream's texts.

import DynExposition
import DynInstruments
import DynModel

/// What a caller asks for.
package struct MetricSpec: Sendable {
    package var type: InstrumentType
    package var isVec: Bool
    package var name: Text
    package var isNameAsIs: Bool
    package var help: Text
    package var constLabels: [Label]
    package var labelNames: [Text]
    /// Nil: the standard ones.
    package var buckets: [Double]?

    package init(
        _ type: InstrumentType, isVec: Bool = false, name: Text, isNameAsIs: Bool = false, help: Text = "",
        constLabels: [Label] = [], labelNames: [Text] = [], buckets: [Double]? = nil
    ) {
        self.type = type
        self.isVec = isVec
        self.name = name
        self.isNameAsIs = isNameAsIs
        self.help = help
        self.constLabels = constLabels
        self.labelNames = labelNames
        self.buckets = buckets
    }
}

extension Node {
    /// Creates a metric on this node.
    package func create(_ spec: MetricSpec) throws(MetricsError) -> Metric {
        let definition = try checked(spec)
        let inherited = withStructureLock { runtime.inheritedLocked(place, except: definition) }
        let metric = try Metric(definition, inherited: inherited)
        try withStructureLock { () throws(MetricsError) in
            try refuseTaken(definition)
            if runtime.kinds[definition.name] == nil {
                runtime.kinds[definition.name] = (definition.type.kind, place.title)
            }
            place.metrics.append(metric)
        }
        return metric
    }

    private func checked(_ spec: MetricSpec) throws(MetricsError) -> MetricDefinition {
        let typeName = spec.type.typeName(isVec: spec.isVec)
        try checkConstLabels(spec)
        if spec.buckets != nil, spec.type != .histogram { throw .unexpectedBuckets(type: typeName) }
        if spec.isVec, spec.labelNames.isEmpty { throw .missingLabelNames(type: typeName) }
        if !spec.isVec, !spec.labelNames.isEmpty { throw .unexpectedLabelNames(type: typeName) }
        try checkVariableLabels(spec)
        guard spec.help.isValidUTF8, !spec.help.hasNUL else {
            throw .text(what: "description", value: printable(spec.help))
        }
        var bounds: [Double] = []
        if spec.type == .histogram {
            if let buckets = spec.buckets {
                bounds = try Buckets(buckets).bounds
            } else {
                bounds = Buckets.standard.bounds
            }
        }
        return MetricDefinition(
            name: try fullName(spec), help: spec.help, type: spec.type, isVec: spec.isVec,
            constLabels: spec.constLabels, labelNames: spec.labelNames, bounds: bounds)
    }

    private func fullName(_ spec: MetricSpec) throws(MetricsError) -> Text {
        guard spec.name.isValidUTF8, !spec.name.hasNUL else { throw .invalidName(printable(spec.name)) }
        if !spec.isNameAsIs { return Text("dynamo_component_").appending(try sanitizedMetricName(spec.name)) }
        guard isLegacyMetricName(spec.name) else { throw .invalidName(printable(spec.name)) }
        return spec.name
    }

    private func checkConstLabels(_ spec: MetricSpec) throws(MetricsError) {
        for (index, label) in spec.constLabels.enumerated() {
            if spec.constLabels[..<index].contains(where: { $0.name == label.name }) {
                throw .duplicateLabel(printable(label.name))
            }
        }
        for label in spec.constLabels {
            if spec.type == .histogram, label.name == "le" { throw .bucketLabel }
            try checkConstant(label)
        }
    }

    private func checkVariableLabels(_ spec: MetricSpec) throws(MetricsError) {
        for (index, name) in spec.labelNames.enumerated() {
            if automaticLabelNames.contains(name) { throw .automaticVariableLabel(name.string) }
            if spec.type == .histogram, name == "le" { throw .bucketLabel }
            guard isUsableLabelName(name) else { throw .invalidLabelName(printable(name)) }
            if spec.labelNames[..<index].contains(name) || spec.constLabels.contains(where: { $0.name == name }) {
                throw .duplicateLabel(name.string)
            }
        }
    }

    /// One name has one type in the whole tree; on one node, also one HELP and one set of label names.
    private func refuseTaken(_ definition: MetricDefinition) throws(MetricsError) {
        if let known = runtime.kinds[definition.name], known.kind != definition.type.kind {
            throw .conflict(
                name: definition.name.string, existing: known.kind.openMetricsWord.description,
                requested: definition.type.kind.openMetricsWord.description, node: known.title)
        }
        for metric in place.metrics where metric.definition.name == definition.name {
            let known = metric.definition
            let isAlike = known.help == definition.help && known.labelNames == definition.labelNames
                && known.constLabels.map(\.name).sorted() == definition.constLabels.map(\.name).sorted()
            guard isAlike else {
                throw .alreadyRegistered(
                    name: definition.name.string,
                    reason: "a previously registered descriptor with the same fully-qualified name as "
                        + "'\(definition.name)' has different label names or a different help string")
            }
            let isSame = known.constLabels.allSatisfy { definition.constLabels.contains($0) }
            if isSame {
                throw .alreadyRegistered(
                    name: definition.name.string, reason: "Duplicate metrics collector registration attempted")
            }
        }
    }
}
