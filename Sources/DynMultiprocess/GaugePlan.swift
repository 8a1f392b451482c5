// The rules by which one gauge's values in several processes become one, or stay apart. Warm.
//
// The mode of a gauge is that of the last file that has it, so nothing is decided before all files are known. What is
// decided then holds until the keys change, or a `mostrecent` gauge is set for the first time.

import DynModel

/// A gauge's place on the page.
struct GaugeResult {
    var series: Int
    /// Nil where the processes became one.
    var pid: Int?
}

/// What is to be done with one value of a gauge file.
struct GaugeStep {
    enum Rule: UInt8 {
        /// Takes the place of what was there.
        case set
        /// The first of a sum: from 0, so that -0.0 alone gives 0.0.
        case begin
        case min, max, add
        /// Counts if it is set later than what is there.
        case newer
        /// The first that was ever set; every one before it is ``unset``.
        case first
        case unset
        /// Of a key that no gauge has.
        case none
    }

    var rule: Rule
    /// Number of the result.
    var result: Int32 = 0
}

/// All gauges of a directory.
struct GaugePlan {
    private(set) var results: ContiguousArray<GaugeResult> = []
    /// The processes that ``results`` tell apart.
    private(set) var pids: [Text] = []
    private(set) var values: ContiguousArray<Double> = []
    /// Of `mostrecent` gauges, when the value was set.
    private(set) var times: ContiguousArray<Double> = []

    init() {}

    /// Decides what becomes of every value of `files`, which are in the order of their names.
    init(_ files: [PlannedFile], _ catalogue: borrowing Catalogue) {
        var modes = ContiguousArray(repeating: GaugeMode.all, count: catalogue.families.count)
        for file in files {
            guard let layout = file.layout, let facts = file.facts, layout.kind == .gauge else { continue }
            for place in layout.places where place >= 0 { modes[catalogue.series[Int(place)].family] = facts.mode }
        }
        var numbers: [Text: Int] = [:]
        var merged = ContiguousArray(repeating: Int32(-1), count: catalogue.series.count)
        var apart: [GaugePart: Int32] = [:]
        for file in files {
            guard let layout = file.layout, let facts = file.facts, layout.kind == .gauge else { continue }
            let pid = numbers[facts.pid] ?? numbers.count
            numbers[facts.pid] = pid
            var steps: ContiguousArray<GaugeStep> = []
            steps.reserveCapacity(layout.count)
            for (record, place) in layout.places.enumerated() {
                guard place >= 0 else {
                    steps.append(GaugeStep(rule: .none))
                    continue
                }
                let series = Int(place)
                let mode = modes[catalogue.series[series].family]
                if mode == .all {
                    let part = GaugePart(series: series, pid: pid)
                    let result = apart[part] ?? add(GaugeResult(series: series, pid: pid))
                    apart[part] = result
                    steps.append(GaugeStep(rule: .set, result: result))
                    continue
                }
                if merged[series] >= 0 {
                    steps.append(GaugeStep(rule: GaugePlan.later(mode), result: merged[series]))
                } else if mode == .mostRecent, !(file.values[2 &* record &+ 1] > 0) {
                    steps.append(GaugeStep(rule: .unset))
                } else {
                    merged[series] = add(GaugeResult(series: series, pid: nil))
                    steps.append(GaugeStep(rule: GaugePlan.first(mode), result: merged[series]))
                }
            }
            file.steps = steps
        }
        pids = numbers.sorted { $0.value < $1.value }.map(\.key)
        values = ContiguousArray(repeating: 0, count: results.count)
        times = values
    }

    /// Merges the values of `file`; the files come in the order of their names. False when another gauge than before
    /// is the first that was set: then the plan has to be made anew.
    mutating func take(_ file: PlannedFile) -> Bool {
        var isGood = true
        values.withUnsafeMutableBufferPointer { values in
            times.withUnsafeMutableBufferPointer { times in
                file.values.withUnsafeBufferPointer { given in
                    file.steps.withUnsafeBufferPointer { steps in
                        isGood = GaugePlan.take(steps, given, values, times)
                    }
                }
            }
        }
        return isGood
    }

    private static func take(
        _ steps: UnsafeBufferPointer<GaugeStep>, _ given: UnsafeBufferPointer<Double>,
        _ values: UnsafeMutableBufferPointer<Double>, _ times: UnsafeMutableBufferPointer<Double>
    ) -> Bool {
        guard given.count == 2 &* steps.count else { return false }
        for (index, step) in steps.enumerated() {
            let value = given[2 &* index]
            let result = Int(step.result)
            // Every comparison with a NaN is false: one that came first stays, a later one is ignored.
            switch step.rule {
            case .set: values[result] = value
            case .begin: values[result] = GaugePlan.zero + value
            case .min: if value < values[result] { values[result] = value }
            case .max: if value > values[result] { values[result] = value }
            case .add: values[result] += value
            case .newer:
                let time = given[2 &* index &+ 1]
                guard times[result] < time else { continue }
                values[result] = value
                times[result] = time
            case .first:
                let time = given[2 &* index &+ 1]
                guard time > 0 else { return false }
                values[result] = value
                times[result] = time
            case .unset: if given[2 &* index &+ 1] > 0 { return false }
            case .none: break
            }
        }
        return true
    }

    /// Where sums begin.
    private static let zero = 0.0

    private mutating func add(_ result: GaugeResult) -> Int32 {
        results.append(result)
        return Int32(truncatingIfNeeded: results.count &- 1)
    }

    private static func first(_ mode: GaugeMode) -> GaugeStep.Rule {
        switch mode {
        case .sum: .begin
        case .mostRecent: .first
        default: .set
        }
    }

    private static func later(_ mode: GaugeMode) -> GaugeStep.Rule {
        switch mode {
        case .min: .min
        case .max: .max
        case .sum: .add
        case .mostRecent: .newer
        case .all: .set
        }
    }
}

private struct GaugePart: Hashable {
    var series: Int
    var pid: Int
}
