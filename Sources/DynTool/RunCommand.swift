// Runs a program as a child, with a multiprocess directory that is there before it starts, and serves what it writes. Cold.

import CDynSupport
import DynMetrics
import DynModel
import DynMultiprocess
import DynRegistry
import DynServer

#if canImport(Glibc)
import Glibc
#endif

struct RunCommand: Command {
    let name = "run"
    let options =
        Options.filterOptions + [
            Options.Known(name: "--listen", takesValue: true), Options.Known(name: "--multiproc-dir", takesValue: true),
            Options.Known(name: "--scrape", takesValue: true), Options.Known(name: "--allow-remote", takesValue: false),
        ]

    func run(_ options: Options, _ streams: ToolStreams) throws(ToolError) -> Int32 {
        guard let title = options.operands.first else {
            throw .usage("PROGRAM is missing; write it behind --, like: dynmetrics run -- python serve.py")
        }
        let filter = try options.filter()
        let (host, port) = try options.address()
        let given = try options.single("--multiproc-dir")
        dynsupport_child_signals()  // before any thread
        if isSwitchedOff { return child(options.operands, streams) }

        let directory: String
        if let given { directory = try made(given) } else { directory = try fresh() }
        defer { if given == nil { remove(directory, streams) } }
        if let inherited = Environment.value(variable), inherited != directory {
            streams.err(
                "dynmetrics run: \(variable) is \(directory) for \(title); "
                    + "--multiproc-dir \(inherited) leaves it as it was")
        }
        setenv(variable, directory, 1)
        let server: HTTPServer
        do throws(MetricsError) {
            let root = try Node()
            // What ended since the last scrape has no live gauges any more; nobody else may say so for it.
            _ = root.onScrape { LiveGauges.removeOfTheDead(in: directory) }
            _ = try root.addMultiprocessDirectory(
                directory,
                SourceOptions(
                    name: "multiprocess", filter: filter, added: .constantLabels, foldsDeadWriters: true))
            try addPages(to: root, options, filter)
            server = try Serving.server(for: root, host: host ?? "127.0.0.1", port: port ?? 0)
        } catch {
            throw .failed(error.description)
        }
        defer { server.close() }
        streams.err("dynmetrics run: \(server.url)/metrics")
        return child(options.operands, streams)
    }

    // MARK: the program

    /// Runs it to its end; what a shell would say of it.
    private func child(_ program: [String], _ streams: ToolStreams) -> Int32 {
        var arguments: [UnsafeMutablePointer<CChar>?] = program.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var pid: Int32 = 0
        let failed = arguments.withUnsafeBufferPointer { dynsupport_child_start($0.baseAddress, &pid) }
        if failed == 0 { return dynsupport_child_wait(pid) }
        streams.err("dynmetrics run: cannot run '\(program.first ?? "")': \(String(cString: strerror(failed)))")
        return failed == ENOENT ? ExitStatus.notFound : ExitStatus.notRun
    }

    /// Whether DYNMETRICS_DISABLE says that nothing is to be served: the program runs as if without us.
    private var isSwitchedOff: Bool {
        let words = Environment.value("DYNMETRICS_DISABLE")?.lowercased().split(separator: ",") ?? []
        return words.contains { ["1", "true", "yes", "on", "all", "server"].contains($0) }
    }

    // MARK: its directory

    private let variable = "PROMETHEUS_MULTIPROC_DIR"

    private func made(_ path: String) throws(ToolError) -> String {
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw .failed("cannot make '\(path)': \(String(cString: strerror(errno)))")
        }
        return path
    }

    private func fresh() throws(ToolError) -> String {
        let folder = Environment.value("TMPDIR") ?? "/tmp"
        guard let path = strdup("\(folder)/dynmetrics-run-XXXXXX") else { throw .failed("there is no memory") }
        defer { free(path) }
        guard mkdtemp(path) != nil else {
            throw .failed(
                "cannot make a folder in '\(folder)': \(String(cString: strerror(errno))); TMPDIR names another")
        }
        return String(cString: path)
    }

    private func remove(_ path: String, _ streams: ToolStreams) {
        if dynsupport_remove_tree(path) != 0 { streams.err("dynmetrics run: something is left in '\(path)'") }
    }
}
