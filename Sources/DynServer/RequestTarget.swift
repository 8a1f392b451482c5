/// The target of a request taken apart: the path that is routed, and the query that goes to the scrape.

struct RequestTarget: Equatable {
    /// Raw, not percent-decoded: `/%6detrics` is not `/metrics`, and `..` means nothing here.
    var path: String
    /// Without the question mark; nil when there was none.
    let query: Substring?

    init(_ target: String) {
        let full = Self.afterAuthority(target) ?? target[...]
        let local = full.prefix { $0 != "#" }
        let parts = local.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.first ?? ""
        // `http://host` and `http://host?x` have an empty path, which means the root.
        self.path = path.isEmpty ? "/" : String(path)
        self.query = parts.count > 1 ? parts.last : nil
    }

    /// What follows the authority of `http://authority/path`; nil for any other form.
    private static func afterAuthority(_ target: String) -> Substring? {
        for scheme in ["http://", "https://"] where RequestHead.isSame(String(target.prefix(scheme.count)), scheme) {
            return target.dropFirst(scheme.count).drop { $0 != "/" && $0 != "?" && $0 != "#" }
        }
        return nil
    }

    /// The query as pairs in their order. `+` is a space, as forms and Go's `url.Values` write it.
    var pairs: [(name: String, value: String)] {
        guard let query else { return [] }
        return query.split(separator: "&").map { pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.decoded(halves.first ?? ""), Self.decoded(halves.count > 1 ? halves.last ?? "" : ""))
        }
    }

    /// Percent-decoded; a `%` that no two hex digits follow stays what it is, bytes that are no UTF-8 become U+FFFD.
    static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let high = nibble(rest.first), let low = nibble(rest.dropFirst().first) {
                bytes.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func nibble(_ byte: UInt8?) -> UInt8? {
        guard let byte else { return nil }
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return byte & 0x0f
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): return (byte & 0x0f) &+ 9
        default: return nil
        }
    }
}
