/// How a request's body is framed, which decides where the next request begins.

enum BodyFraming: Equatable {
    case none
    case length(Int)
    case chunked
    /// Two framings, an unknown coding, a length that is no number: the classic ways to smuggle a request.
    case broken

    init(_ head: RequestHead) {
        let codings = head.values(of: "transfer-encoding")
        let lengths = head.values(of: "content-length")
        switch (codings.count, lengths.count) {
        case (0, 0):
            self = .none
        case (0, 1):
            self = lengths.first.flatMap(Self.length).map(BodyFraming.length) ?? .broken
        case (1, 0):
            let isChunked = codings.first.map { RequestHead.isSame($0, "chunked") } ?? false
            self = isChunked && head.minorVersion > 0 ? .chunked : .broken
        default:
            self = .broken
        }
    }

    /// Digits only: `Int` would take a sign too.
    private static func length(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text) ?? Int.max
    }
}
