// Joins a runtime and the server: where to listen, what to answer. One server per address and runtime.

import CDynSupport
import DynExposition
import DynModel
import DynRegistry
import DynServer
import DynSources

#if canImport(Glibc)
import Glibc
#endif

package enum Serving {
    /// A server for the page of `root`; the one that is running when it has this address already.
    package static func server(for root: Node, host: String?, port: Int?) throws(MetricsError) -> HTTPServer {
        guard root.place.level == .runtime else {
            throw .wrongNode("\(root.place.title) cannot serve; call serve on the runtime, whose page has every node's")
        }
        let wanted = try wantedAddress(host, port)
        while !table.claim(root.runtime, wanted) { usleep(1000) }  // another thread starts it, which takes a moment
        defer { table.giveBack(root.runtime, wanted) }
        if let running = table.find(root.runtime, wanted) { return running }
        root.runtime.becomeOwnWorker()
        let server: HTTPServer
        // A fork while the first server of a process comes up would leave the child with half of the Swift runtime's
        // first use of it.
        dynsupport_hold_forks()
        defer { dynsupport_let_forks() }
        do throws(ServerError) {
            server = try HTTPServer.start(configuration(root, wanted))
        } catch {
            switch error {
            case .invalidHost, .invalidPort: throw .invalidAddress(error.description)
            default: throw .address(error.description)
            }
        }
        root.runtime.expectResponses([200, 500, 503])
        table.add(server, root.runtime, wanted)
        return server
    }

    // MARK: where

    struct Address: Equatable {
        var host: String
        var port: Int
    }

    /// The arguments, else the environment, else 127.0.0.1 and any free port.
    private static func wantedAddress(_ host: String?, _ port: Int?) throws(MetricsError) -> Address {
        var fromEnvironment: Int?
        if port == nil, let value = Environment.value("DYN_SYSTEM_PORT") {
            guard let number = Int(value), number <= 65535 else {
                throw .environment(
                    variable: "DYN_SYSTEM_PORT", value: value, hint: "give a port from 0 to 65535, 0 for any free one")
            }
            fromEnvironment = number >= 0 ? number : nil  // upstream's -1: not set
        }
        if let host = host ?? Environment.value("DYN_SYSTEM_HOST") {
            return Address(host: host, port: port ?? fromEnvironment ?? 0)
        }
        guard let fromEnvironment else { return Address(host: "127.0.0.1", port: port ?? 0) }
        Log.once(
            .warning, cause: "bind all",
            "DYN_SYSTEM_PORT is set and DYN_SYSTEM_HOST is not: serving on 0.0.0.0, "
                + "open to the network; set DYN_SYSTEM_HOST=127.0.0.1 to keep it on this machine")
        return Address(host: "0.0.0.0", port: fromEnvironment)
    }

    // MARK: what

    /// The same for a server of somebody else, which knows where it listens.
    static func mountedConfiguration(_ root: Node) -> ServerConfiguration {
        configuration(root, Address(host: "", port: 0))
    }

    private static func configuration(_ root: Node, _ wanted: Address) -> ServerConfiguration {
        let runtime = root.runtime
        return ServerConfiguration(
            host: wanted.host, port: wanted.port,
            healthPath: Environment.value("DYN_SYSTEM_HEALTH_PATH") ?? "/health",
            livePath: Environment.value("DYN_SYSTEM_LIVE_PATH") ?? "/live",
            scrape: { request in
                let deadline = ScrapeOptions.deadline(runtime.deadline, scraperTimeout: request.scrapeTimeout)
                let format = PageFormat.negotiated(request.accept)
                let names = request.query.filter { $0.name == "name[]" }.map(\.value)
                let page = root.page(
                    format,
                    ScrapeOptions(
                        deadline: deadline, names: names.isEmpty ? nil : NameSelection(names)))
                return ScrapeResponse(status: 200, contentType: format.contentType, body: Body(page))
            },
            health: {
                let (isReady, json) = runtime.health()
                return HealthReport(isReady: isReady, json: json.bytes)
            },
            onResponse: { runtime.countResponse($0) }
        )
    }

    // MARK: which run

    private static let table = Table()

    /// The servers of this process that run. A server keeps its runtime. Guarded by the structure lock.
    private final class Table: @unchecked Sendable {
        private struct Entry {
            var server: HTTPServer
            var runtime: ObjectIdentifier
            var wanted: Address
        }

        private var entries: [Entry] = []
        /// Addresses that a thread is about to serve, so that no other tries them too.
        private var claims: [(runtime: ObjectIdentifier, wanted: Address)] = []
        private var generation: UInt64 = 0

        /// False while another thread has this address.
        func claim(_ runtime: Runtime, _ wanted: Address) -> Bool {
            withStructureLock {
                forgetParentsLocked()
                let runtime = ObjectIdentifier(runtime)
                if claims.contains(where: { $0.runtime == runtime && $0.wanted == wanted }) { return false }
                claims.append((runtime, wanted))
                return true
            }
        }

        func giveBack(_ runtime: Runtime, _ wanted: Address) {
            withStructureLock {
                claims.removeAll { $0.runtime == ObjectIdentifier(runtime) && $0.wanted == wanted }
            }
        }

        func find(_ runtime: Runtime, _ wanted: Address) -> HTTPServer? {
            var ended: [Entry] = []
            let found = withStructureLock { () -> HTTPServer? in
                forgetParentsLocked()
                let all = entries
                entries = all.filter(\.server.isOpen)
                ended = all
                return entries.first { entry in
                    let isBound =
                        wanted.port != 0 && entry.server.port == wanted.port
                        && entry.wanted.host == wanted.host
                    return entry.runtime == ObjectIdentifier(runtime) && (isBound || entry.wanted == wanted)
                }?.server
            }
            _ = ended  // let go outside the lock
            return found
        }

        func add(_ server: HTTPServer, _ runtime: Runtime, _ wanted: Address) {
            withStructureLock {
                forgetParentsLocked()
                entries.append(Entry(server: server, runtime: ObjectIdentifier(runtime), wanted: wanted))
            }
        }

        /// In a forked child the parent's servers do not exist. What is left of them must not be taken apart here: the
        /// threads that it belongs to are not there.
        private func forgetParentsLocked() {
            let now = dynsupport_fork_generation()
            guard now != generation else { return }
            generation = now
            for entry in entries { _ = Unmanaged.passRetained(entry.server) }
            entries = []
            claims = []
        }
    }
}

extension Body {
    /// The memory of `text` itself.
    convenience init(_ text: Text) {
        self.init(text.memory.bytes, of: text.memory.owner)
    }
}
