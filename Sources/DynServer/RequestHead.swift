/// The request line and header fields as plain values, so that routing can be tested without a socket.

struct RequestHead {
    var method: String
    /// As sent: `/metrics?x=1`, `http://host/metrics`, `*`.
    var target: String
    /// 0 for HTTP/1.0, 1 for HTTP/1.1.
    var minorVersion = 1
    var fields: [(name: String, value: String)] = []

    /// Every value of a field, in order. Names are compared without case.
    func values(of name: String) -> [String] {
        fields.compactMap { Self.isSame($0.name, name) ? $0.value : nil }
    }

    /// Compares ASCII without case; `uppercased()` would change other letters too.
    static func isSame(_ left: String, _ right: String) -> Bool {
        left.utf8.elementsEqual(right.utf8) { lowered($0) == lowered($1) }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
