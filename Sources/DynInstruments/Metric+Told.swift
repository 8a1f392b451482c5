// What an info says, and which state a stateset is in. Cold; under the structure lock.

import CDynCells
import DynModel

extension Metric {
    /// Makes `labels` what this info says.
    package func setInfo(_ labels: [Label]) throws(MetricsError) {
        guard definition.type == .info else { throw .handle("'\(definition.name)' is no info") }
        try checkInfo(labels)
        withStructureLock {
            info = labels
            guard let child = children.first ?? nil else { return }
            children[0] = Child(child.values, child.cell, render(Metric.values(fromKey: child.values)))
        }
    }

    private func checkInfo(_ labels: [Label]) throws(MetricsError) {
        let fixed = owner.fixedLabels
        for (index, label) in labels.enumerated() {
            guard isUsableLabelName(label.name) else { throw .invalidLabelName(printable(label.name)) }
            guard label.value.isValidUTF8, !label.value.hasNUL else {
                throw .labelValue("'\(printable(label.value))' for label '\(label.name)' of '\(definition.name)'")
            }
            if labels[..<index].contains(where: { $0.name == label.name })
                || fixed.contains(where: { $0.name == label.name })
            {
                throw .duplicateLabel(label.name.string)
            }
        }
    }

    /// Sets one state on or off; with `alone`, all others off in the same moment.
    package func setState(_ state: Text, isOn: Bool, alone: Bool = false) throws(MetricsError) {
        guard definition.type == .stateset, definition.states.contains(state) else {
            throw .option(
                name: "state of \(definition.name)", value: printable(state),
                hint: "its states are \(definition.states.map { printable($0) }.joined(separator: ", "))")
        }
        withStructureLock {
            for case let child? in children {
                guard case .intGauge(let cell) = child.cell else { continue }
                if child.values == state { dyncells_set(cell, isOn ? 1 : 0) } else if alone { dyncells_set(cell, 0) }
            }
        }
    }

    func setFirst(_ value: UInt64) {
        if case .intGauge(let cell)?? = children.first.map({ $0?.cell }) { dyncells_set(cell, value) }
    }
}
