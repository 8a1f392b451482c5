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
    /// Of a stateset.
    package var states: [Text]
    /// Of a histogram: native buckets beside the classic ones.
    package var native: NativeHistogram?
    /// Of a gauge: seconds after which it leaves the page when nothing has set it.
    package var ttl: Double?
    /// Without the labels of its node, and free to use their names: a family that is one for the whole process.
    package var isBare = false
    /// Of a vec: metrics of other label names, or none, may stand beside it on the node, in one family.
    package var isOneOfFamily = false

    package init(
        _ type: InstrumentType, isVec: Bool = false, name: Text, isNameAsIs: Bool = false, help: Text = "",
        constLabels: [Label] = [], labelNames: [Text] = [], buckets: [Double]? = nil, states: [Text] = [],
        native: NativeHistogram? = nil, ttl: Double? = nil
    ) {
        self.native = native
        self.ttl = ttl
        self.type = type
        self.isVec = isVec
        self.name = name
        self.isNameAsIs = isNameAsIs
        self.help = help
        self.constLabels = constLabels
        self.labelNames = labelNames
        self.buckets = buckets
        self.states = states
    }
}

extension Node {
    /// Creates a metric on this node.
    package func create(_ spec: MetricSpec) throws(MetricsError) -> Metric {
        let definition = try checked(spec)
        let inherited = withStructureLock { runtime.inheritedLocked(place, except: definition) }
        let metric = try Metric(definition, inherited: inherited)
        try withStructureLock { () throws(MetricsError) in
            try refuseTaken(definition, mayDiffer: spec.isOneOfFamily)
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
        if let native = spec.native {
            guard spec.type == .histogram else {
                throw .option(
                    name: "native buckets", value: typeName, hint: "only a Histogram or HistogramVec has them")
            }
            try native.check()
        }
        if let ttl = spec.ttl {
            guard spec.type == .gauge else {
                throw .option(name: "ttl", value: typeName, hint: "only a Gauge or GaugeVec has one")
            }
            guard ttl > 0, ttl.isFinite else {
                throw .option(name: "ttl", value: goNumber(ttl).string, hint: "give seconds above 0, like 300, or none")
            }
        }
        if spec.isVec, spec.labelNames.isEmpty, !spec.isOneOfFamily { throw .missingLabelNames(type: typeName) }
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
        let name = try fullName(spec)
        if spec.type == .histogram, let wanted = runtime.bounds(for: name) { bounds = wanted }
        try checkStates(spec, name)
        var definition = MetricDefinition(
            name: name, help: spec.help, type: spec.type, isVec: spec.isVec, constLabels: spec.constLabels,
            labelNames: spec.labelNames, bounds: bounds, states: spec.states, native: spec.native, ttl: spec.ttl)
        definition.isBare = spec.isBare
        return definition
    }

    /// A stateset has some states, each once, and a name that can be a label's too.
    private func checkStates(_ spec: MetricSpec, _ name: Text) throws(MetricsError) {
        guard spec.type == .stateset else {
            if spec.states.isEmpty { return }
            throw .option(name: "states", value: printable(spec.name), hint: "only a StateSet has states")
        }
        if spec.states.isEmpty {
            throw .option(name: "states", value: "", hint: "name at least one, like [\"starting\", \"ready\"]")
        }
        for (index, state) in spec.states.enumerated() {
            guard !state.isEmpty, state.isValidUTF8, !state.hasNUL else {
                throw .text(what: "state", value: printable(state))
            }
            if spec.states[..<index].contains(state) {
                throw .option(name: "states", value: printable(state), hint: "name each state once")
            }
        }
        guard isUsableLabelName(name) else { throw .invalidLabelName(printable(name)) }
        if spec.constLabels.contains(where: { $0.name == name }) { throw .duplicateLabel(name.string) }
    }

    private func fullName(_ spec: MetricSpec) throws(MetricsError) -> Text {
        guard spec.name.isValidUTF8, !spec.name.hasNUL else { throw .invalidName(printable(spec.name)) }
        var name = spec.name
        if !spec.isNameAsIs {
            name = Text("dynamo_component_").appending(try sanitizedMetricName(spec.name))
        } else if !isLegacyMetricName(spec.name) {
            throw .invalidName(printable(spec.name))
        }
        // The one name that an info has in every format.
        return spec.type == .info && !name.hasSuffix("_info") ? name.appending("_info") : name
    }

    private func checkConstLabels(_ spec: MetricSpec) throws(MetricsError) {
        for (index, label) in spec.constLabels.enumerated() {
            if spec.constLabels[..<index].contains(where: { $0.name == label.name }) {
                throw .duplicateLabel(printable(label.name))
            }
        }
        for label in spec.constLabels {
            if spec.type == .histogram, label.name == "le" { throw .bucketLabel }
            if spec.type == .summary, label.name == "quantile" { throw .quantileLabel }
            try checkConstant(label)
        }
    }

    private func checkVariableLabels(_ spec: MetricSpec) throws(MetricsError) {
        for (index, name) in spec.labelNames.enumerated() {
            if !spec.isBare, automaticLabelNames.contains(name) { throw .automaticVariableLabel(name.string) }
            if spec.type == .histogram, name == "le" { throw .bucketLabel }
            if spec.type == .summary, name == "quantile" { throw .quantileLabel }
            guard isUsableLabelName(name) else { throw .invalidLabelName(printable(name)) }
            if spec.labelNames[..<index].contains(name) || spec.constLabels.contains(where: { $0.name == name }) {
                throw .duplicateLabel(name.string)
            }
        }
    }

    /// One name has one type in the whole tree; on one node, also one HELP and one set of label names.
    private func refuseTaken(_ definition: MetricDefinition, mayDiffer: Bool) throws(MetricsError) {
        if let known = runtime.kinds[definition.name], known.kind != definition.type.kind {
            throw .conflict(
                name: definition.name.string, existing: known.kind.openMetricsWord.description,
                requested: definition.type.kind.openMetricsWord.description, node: known.title)
        }
        for metric in place.metrics where metric.definition.name == definition.name {
            let known = metric.definition
            if mayDiffer, known.labelNames != definition.labelNames { continue }
            let isAlike =
                known.help == definition.help && known.labelNames == definition.labelNames
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
