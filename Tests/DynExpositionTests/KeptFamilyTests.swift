import DynModel
import DynTestSupport
import Testing

@testable import DynExposition

@Suite("Families whose text is kept")
struct KeptFamilyTests {
    private func family(_ values: [Double]) -> Family {
        Family(
            name: "x", kind: .gauge, help: "Help",
            samples: values.enumerated().map { index, value in
                Sample(LabelBlock([Label("n", Text("\(index)"))]), .merged(value))
            })
    }

    @Test("the text is what the writer would write of the new values, whatever their lengths")
    func followsValues() {
        let pool = [0, 1, -1, 0.1, 1e6, 1234567.5, 1e-7, -0.0, 5e300, 99999, .infinity, .nan]
        var chance = SeededGenerator(seed: 7)
        var values = (0..<40).map { _ in pool.randomElement(using: &chance) ?? 0 }
        var kept = KeptFamily(family(values))
        #expect(kept.family.rendered == TextWriter.write([family(values)]))
        for _ in 0..<300 {
            let before = values
            for _ in 0..<Int.random(in: 0...5, using: &chance) {
                values[Int.random(in: 0..<values.count, using: &chance)] = pool.randomElement(using: &chance) ?? 0
            }
            let isNew = zip(before, values).contains { $0.bitPattern != $1.bitPattern }

            #expect(kept.update { values[$0] } == isNew)
            #expect(kept.family.rendered == TextWriter.write([family(values)]))
            #expect(TextWriter.write([kept.family]) == TextWriter.write([family(values)]))
        }
    }

    @Test("a page that was given away stays as it was")
    func leavesOldPages() {
        var kept = KeptFamily(family([1, 2]))
        let old = kept.family
        let text = TextWriter.write([old])

        #expect(kept.update { _ in 5 })

        #expect(TextWriter.write([old]) == text)
        #expect(old.samples.map(\.value.double) == [1, 2])
    }

    @Test(
        "whoever changes anything of the family gets a page without the old text",
        arguments: [
            { $0.name = "y" }, { $0.kind = .counter }, { $0.help = nil }, { $0.samples[1].value = .merged(9) },
            { $0.samples.removeLast() }, { $0.samples.swapAt(0, 1) },
        ] as [@Sendable (inout Family) -> Void])
    func forgetsWithChanges(change: @Sendable (inout Family) -> Void) {
        let kept = KeptFamily(family([1, 2]))
        var changed = kept.family
        var fresh = family([1, 2])

        change(&changed)
        change(&fresh)

        #expect(changed.rendered == nil)
        #expect(TextWriter.write([changed]) == TextWriter.write([fresh]))
        #expect(TextWriter.write([kept.family]) == TextWriter.write([family([1, 2])]))
    }

    @Test("samples that are not written in their order are written anew each time")
    func rendersTailsAnew() {
        var family = Family(
            name: "x", kind: .gaugehistogram,
            samples: [
                Sample(.empty, .merged(1), suffix: .gaugeCount),
                Sample(LabelBlock([Label("le", "+Inf")]), .merged(1), suffix: .bucket),
            ])
        var kept = KeptFamily(family)
        _ = kept.update { _ in 2 }
        for index in family.samples.indices { family.samples[index].value = .merged(2) }

        #expect(TextWriter.write([kept.family]) == TextWriter.write([family]))
    }
}
