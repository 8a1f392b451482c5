// Adds the same labels to every sample of a page: once rendered, merged into each block by one walk. Warm.

import DynModel

/// Labels ready to be put among those of a sample. A label that the sample has already stays as it is.
struct LabelInjection: Sendable {
    private let labels: [Label]
    /// Sorted by name, each rendered.
    private let pieces: [(name: Text, rendered: Text)]

    init(_ labels: [Label]) {
        self.labels = labels
        pieces = labels.sorted { $0.name < $1.name }.map { ($0.name, LabelBlock([$0]).text) }
    }

    func apply(to families: inout [Family]) {
        if pieces.isEmpty { return }
        let size = families.reduce(0) { sum, family in
            family.samples.reduce(sum) { $0 &+ $1.labels.text.count }
        }
        let added = pieces.reduce(0) { $0 &+ $1.rendered.count &+ 1 }
        let count = families.reduce(0) { $0 &+ $1.samples.count }

        // All blocks go into one buffer; each sample then gets its slice.
        var buffer = ByteWriter(capacity: size &+ added &* count)
        var ends: [Int] = []
        ends.reserveCapacity(count)
        for family in families {
            for sample in family.samples {
                let start = buffer.count
                if !merge(sample.labels.text, into: &buffer) {
                    buffer.truncate(to: start)
                    buffer.append(sample.labels.adding(labels).text)
                }
                ends.append(buffer.count)
            }
        }
        if buffer.isTruncated { return }
        let all = buffer.finish()
        var next = 0
        var start = 0
        for family in families.indices {
            for sample in families[family].samples.indices where next < ends.count {
                families[family].samples[sample].labels = LabelBlock(rendered: all.slice(start, ends[next]))
                start = ends[next]
                next &+= 1
            }
        }
    }

    /// False when the block is not sorted or has quoted names: then it must be taken apart.
    private func merge(_ block: Text, into buffer: inout ByteWriter) -> Bool {
        block.withBytes { bytes in
            let start = buffer.count
            var at = 0
            var piece = 0
            var previous = UnsafeRawBufferPointer(start: nil, count: 0)
            func separate(_ buffer: inout ByteWriter) {
                if buffer.count > start { buffer.append(UInt8(ascii: ",")) }
            }
            while at < bytes.count {
                let labelStart = at
                while at < bytes.count, bytes[at] != UInt8(ascii: "=") { at &+= 1 }
                let name = UnsafeRawBufferPointer(rebasing: bytes[labelStart..<at])
                guard let first = name.first, first != UInt8(ascii: "\"") else { return false }
                if !previous.isEmpty, order(previous, name) >= 0 { return false }
                previous = name
                at &+= 2  // =, "
                while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
                    at &+= bytes[at] == UInt8(ascii: "\\") ? 2 : 1
                }
                at = min(at &+ 1, bytes.count)
                while piece < pieces.count {
                    let relation = pieces[piece].name.withBytes { order($0, name) }
                    if relation > 0 { break }
                    if relation < 0 {
                        separate(&buffer)
                        buffer.append(pieces[piece].rendered)
                    }
                    piece &+= 1
                }
                separate(&buffer)
                buffer.append(UnsafeRawBufferPointer(rebasing: bytes[labelStart..<at]))
                at &+= 1  // the comma
            }
            while piece < pieces.count {
                separate(&buffer)
                buffer.append(pieces[piece].rendered)
                piece &+= 1
            }
            return true
        }
    }
}

/// Less than, equal to or greater than 0, as the bytes of `first` stand to those of `second`.
private func order(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Int {
    let shared = Int(compareBytes(first, second, min(first.count, second.count)))
    return shared != 0 ? shared : first.count &- second.count
}
