// The commands themselves: each is a few calls of the library. Cold.

import DynConfiguration
import DynExposition
import DynMetrics
import DynModel
import DynMultiprocess
import DynRegistry

struct CheckCommand: Command {
    let name = "check"
    let options = [
        Options.Known(name: "--format", takesValue: true), Options.Known(name: "--lint", takesValue: false),
        Options.Known(name: "--compare", takesValue: false),
    ]

    func run(_ options: Options, _ streams: ToolStreams) throws(ToolError) -> Int32 {
        if options.has("--compare") { return try compare(options, streams) }
        let kind: PageFormat.Kind = try options.format(["text", "openmetrics"]) == "text" ? .text : .openMetrics
        let file = try options.onlyOperand("FILE")
        let page = try read(file, streams)
        let problems = ExpositionCheck.check(page, kind, lint: options.has("--lint"))
        let title = file == "-" ? "standard input" : file
        for problem in problems {
            let severity = problem.severity == .error ? "error" : "warning"
            streams.out(Text("\(title):\(problem.line):\(problem.column): \(severity): \(problem.message)\n"))
        }
        return problems.contains { $0.severity == .error } ? ExitStatus.bad : ExitStatus.well
    }
}

extension CheckCommand {
    private func compare(_ options: Options, _ streams: ToolStreams) throws(ToolError) -> Int32 {
        guard options.operands.count == 2 else {
            throw .usage("--compare takes two pages, OLD and NEW, got \(options.operands.count)")
        }
        if options.has("--lint") { throw .usage("--lint looks at one page; leave it out beside --compare") }
        var pages: [[Family]] = []
        for file in options.operands {
            var drops = DropTally()
            pages.append(readFamilies(try read(file, streams), drops: &drops))
            for (reason, count) in drops.counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                streams.err(
                    "dynmetrics check: \(file): not read: \(count) (\(reason.rawValue)): \(drops.examples[reason] ?? "")"
                )
            }
        }
        let losses = PageComparison.losses(from: pages[0], to: pages[1])
        for loss in losses { streams.out(Text("\(printable(loss.name)): \(loss.message)\n")) }
        return losses.isEmpty ? ExitStatus.well : ExitStatus.bad
    }
}

struct FilterCommand: Command {
    let name = "filter"
    let options = Options.filterOptions

    func run(_ options: Options, _ streams: ToolStreams) throws(ToolError) -> Int32 {
        let filter = try options.filter()
        let page = try read(options.onlyOperand("FILE"), streams)
        do throws(MetricsError) {
            streams.out(try Exposition.filter(page, filter))
        } catch {
            throw .failed(error.description)
        }
        return ExitStatus.well
    }
}

struct MergeCommand: Command {
    let name = "merge"
    let options = Options.filterOptions + [Options.Known(name: "--format", takesValue: true)]

    func run(_ options: Options, _ streams: ToolStreams) throws(ToolError) -> Int32 {
        let format = try options.format(["text", "openmetrics", "protobuf"])
        let filter = try options.filter()
        let path = try options.onlyOperand("DIR")
        do throws(MetricsError) {
            let (page, drops) = try Exposition.mergeMultiprocess(
                path, filter, format == "text" ? .text : format == "openmetrics" ? .openMetrics : .protobuf)
            streams.out(page)
            for (reason, count) in drops.counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                streams.err("dynmetrics merge: left out \(count) (\(reason.rawValue)): \(drops.examples[reason] ?? "")")
            }
        } catch {
            throw .failed(error.description)
        }
        return ExitStatus.well
    }
}

struct CompactCommand: Command {
    let name = "compact"
    let options = [Options.Known(name: "--stopped", takesValue: false)]

    func run(_ options: Options, _ streams: ToolStreams) throws(ToolError) -> Int32 {
        let path = try options.onlyOperand("DIR")
        do throws(CompactionError) {
            let report = try Compaction.run(path, assumesStopped: options.has("--stopped"))
            for reason in report.left { streams.err("dynmetrics compact: left \(reason)") }
            streams.out(Text("\(report.filesBefore) files became \(report.filesAfter)\n"))
        } catch {
            throw .failed(error.description)
        }
        return ExitStatus.well
    }
}

struct CheckConfigCommand: Command {
    let name = "check-config"
    let options: [Options.Known] = []

    func run(_ options: Options, _ streams: ToolStreams) throws(ToolError) -> Int32 {
        let file = try options.onlyOperand("FILE")
        let (_, problems) = Configuration.read(try read(file, streams))
        let title = file == "-" ? "standard input" : file
        for problem in problems {
            streams.out(Text("\(title):\(problem.line):\(problem.column): error: \(problem.message)\n"))
        }
        return problems.isEmpty ? ExitStatus.well : ExitStatus.bad
    }
}

struct ServeCommand: Command {
    static var version: String { libraryVersion }
    let name = "serve"
    let options =
        Options.filterOptions + [
            Options.Known(name: "--listen", takesValue: true), Options.Known(name: "--multiproc-dir", takesValue: true),
            Options.Known(name: "--scrape", takesValue: true), Options.Known(name: "--allow-remote", takesValue: false),
            Options.Known(name: "--fold-dead-writers", takesValue: false),
            Options.Known(name: "--config", takesValue: true),
        ]

    func run(_ options: Options, _ streams: ToolStreams) throws(ToolError) -> Int32 {
        if let extra = options.operands.first { throw .usage("'\(extra)' is not an option of serve") }
        let filter = try options.filter()
        let (host, port) = try options.address()
        let config = try options.single("--config")
        do throws(MetricsError) {
            let root = try Node()
            if let config { try root.configure(path: config) }
            for path in options.all("--multiproc-dir") {
                let source = SourceOptions(
                    filter: filter, added: .constantLabels, foldsDeadWriters: options.has("--fold-dead-writers"))
                _ = try root.addMultiprocessDirectory(path, source)
            }
            try addPages(to: root, options, filter)
            let server = try Serving.server(for: root, host: host, port: port)
            streams.out(Text("\(server.url)/metrics\n"))
            streams.waitForEnd()
            server.close()
        } catch {
            throw .failed(error.description)
        }
        return ExitStatus.well
    }
}

/// The pages that `--scrape` names, as sources of `root`.
func addPages(to root: Node, _ options: Options, _ filter: PageFilter) throws(MetricsError) {
    for url in options.all("--scrape") {
        _ = try root.addPageSource(
            url, SourceOptions(filter: filter, added: .constantLabels),
            allowsRemote: options.has("--allow-remote"))
    }
}

/// The whole of `file`, or of standard input for `-`.
func read(_ file: String, _ streams: ToolStreams) throws(ToolError) -> Text {
    do throws(MetricsError) {
        return file == "-" ? try streams.input() : try readFile(file)
    } catch {
        throw .failed(error.description)
    }
}
