// What queries that were written for one page would miss on another. Cold.

import DynModel

package enum PageComparison {
    /// Something that the old page has and the new one has not.
    package struct Loss: Equatable {
        /// The name of the samples, as queries spell it.
        package var name: Text
        package var message: String
    }

    /// What `new` lacks of `old`, by name: samples, types, label names, bucket bounds and quantiles; and label values
    /// that are there in another spelling (`prod_ns` for `prod-ns`). Other label values are not compared: they differ
    /// between two runs of one program.
    package static func losses(from old: [Family], to new: [Family]) -> [Loss] {
        let before = shapes(of: old)
        let after = shapes(of: new)
        var losses: [Loss] = []
        for (name, shape) in before.sorted(by: { $0.key < $1.key }) {
            func lose(_ message: String) { losses.append(Loss(name: name, message: message)) }
            guard let now = after[name] else {
                lose("is not there")
                continue
            }
            if let kind = shape.kind, let other = now.kind, "\(kind.textWord)" != "\(other.textWord)" {
                lose("was of type \(kind.textWord), is of type \(other.textWord)")
            }
            for (label, values) in shape.labels.sorted(by: { $0.key < $1.key }) {
                guard let others = now.labels[label] else {
                    lose("label '\(printable(label))' is not there; it was \(list(values))")
                    continue
                }
                compare(label, values.subtracting(others), others, lose)
            }
        }
        return losses
    }

    private static func compare(_ label: Text, _ gone: Set<Text>, _ others: Set<Text>, _ lose: (String) -> Void) {
        if label == "le" || label == "quantile" {
            let known = Set(others.map { readNumber($0) ?? .nan })
            let missing = gone.filter { !known.contains(readNumber($0) ?? .nan) }
            if !missing.isEmpty { lose("has no \(label) \(list(missing)); it has \(list(others))") }
            let spelled = gone.subtracting(missing)
            if !spelled.isEmpty { lose("spells \(label) \(list(spelled)) otherwise: \(list(others))") }
            return
        }
        for value in gone.sorted() {
            guard let other = others.sorted().first(where: { isSpelling($0, of: value) }) else { continue }
            lose("label '\(printable(label))' is '\(printable(other))', was '\(printable(value))'")
        }
    }

    /// Whether both are one value for those who write names only.
    private static func isSpelling(_ one: Text, of other: Text) -> Bool {
        guard let left = try? sanitizedLabelName(one), let right = try? sanitizedLabelName(other) else { return false }
        return left == right
    }

    // MARK: shapes

    private struct Shape {
        var kind: MetricKind?
        var labels: [Text: Set<Text>] = [:]
    }

    private static func shapes(of families: [Family]) -> [Text: Shape] {
        var shapes: [Text: Shape] = [:]
        for family in families {
            for sample in family.samples {
                let name = family.name.appending(Text("\(sample.suffix.text)"))
                var shape = shapes[name] ?? Shape(kind: family.kind)
                for label in sample.labels.labels where !label.value.isEmpty {
                    shape.labels[label.name, default: []].insert(label.value)
                }
                shapes[name] = shape
            }
        }
        return shapes
    }

    /// A few of `values` in quotes; bounds by number.
    private static func list(_ values: Set<Text>) -> String {
        let sorted = values.sorted {
            guard let left = readNumber($0), let right = readNumber($1) else { return $0 < $1 }
            return left < right
        }
        let shown = sorted.prefix(mostShown).map { "'\(printable($0))'" }.joined(separator: ", ")
        return sorted.count > mostShown ? "\(shown) and \(sorted.count - mostShown) more" : shown
    }

    private static let mostShown = 4
}
