// A family whose text is kept between scrapes, for sources whose series change seldom and whose numbers change now and
// then. Warm: a scrape costs what has changed, and one copy of the text of each family in which something has.

import DynModel

/// A family with its samples, its text and its numbers.
package struct KeptFamily {
    package private(set) var family: Family
    private var text: Text
    /// Where in ``text`` the number of each sample stands.
    private var numbers: ContiguousArray<Range<Int>> = []
    private var changed: ContiguousArray<Int> = []

    /// The values of `family` are the first.
    package init(_ family: Family) {
        self.family = family
        self.family.hasPlainNames =
            isLegacyMetricName(family.name) && !family.samples.contains { mayHoldQuotedNames($0.labels.text) }
        text = TextWriter.write(family, numbers: &numbers)
        keep()
    }

    /// Gives the samples new values, of which `value` is asked for each by its number. True when one has changed.
    package mutating func update(_ value: (Int) -> Double) -> Bool {
        changed.removeAll(keepingCapacity: true)
        family.samples.withUnsafeBufferPointer { samples in
            for index in samples.indices {
                guard case .merged(let old) = samples[index].value else { continue }
                if old.bitPattern != value(index).bitPattern { changed.append(index) }
            }
        }
        if changed.isEmpty { return false }
        family.forgetRendered()
        var samples = family.samples
        family.samples = []
        for index in changed { samples[index].value = .merged(value(index)) }
        family.samples = samples
        render()
        keep()
        return true
    }

    /// The values that are new.
    package var news: some Sequence<Double> {
        changed.lazy.map { family.samples[$0].value.double }
    }

    private mutating func keep() {
        if numbers.count == family.samples.count { family.keep(rendered: text) }
    }

    /// The text with the numbers that have changed.
    private mutating func render() {
        guard numbers.count == family.samples.count else { return }
        var writer = ByteWriter(capacity: text.count &+ 26 &* changed.count)
        text.withBytes { old in
            var copied = 0
            var shift = 0
            var next = 0
            for index in changed {
                while next < index {
                    numbers[next] = KeptFamily.moved(numbers[next], by: shift)
                    next &+= 1
                }
                let number = numbers[index]
                writer.append(UnsafeRawBufferPointer(rebasing: old[copied..<number.lowerBound]))
                let start = writer.count
                writer.append(value: family.samples[index].value)
                numbers[index] = start..<writer.count
                shift = writer.count &- number.upperBound
                copied = number.upperBound
                next = index &+ 1
            }
            if shift != 0 {
                while next < numbers.count {
                    numbers[next] = KeptFamily.moved(numbers[next], by: shift)
                    next &+= 1
                }
            }
            writer.append(UnsafeRawBufferPointer(rebasing: old[copied...]))
        }
        text = writer.finish()
    }

    private static func moved(_ range: Range<Int>, by shift: Int) -> Range<Int> {
        (range.lowerBound &+ shift)..<(range.upperBound &+ shift)
    }
}
