// Families that come at every scrape with other values: read, filtered and labelled once, then only given values. Warm.

import DynExposition
import DynModel

/// What a text made once: its families as they stand on the page, and which value goes where.
package final class FamilyTemplate: Sendable {
    /// How many values ``FamilyEmitter/emit(_:_:)`` takes: one for each sample line of the text.
    package let valueCount: Int
    /// How many series pass the filter.
    package let series: Int
    /// The `line` of a sample is the index of its value.
    let families: [Family]
    /// What the text lost, told anew with every use as a text callback's would be.
    let drops: DropTally
    let tally: FilterTally

    /// Reads `text` (0.0.4) as that of a text callback with this filter.
    package init(_ text: Text, filter: PageFilter, budget: PageBudget) {
        var drops = DropTally()
        let lines = TextReader.read(text, budget: PageBudget(bytes: .max, series: budget.series), drops: &drops)
        var tally = FilterTally()
        var families = filter.apply(lines, matching: .lines, tally: &tally)
        prepareForServing(&families, drops: &drops)
        var unique = PageMerge()
        unique.add(families, isUnique: false, drops: &drops)
        families = unique.finish()

        let numbers = sampleNumbers(of: text)
        valueCount = numbers.count
        series = families.reduce(0) { $0 &+ $1.samples.count }
        for family in families.indices {
            for sample in families[family].samples.indices {
                let line = Int(families[family].samples[sample].line)
                families[family].samples[sample].line = line < numbers.ofLine.count ? numbers.ofLine[line] : 0
                families[family].samples[sample].value = .merged(0)
            }
        }
        self.families = families
        self.drops = drops
        self.tally = tally
    }

    /// The families with these values, of which there are ``valueCount``.
    func families(with values: UnsafeBufferPointer<Double>) -> [Family] {
        families.map { family in
            var family = family
            let shared = family.samples
            family.samples = Array(unsafeUninitializedCapacity: shared.count) { memory, count in
                count = memory.initialize(fromContentsOf: shared)
                for place in 0..<count {
                    let index = Int(memory[place].line)
                    if index < values.count { memory[place].value = .merged(values[index]) }
                    memory[place].line = 0
                }
            }
            return family
        }
    }
}

/// How many samples `text` has, and for each of its lines, counted from 1, which one stands there.
private func sampleNumbers(of text: Text) -> (count: Int, ofLine: [UInt32]) {
    var count = 0
    var ofLine: [UInt32] = [0]
    text.withBytes { bytes in
        var at = 0
        while at < bytes.count {
            ofLine.append(UInt32(truncatingIfNeeded: count))
            while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x09 { at &+= 1 }
            if at < bytes.count, bytes[at] != 0x0A, bytes[at] != UInt8(ascii: "#") { count &+= 1 }
            while at < bytes.count, bytes[at] != 0x0A { at &+= 1 }
            at &+= 1
        }
    }
    return (count, ofLine)
}
