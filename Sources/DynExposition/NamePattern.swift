// Names and label values that an operator means: as they stand, with * for any run of characters. Warm.

import DynModel

package struct NamePattern: Sendable, Equatable {
    package let text: Text
    /// What stands between the stars.
    private let pieces: [Text]

    package init(_ text: Text) {
        self.text = text
        var pieces: [Text] = []
        var start = 0
        let bytes = text.bytes
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "*") {
            pieces.append(text.slice(start, index))
            start = index &+ 1
        }
        pieces.append(text.slice(start, bytes.count))
        self.pieces = pieces
    }

    package var hasStar: Bool { pieces.count > 1 }

    package func matches(_ name: Text) -> Bool {
        guard let first = pieces.first, let last = pieces.last, hasStar else { return name == text }
        guard name.count >= first.count &+ last.count, name.hasPrefix(first), name.hasSuffix(last) else { return false }
        // The earliest place for each piece leaves most to those behind it.
        var at = first.count
        let end = name.count &- last.count
        for piece in pieces.dropFirst().dropLast() {
            while at &+ piece.count <= end, name.slice(at, at &+ piece.count) != piece { at &+= 1 }
            guard at &+ piece.count <= end else { return false }
            at &+= piece.count
        }
        return true
    }
}
