// Taking series off the page by their labels: children of own metrics for good, series of sources for as long as they are
// hidden. Cold; looked at in each scrape only when something is hidden.

import DynInstruments
import DynModel

extension Node {
    /// Takes every child of a vec on this node or below off the page that has all of `labels`. Returns how many.
    ///
    /// Who still holds one may go on updating it, unseen. Metrics without variable labels stay.
    package func removeMatching(_ labels: [Label]) throws(MetricsError) -> Int {
        try check(labels, of: "remove_matching")
        let metrics = withStructureLock { place.subtreeLocked().flatMap(\.metrics) }
        return metrics.reduce(0) { $0 &+ $1.removeMatching(labels) }
    }

    /// Leaves series of sources on this node or below out of pages that have all of `labels`, from the next scrape on.
    package func hideMatching(_ labels: [Label]) throws(MetricsError) {
        try check(labels, of: "hide_matching")
        let sorted = labels.sorted { $0.name < $1.name }
        withStructureLock {
            if !place.hidden.contains(sorted) { place.hidden.append(sorted) }
        }
    }

    /// Shows again what ``hideMatching(_:)`` hid by the same labels on this node. Whether there was any.
    @discardableResult
    package func showMatching(_ labels: [Label]) throws(MetricsError) -> Bool {
        try check(labels, of: "show_matching")
        let sorted = labels.sorted { $0.name < $1.name }
        return withStructureLock {
            let before = place.hidden.count
            place.hidden.removeAll { $0 == sorted }
            return place.hidden.count < before
        }
    }

    private func check(_ labels: [Label], of what: String) throws(MetricsError) {
        if labels.isEmpty {
            throw .option(name: "labels of \(what)", value: "", hint: "give at least one, like {\"model\": \"llama\"}")
        }
        for (index, label) in labels.enumerated() where labels[..<index].contains(where: { $0.name == label.name }) {
            throw .duplicateLabel(printable(label.name))
        }
    }
}

/// What is hidden of one source.
struct HiddenSeries: Sendable {
    private let sets: [[Label]]

    /// Of a source on the node at `path`: what that node hides, and the nodes above it. Nil when they hide nothing. Lock held
    /// by the caller.
    init?(root: TreeNode, path: [Text]) {
        var sets: [[Label]] = []
        var node: TreeNode? = root
        while let current = node {
            sets += current.hidden
            node = current.children.first { $0.path.count <= path.count && path.starts(with: $0.path) }
        }
        if sets.isEmpty { return nil }
        self.sets = sets
    }

    /// Takes them out of `families`; a family that loses all goes whole.
    func hide(in families: [Family]) -> [Family] {
        families.compactMap { family in
            var family = family
            let count = family.samples.count
            family.samples.removeAll { isHidden($0.labels) }
            return family.samples.isEmpty && count > 0 ? nil : family
        }
    }

    private func isHidden(_ block: LabelBlock) -> Bool {
        let labels = block.labels
        return sets.contains { set in set.allSatisfy { labels.contains($0) } }
    }
}
