// Reading a metric: its family as it stands now. Takes the structure lock to copy the list of children, then reads their
// cells without. Warm.

import CDynCells
import DynModel

extension Metric {
    /// The family as it stands now. Takes the structure lock to copy the list of children, then reads without.
    package func family() -> Family {
        if definition.type == .stateset { return states() }
        if let ttl = definition.ttl { return family(young(ttl)) }
        let (children, exemplars, writers) = withStructureLock { (self.children, owner.exemplars, owner.writers) }
        var samples: [Sample] = []
        samples.reserveCapacity(children.count &* (definition.bounds.count &+ (definition.type == .histogram ? 3 : 1)))
        for case let child? in children {
            if definition.native == nil {
                child.append(to: &samples, writers[child.cell.pointer] ?? [])
            } else {
                child.appendNative(to: &samples, writers[child.cell.pointer] ?? [], definition.native)
            }
        }
        if !exemplars.isEmpty { add(exemplars, to: &samples, children) }
        return family(samples)
    }

    /// All states of one moment.
    private func states() -> Family {
        withStructureLock {
            var samples: [Sample] = []
            for case let child? in children { child.append(to: &samples, []) }
            return family(samples)
        }
    }

    /// The gauges that were set within `ttl` seconds before now, as far as pages saw it.
    private func young(_ ttl: Double) -> [Sample] {
        let now = secondsOfMonotonicClock()
        return withStructureLock {
            var samples: [Sample] = []
            for case let child? in children {
                var value = 0.0
                let seen = dyncells_age(child.cell.pointer, now, &value)
                if now - seen <= ttl { samples.append(Sample(child.labels, .double(value), of: .none)) }
            }
            return samples
        }
    }

    private func family(_ samples: [Sample]) -> Family {
        var family = Family(name: definition.name, kind: definition.type.kind, help: definition.help, samples: samples)
        family.hasPlainNames = true  // refused at creation otherwise
        return family
    }

    /// Gives each exemplar to the sample of its cell and bucket.
    private func add(_ exemplars: [ExemplarPlace: Exemplar], to samples: inout [Sample], _ children: [Child?]) {
        var first = 0
        for case let child? in children {
            let buckets = max(1, child.bucketLabels.count)
            for bucket in 0..<buckets {
                let place = ExemplarPlace(cell: UnsafeRawPointer(child.cell.pointer), bucket: bucket)
                if let exemplar = exemplars[place] { samples[first &+ bucket].exemplar = exemplar }
            }
            first &+= child.bucketLabels.isEmpty ? 1 : buckets &+ 2
        }
    }
}

extension Metric.Child {
    /// Its samples; of a histogram the buckets first.
    fileprivate func append(to samples: inout [Sample], _ writers: [CellPointer]) {
        switch cell {
        case .counter(let cell): samples.append(Sample(labels, .double(Cell.counterValue(cell, writers)), of: .none))
        case .intCounter(let cell):
            samples.append(Sample(labels, .integer(Cell.intCounterValue(cell, writers)), of: .none))
        case .gauge(let cell): samples.append(Sample(labels, .double(Cell.gaugeValue(cell)), of: .none))
        case .intGauge(let cell): samples.append(Sample(labels, .signed(Cell.intGaugeValue(cell)), of: .none))
        case .histogram(let cell):
            // The counts are added up while they are read, each once: the buckets of a page are cumulative and end in
            // its count, whatever is observed meanwhile.
            var total: UInt64 = 0
            for (bucket, labels) in bucketLabels.enumerated() {
                total &+= Cell.bucketCount(cell, bucket, writers)
                samples.append(Sample(labels, .integer(total), of: .bucket))
            }
            samples.append(Sample(labels, .double(Cell.histogramSum(cell, writers)), of: .sum))
            samples.append(Sample(labels, .integer(total), of: .count))
        case .summary(let cell):
            samples.append(Sample(labels, .double(Cell.histogramSum(cell, writers)), of: .sum))
            samples.append(Sample(labels, .integer(Cell.histogramCount(cell, writers)), of: .count))
        }
    }
}

extension Metric.Child {
    /// The samples of a histogram with native buckets, which go with its count.
    fileprivate func appendNative(to samples: inout [Sample], _ writers: [CellPointer], _ options: NativeHistogram?) {
        let reading = NativeReading(
            cell.pointer, writers, forPage: true, minResetSeconds: options?.minResetSeconds ?? 0)
        var total: UInt64 = 0
        for (labels, count) in zip(bucketLabels, reading.classic) {
            total &+= count
            samples.append(Sample(labels, .integer(total), of: .bucket))
        }
        samples.append(Sample(labels, .double(reading.sum), of: .sum))
        var count = Sample(labels, .integer(total), suffix: .count)
        count.native = reading.native
        samples.append(count)
    }
}
