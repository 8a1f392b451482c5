// The `dynmetrics` command as a function: reads its arguments, does the work, says what went wrong. Cold.

import DynModel

/// Where the command reads and writes. Tests give their own.
package struct ToolStreams {
    package var out: (Text) -> Void
    package var err: (String) -> Void
    /// All of standard input.
    package var input: () throws(MetricsError) -> Text
    /// Blocks until the process is asked to end.
    package var waitForEnd: () -> Void

    package init(
        out: @escaping (Text) -> Void, err: @escaping (String) -> Void,
        input: @escaping () throws(MetricsError) -> Text, waitForEnd: @escaping () -> Void
    ) {
        self.out = out
        self.err = err
        self.input = input
        self.waitForEnd = waitForEnd
    }
}

/// The exit statuses.
enum ExitStatus {
    static let well: Int32 = 0
    /// The page is not valid; a file, directory or port cannot be used.
    static let bad: Int32 = 1
    static let usage: Int32 = 2
    /// As shells have it: a program that cannot be run, and one that is not there.
    static let notRun: Int32 = 126
    static let notFound: Int32 = 127
}

package enum Tool {
    /// Runs the command with `arguments`, its own name left out.
    ///
    /// - Returns: 0 well, 1 invalid or unreadable, 2 wrong usage.
    package static func run(_ arguments: [String], _ streams: ToolStreams) -> Int32 {
        guard let name = arguments.first else {
            streams.err(usage)
            return ExitStatus.usage
        }
        let rest = Array(arguments.dropFirst())
        switch name {
        case "check": return run(CheckCommand(), rest, streams)
        case "check-config": return run(CheckConfigCommand(), rest, streams)
        case "merge": return run(MergeCommand(), rest, streams)
        case "filter": return run(FilterCommand(), rest, streams)
        case "compact": return run(CompactCommand(), rest, streams)
        case "catalog": return run(CatalogCommand(), rest, streams)
        case "serve": return run(ServeCommand(), rest, streams)
        case "sources": return run(SourcesCommand(), rest, streams)
        case "run": return run(RunCommand(), rest, streams)
        case "help", "--help", "-h":
            streams.out(Text(usage + "\n"))
            return ExitStatus.well
        case "version", "--version":
            streams.out(Text("dynmetrics \(ServeCommand.version)\n"))
            return ExitStatus.well
        default:
            let known = "check, check-config, merge, filter, compact, serve, run, sources or catalog"
            streams.err("dynmetrics: no command '\(name)'; use \(known)\n" + usage)
            return ExitStatus.usage
        }
    }

    private static func run(_ command: some Command, _ arguments: [String], _ streams: ToolStreams) -> Int32 {
        let own = arguments.prefix { $0 != "--" }  // what is behind is of files and programs
        if own.contains("--help") || own.contains("-h") {
            streams.out(Text(usage + "\n"))
            return ExitStatus.well
        }
        do throws(ToolError) {
            let options = try Options(arguments, known: command.options)
            return try command.run(options, streams)
        } catch {
            switch error {
            case .usage(let reason):
                streams.err("dynmetrics \(command.name): \(reason)\n\(usage)")
                return ExitStatus.usage
            case .failed(let reason):
                streams.err("dynmetrics \(command.name): \(reason)")
                return ExitStatus.bad
            }
        }
    }

    static let usage = """
        usage: dynmetrics check  [--format text|openmetrics] [--lint] FILE|-
               dynmetrics check  --compare OLD NEW
               dynmetrics check-config FILE|-
               dynmetrics merge  DIR    [--include P]… [--exclude P]… [--add-prefix P] [--label K=V]…
                             [--format text|openmetrics]
               dynmetrics filter FILE|- [--include P]… [--exclude P]… [--add-prefix P] [--label K=V]…
               dynmetrics compact [--stopped] DIR
               dynmetrics serve  [--listen HOST:PORT] [--multiproc-dir DIR]… [--fold-dead-writers] [--scrape URL]…
                             [--allow-remote] [--config FILE] [filter options]
               dynmetrics run    [--listen HOST:PORT] [--multiproc-dir DIR] [--scrape URL]… [--allow-remote]
                             [filter options] -- PROGRAM [ARGUMENT]…
               dynmetrics sources [--allow-remote] URL|FILE|-
               dynmetrics catalog [--format md|json]

        check   says by line and column what a strict reader refuses; --lint also warns of what scrapers lose and
                of names that mislead; --compare lists what queries for the page OLD would miss on the page NEW
        check-config says by line and column what makes no sense in a configuration file
        merge   merges a directory of prometheus_client's multiprocess mode
        filter  keeps the lines whose names begin with an --include prefix and with no --exclude prefix
        compact folds the files of a multiprocess directory whose writers have ended into few that merge to the same
                page; --stopped: all have ended, no process is looked up
        serve   serves /metrics, /health and /live over multiprocess directories and over other programs' pages, without
                Python; pages of other machines only with --allow-remote
        run     runs PROGRAM with a fresh PROMETHEUS_MULTIPROC_DIR, serves what all its processes write there, removes it
        sources lists the sources of a page that is served, or was saved: what each brought, series in families, what its
                filter left out or renamed, what could not go on the page and why; 1 when one is down or lost something
        catalog lists every built-in metric: name, type, unit, labels, owner, meaning
        exit    0 well, 1 invalid or unreadable, 2 wrong usage; of run PROGRAM's own, 128 and the signal that ended it,
                126 and 127 when it cannot be run or is not found
        """
}

/// Why a command ended early.
enum ToolError: Error {
    case usage(String)
    case failed(String)
}

/// One of the commands.
protocol Command {
    var name: String { get }
    var options: [Options.Known] { get }
    func run(_ options: Options, _ streams: ToolStreams) throws(ToolError) -> Int32
}
