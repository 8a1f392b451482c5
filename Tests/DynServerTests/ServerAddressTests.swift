import Glibc
import Testing

@testable import DynServer

@Suite("Where a server listens")
struct ServerAddressTests {
    @Test(
        "an address is shown as something that can be opened",
        arguments: [
            ("127.0.0.1", "127.0.0.1", "http://127.0.0.1:9464"),
            ("localhost", "127.0.0.1", "http://127.0.0.1:9464"),
            ("0.0.0.0", "0.0.0.0", "http://127.0.0.1:9464"),
            ("::1", "::1", "http://[::1]:9464"),
            ("[::1]", "::1", "http://[::1]:9464"),
            ("::", "::", "http://[::1]:9464"),
            ("fe80::1%eth0", "fe80::1%eth0", "http://[fe80::1%25eth0]:9464"),
        ])
    func urls(given: String, host: String, url: String) throws {
        let address = try ServerAddress(host: given, port: 9464)
        #expect(address.host == host)
        #expect(address.url == url)
    }

    @Test(
        "a name is no address",
        arguments: [
            "", "example.org", "1.2.3", "127.1", "1.2.3.4.5", "::g", "127.0.0.1\0x", " ", "%", "::1%",
        ])
    func badHosts(host: String) {
        #expect(throws: ServerError.invalidHost(host)) { try ServerAddress(host: host, port: 0) }
    }

    @Test("ports go from 0 to 65535", arguments: [-1, 65536, Int.max, Int.min])
    func badPorts(port: Int) {
        #expect(throws: ServerError.invalidPort(port)) { try ServerAddress(host: "::1", port: port) }
    }

    @Test("errors name the wrong value and a right one")
    func texts() {
        let taken = ServerError.addressInUse(host: "127.0.0.1", port: 9464)
        let text = "cannot listen on 127.0.0.1:9464: the port is taken; choose another, or 0 for any free port"
        #expect("\(taken)" == text)
        #expect("\(ServerError.addressInUse(host: "::1", port: 1))".contains("[::1]:1"))
        #expect("\(ServerError.invalidHost("example.org"))".contains("\"example.org\""))
        #expect("\(ServerError.invalidPort(70000))".contains("70000"))
        #expect("\(ServerError.cannotBind(host: "127.0.0.1", port: 80, code: EACCES))".contains("above 1023"))
        #expect(taken.code == EADDRINUSE)
    }

    @Test(
        "dates are written as RFC 9110 asks",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (1_709_210_096, "Thu, 29 Feb 2024 12:34:56 GMT"),
        ])
    func dates(seconds: Int, expected: String) {
        #expect(HTTPDate.text(seconds) == expected)
    }

    @Test("a date beyond the calendar is none")
    func noDate() {
        #expect(HTTPDate.text(Int.max) == nil)
    }
}
