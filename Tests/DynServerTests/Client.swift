/// A client on plain sockets: it can send what no HTTP library would, and sees every byte that comes back.
import Glibc

final class Client {
    struct Failure: Error {
        let what: String
    }

    struct Response {
        var status: Int
        /// Names in lower case.
        var fields: [String: String]
        var body: String
    }

    private let descriptor: Int32
    private var received: [UInt8] = []

    /// `patience` is only there so that a broken server fails a test instead of hanging it.
    init(port: Int, patience: Int = 20, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var wait = timeval(tv_sec: patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let failed = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if failed != 0 { throw Failure(what: "connect: \(errno)") }
    }

    deinit { Glibc.close(descriptor) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { throw Failure(what: "send: \(errno)") }
            sent += count
        }
    }

    /// As `send`, for a server that may hang up in the middle.
    func sendAsMuchAsPossible(_ text: String) { try? send(text) }

    /// Says that no more will come; what is due can still be received.
    func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// One response, whole. `isHead`: no body follows whatever `Content-Length` says.
    func response(isHead: Bool = false) throws -> Response {
        while true {
            if let end = headEnd {
                let head = String(decoding: received[..<end], as: UTF8.self)
                received.removeFirst(end + 4)
                return try response(head, isHead: isHead)
            }
            guard try fill() else { throw Failure(what: "closed before a response, after \(received.count) bytes") }
        }
    }

    /// Everything until the server hangs up.
    func rest() throws -> String {
        while try fill() {}
        defer { received = [] }
        return String(decoding: received, as: UTF8.self)
    }

    /// True once the server has hung up, in whatever way.
    func isHungUp() -> Bool {
        do { return try !fill() } catch { return (error as? Failure)?.what == "receive: \(ECONNRESET)" }
    }

    private var headEnd: Int? {
        guard received.count >= 4 else { return nil }
        return (0...(received.count - 4)).first { received[$0..<($0 + 4)].elementsEqual([13, 10, 13, 10]) }
    }

    private func response(_ head: String, isHead: Bool) throws -> Response {
        let lines = head.split(separator: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words[0] == "HTTP/1.1", let status = Int(words[1]) else { throw Failure(what: "bad head: \(head)") }
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            fields[parts[0].lowercased()] = parts[1].drop { $0 == " " }.description
        }
        let length = isHead || status == 100 ? 0 : Int(fields["content-length"] ?? "0") ?? 0
        while received.count < length {
            guard try fill() else { throw Failure(what: "closed after \(received.count) of \(length) bytes") }
        }
        let body = String(decoding: received[..<length], as: UTF8.self)
        received.removeFirst(length)
        return Response(status: status, fields: fields, body: body)
    }

    /// False at the end.
    private func fill() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0 { throw Failure(what: "receive: \(errno)") }
        received += buffer[..<count]
        return count > 0
    }
}

extension Client {
    /// One request on a connection of its own.
    static func get(_ path: String, port: Int, method: String = "GET", fields: String = "") throws -> Response {
        let client = try Client(port: port)
        try client.send("\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n")
        return try client.response(isHead: method == "HEAD")
    }
}
