// The rules by which one gauge's values in several processes become one, or stay apart. Warm.
//
// The mode of a gauge is that of the last file that has it, so nothing can be merged before all files are read.

import DynModel

/// A gauge's value in one file.
struct GaugeReading {
    var series: Int
    /// Number of the file among the ``GaugeFile``s.
    var file: Int
    var value: Double
    /// Seconds since 1970; 0 when the value was never set with one.
    var time: Double
}

/// What the name of a gauge file says, the pid as a number.
struct GaugeFile {
    var mode: GaugeMode
    var pid: Int
}

/// A gauge's value on the page.
struct GaugeResult {
    var series: Int
    /// Nil where the processes became one.
    var pid: Int?
    var value: Double
    var time: Double
}

/// Merges `readings`, which are in the order of the files and, within a file, of its records. The results are in the
/// order in which each came into being.
func mergeGauges(
    _ readings: ContiguousArray<GaugeReading>, files: [GaugeFile], catalogue: borrowing Catalogue
) -> ContiguousArray<GaugeResult> {
    var modes = ContiguousArray(repeating: GaugeMode.all, count: catalogue.families.count)
    for reading in readings { modes[catalogue.series[reading.series].family] = files[reading.file].mode }

    var merge = GaugeMerge(seriesCount: catalogue.series.count)
    for reading in readings {
        let mode = modes[catalogue.series[reading.series].family]
        merge.add(reading, mode: mode, pid: files[reading.file].pid)
    }
    return merge.results
}

private struct GaugeMerge {
    private struct Part: Hashable {
        var series: Int
        var pid: Int
    }

    private(set) var results: ContiguousArray<GaugeResult> = []
    /// Per series, its result; -1 while it has none.
    private var merged: ContiguousArray<Int>
    private var apart: [Part: Int] = [:]

    init(seriesCount: Int) {
        merged = ContiguousArray(repeating: -1, count: seriesCount)
    }

    mutating func add(_ reading: GaugeReading, mode: GaugeMode, pid: Int) {
        if mode == .all { return keep(reading, pid: pid) }
        let number = merged[reading.series]
        guard number >= 0 else { return begin(reading, mode) }
        // Every comparison with a NaN is false: one that came first stays, a later one is ignored.
        switch mode {
        case .min: if reading.value < results[number].value { results[number].value = reading.value }
        case .max: if reading.value > results[number].value { results[number].value = reading.value }
        case .sum: results[number].value += reading.value
        default:
            guard results[number].time < reading.time else { return }
            results[number].value = reading.value
            results[number].time = reading.time
        }
    }

    private mutating func begin(_ reading: GaugeReading, _ mode: GaugeMode) {
        // Never set: left out.
        if mode == .mostRecent, !(reading.time > 0) { return }
        merged[reading.series] = results.count
        // Sums begin at 0, so that -0.0 alone gives 0.0.
        let value = mode == .sum ? 0 + reading.value : reading.value
        results.append(GaugeResult(series: reading.series, pid: nil, value: value, time: reading.time))
    }

    private mutating func keep(_ reading: GaugeReading, pid: Int) {
        let part = Part(series: reading.series, pid: pid)
        if let number = apart[part] {
            results[number].value = reading.value
        } else {
            apart[part] = results.count
            results.append(GaugeResult(series: reading.series, pid: pid, value: reading.value, time: reading.time))
        }
    }
}
