// Writes families as io.prometheus.client.MetricFamily messages, each behind its length. Warm.
//
// A reader makes series out of a message: of a histogram always `_count`, `_sum` and every bucket. So that a series has
// the same name and labels as in text, a histogram or summary that lacks a part goes out as untyped metrics, one for
// each name that it writes.

import DynModel

package struct ProtobufWriter: ~Copyable {
    private var page: ProtobufMessage
    // Kept for their memory; each is filled and written into the one above it.
    private var family = ProtobufMessage()
    private var metric = ProtobufMessage()
    private var content = ProtobufMessage()
    private var part = ProtobufMessage()
    private var detail = ProtobufMessage()
    private var created: CreatedTimes

    package static func write(_ families: [Family], escaping: NameEscaping) -> Text {
        let families = escapingNames(of: families, escaping)
        var writer = ProtobufWriter(families)
        for family in families where !writer.created.tells(family) { writer.write(family) }
        // Times that no metric took are gauges like others.
        for family in families where writer.created.tells(family) {
            if let rest = writer.created.rest(of: family) { writer.write(rest) }
        }
        return writer.page.finish()
    }

    private init(_ families: [Family]) {
        page = ProtobufMessage(capacity: families.reduce(256) { $0 &+ 64 &+ $1.samples.count &* 96 })
        created = CreatedTimes(families)
    }

    private mutating func write(_ family: Family) {
        if family.samples.isEmpty { return }  // metadata alone is nothing here
        switch family.kind {
        case .counter where family.samples.allSatisfy({ $0.suffix == .none }): counter(family)
        case .gauge, .info, .stateset: values(family, .gauge)
        case .histogram: histogram(family)
        case .summary: summary(family)
        default: values(family, .untyped)
        }
    }

    // MARK: families

    /// The numbers of the enumeration MetricType.
    private enum FamilyType: UInt64 {
        case counter, gauge, summary, untyped, histogram
    }

    private mutating func begin(_ name: Text, _ help: Text?, _ unit: Text?, _ type: FamilyType) {
        family.removeAll()
        family.field(1, name)
        family.field(2, help ?? "")
        family.field(3, varint: type.rawValue)
        if let unit, name.hasSuffix(Text("_").appending(unit)) { family.field(5, unit) }
    }

    private mutating func end() {
        page.append(delimited: family)
    }

    private mutating func counter(_ given: Family) {
        begin(given.name, given.help, given.unit, .counter)
        let base = given.name.hasSuffix("_total") ? given.name.slice(0, given.name.count &- 6) : given.name
        let hasTimes = created.knows(base)
        for sample in given.samples {
            beginMetric(sample.labels)
            content.removeAll()
            content.field(1, sample.value.double)
            if let exemplar = sample.exemplar { add(exemplar, as: 2) }
            if hasTimes, let time = created.take(base, sample.labels.canonical) { add(time: time, as: 3) }
            metric.field(3, content)
            endMetric()
        }
        end()
    }

    /// A family of single values; of one with suffixes, a family for each name.
    private mutating func values(_ given: Family, _ type: FamilyType) {
        for suffix in SampleSuffix.allCases {
            guard given.samples.contains(where: { $0.suffix == suffix }) else { continue }
            let isWhole = suffix == .none
            begin(
                given.name.appending(suffix.name), given.help, isWhole ? given.unit : nil, isWhole ? type : .untyped)
            for sample in given.samples where sample.suffix == suffix {
                beginMetric(sample.labels)
                content.removeAll()
                content.field(1, sample.value.double)
                metric.field(type == .gauge && isWhole ? 2 : 5, content)
                endMetric()
            }
            end()
        }
    }

    private mutating func histogram(_ given: Family) {
        let children = HistogramChild.children(of: given)
        guard children.allSatisfy(\.fitsProtobuf) else { return values(given, .untyped) }
        begin(given.name, given.help, given.unit, .histogram)
        let hasTimes = created.knows(given.name)
        for child in children {
            guard let sum = child.sum, let count = child.count else { continue }
            beginMetric(count: count, sum: sum)
            for bucket in child.buckets {
                part.removeAll()
                part.field(1, varint: bucket.sample.value.wholeCount ?? 0)
                part.field(2, bucket.bound)
                if let exemplar = bucket.sample.exemplar { add(exemplarOfPart: exemplar) }
                content.field(3, part)
            }
            if let native = count.native { add(native) }
            if hasTimes, let time = created.take(given.name, child.key) { add(time: time, as: 15) }
            metric.field(7, content)
            endMetric()
        }
        end()
    }

    /// The native buckets of the histogram that is the content.
    private mutating func add(_ native: NativeBuckets) {
        content.field(5, zigzag: Int64(native.schema))
        content.field(6, native.zeroThreshold)
        content.field(7, varint: native.zeroCount)
        add(native.negative, spans: 9, deltas: 10)
        add(native.positive, spans: 12, deltas: 13)
        // What a reader knows a native histogram by, when there is nothing else: a span of nothing.
        let isBare = native.zeroThreshold == 0 && native.zeroCount == 0 && native.negative.isEmpty
        if isBare, native.positive.isEmpty { addSpan(offset: 0, length: 0, as: 12) }
    }

    /// Runs of neighbours, and each count as its difference to the one before. Holes of two are filled: a span costs more.
    private mutating func add(_ buckets: [NativeBuckets.Bucket], spans: UInt64, deltas: UInt64) {
        var differences: [Int64] = []
        var previous: Int64 = 0
        var end: Int64 = 0
        var span: (offset: Int64, length: UInt64)?
        for bucket in buckets {
            let count = Int64(clamping: bucket.count)
            let gap = Int64(bucket.index) &- end
            if let open = span, gap <= 2 {
                for _ in 0..<max(0, gap) {
                    differences.append(0 &- previous)
                    previous = 0
                }
                span = (open.offset, open.length &+ UInt64(max(0, gap)) &+ 1)
            } else {
                if let open = span { addSpan(offset: open.offset, length: open.length, as: spans) }
                span = (gap, 1)
            }
            differences.append(count &- previous)
            previous = count
            end = Int64(bucket.index) &+ 1
        }
        if let open = span { addSpan(offset: open.offset, length: open.length, as: spans) }
        content.field(deltas, packed: differences)
    }

    private mutating func addSpan(offset: Int64, length: UInt64, as number: UInt64) {
        part.removeAll()
        part.field(1, zigzag: offset)
        part.field(2, varint: length)
        content.field(number, part)
    }

    private mutating func summary(_ given: Family) {
        let children = SummaryChild.children(of: given)
        guard children.allSatisfy(\.fitsProtobuf) else { return values(given, .untyped) }
        begin(given.name, given.help, given.unit, .summary)
        let hasTimes = created.knows(given.name)
        for child in children {
            guard let sum = child.sum, let count = child.count else { continue }
            beginMetric(count: count, sum: sum)
            for quantile in child.quantiles ?? [] {
                part.removeAll()
                part.field(1, quantile.quantile)
                part.field(2, quantile.sample.value.double)
                content.field(3, part)
            }
            if hasTimes, let time = created.take(given.name, child.key) { add(time: time, as: 4) }
            metric.field(4, content)
            endMetric()
        }
        end()
    }

    // MARK: metrics

    private mutating func beginMetric(_ labels: LabelBlock) {
        metric.removeAll()
        for label in labels.labels {
            part.removeAll()
            part.field(1, label.name)
            part.field(2, label.value)
            metric.field(1, part)
        }
    }

    /// A metric whose content begins with these two, as a histogram's and a summary's do.
    private mutating func beginMetric(count: Sample, sum: Sample) {
        beginMetric(count.labels)
        content.removeAll()
        content.field(1, varint: count.value.wholeCount ?? 0)
        content.field(2, sum.value.double)
    }

    private mutating func endMetric() {
        family.field(4, metric)
    }

    /// Adds google.protobuf.Timestamp to the content.
    private mutating func add(time: SampleValue, as number: UInt64) {
        guard let timestamp = ProtobufWriter.timestamp(time) else { return }
        part.removeAll()
        part.field(1, varint: timestamp.seconds)
        if timestamp.nanoseconds > 0 { part.field(2, varint: timestamp.nanoseconds) }
        content.field(number, part)
    }

    private mutating func add(_ exemplar: Exemplar, as number: UInt64) {
        part.removeAll()
        fillPart(with: exemplar)
        content.field(number, part)
    }

    /// An exemplar of the bucket that ``part`` is.
    private mutating func add(exemplarOfPart exemplar: Exemplar) {
        var bucket = ProtobufMessage(capacity: 64)
        swap(&bucket, &part)
        part.removeAll()
        fillPart(with: exemplar)
        bucket.field(3, part)
        swap(&bucket, &part)
    }

    private mutating func fillPart(with exemplar: Exemplar) {
        for label in exemplar.labels.labels {
            detail.removeAll()
            detail.field(1, label.name)
            detail.field(2, label.value)
            part.field(1, detail)
        }
        part.field(2, exemplar.value.double)
        guard let timestamp = exemplar.timestamp.flatMap({ ProtobufWriter.timestamp($0) }) else { return }
        detail.removeAll()
        detail.field(1, varint: timestamp.seconds)
        if timestamp.nanoseconds > 0 { detail.field(2, varint: timestamp.nanoseconds) }
        part.field(3, detail)
    }

    /// Seconds and nanoseconds of a time from 1970 to the year 9999; nil of any other.
    private static func timestamp(_ time: SampleValue) -> (seconds: UInt64, nanoseconds: UInt64)? {
        let value = time.double
        guard value >= 0, value < 253_402_300_800 else { return nil }
        let seconds = value.rounded(.down)
        // To the microsecond: a double of today's seconds holds no more.
        let micros = min(999_999, ((value - seconds) * 1e6).rounded())
        return (UInt64(seconds), UInt64(micros) &* 1000)
    }
}
