// A key's labels as they will stand on the page: sorted by name, escaped, with a gap where one more label goes. Warm.
//
// Names that text 0.0.4 cannot carry get an underscore per illegal character, as generate_latest writes them; labels
// are sorted by the names they had before.

import DynModel

/// Renders one key's labels after the other into the same memory.
struct LabelRendering: ~Copyable {
    /// The labels in wire form, without the label that is set apart.
    private(set) var block: ContiguousArray<UInt8> = []
    /// Where in ``block`` the label that is set apart belongs: in front of a comma, or at either end.
    private(set) var gap = 0
    /// The value that the key itself has for the label that is set apart.
    private(set) var apart: Range<Int>?

    init() {}

    /// Renders the labels of `key`, leaving out `name`. False when two labels would have one name.
    mutating func render(_ key: borrowing KeyReader, settingApart name: StaticString?) -> Bool {
        block.removeAll(keepingCapacity: true)
        apart = nil
        var gap: Int?
        var isRenamed = false
        let labels = LabelRendering.sorted(key)
        for label in labels {
            if label.name.isEmpty { return false }
            let order = if let name { key.order(label.name, name) } else { -1 }
            if order == 0 {
                apart = label.value
                continue
            }
            if order > 0, gap == nil { gap = block.count }
            if !block.isEmpty { block.append(UInt8(ascii: ",")) }
            if !key.appendName(label.name, to: &block) { isRenamed = true }
            block.append(UInt8(ascii: "="))
            block.append(UInt8(ascii: "\""))
            key.with(label.value) { appendEscaped($0) }
            block.append(UInt8(ascii: "\""))
        }
        self.gap = gap ?? block.count
        return !isRenamed || hasDistinctNames(key, labels)
    }

    /// The labels by name; of labels with one name the last, which is the one that a JSON reader keeps.
    private static func sorted(_ key: borrowing KeyReader) -> ContiguousArray<KeyLabel> {
        let labels = key.labels
        var isSorted = true
        for index in labels.indices.dropFirst() where !key.isLess(labels[index &- 1].name, labels[index].name) {
            isSorted = false
        }
        if isSorted { return labels }
        // Rare, and never long: json.dumps sorts them.
        var sorted: ContiguousArray<KeyLabel> = []
        for label in labels {
            var low = 0
            var high = sorted.count
            while low < high {
                let middle = (low &+ high) / 2
                if key.isLess(sorted[middle].name, label.name) { low = middle &+ 1 } else { high = middle }
            }
            if low < sorted.count, key.isEqual(sorted[low].name, label.name) {
                sorted[low] = label
            } else {
                sorted.insert(label, at: low)
            }
        }
        return sorted
    }

    private mutating func appendEscaped(_ value: UnsafeRawBufferPointer) {
        var plain = 0
        for index in 0..<value.count {
            let byte = value[index]
            switch byte {
            case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "\n"): break
            default: continue
            }
            block.append(contentsOf: UnsafeRawBufferPointer(rebasing: value[plain..<index]))
            block.append(UInt8(ascii: "\\"))
            block.append(byte == UInt8(ascii: "\n") ? UInt8(ascii: "n") : byte)
            plain = index &+ 1
        }
        block.append(contentsOf: UnsafeRawBufferPointer(rebasing: value[plain...]))
    }

    private func hasDistinctNames(_ key: borrowing KeyReader, _ labels: ContiguousArray<KeyLabel>) -> Bool {
        var names: Set<ContiguousArray<UInt8>> = []
        for label in labels {
            var name: ContiguousArray<UInt8> = []
            _ = key.appendName(label.name, to: &name)
            if !names.insert(name).inserted { return false }
        }
        return true
    }
}
