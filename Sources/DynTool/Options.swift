// Options of the command line: a table of names, each with or without a value, and the rest. Cold.

struct Options {
    struct Known {
        var name: String
        var takesValue: Bool
    }

    private var values: [String: [String]] = [:]
    /// What is not an option, in order.
    private(set) var operands: [String] = []

    init(_ arguments: [String], known: [Known]) throws(ToolError) {
        var rest = arguments[...]
        var isOnlyOperands = false
        while let argument = rest.popFirst() {
            if isOnlyOperands || argument == "-" || !argument.hasPrefix("-") {
                operands.append(argument)
                continue
            }
            if argument == "--" {
                isOnlyOperands = true
                continue
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts.first ?? "")
            guard let option = known.first(where: { $0.name == name }) else {
                throw .usage("no option '\(name)'; there are \(known.map(\.name).joined(separator: ", "))")
            }
            if !option.takesValue {
                guard parts.count == 1 else { throw .usage("\(name) takes no value, got '\(parts[1])'") }
                values[name, default: []].append("")
            } else if parts.count == 2 {
                values[name, default: []].append(String(parts[1]))
            } else {
                guard let value = rest.popFirst() else { throw .usage("\(name) needs a value behind it") }
                values[name, default: []].append(value)
            }
        }
    }

    func has(_ name: String) -> Bool { values[name] != nil }
    func all(_ name: String) -> [String] { values[name] ?? [] }

    func single(_ name: String) throws(ToolError) -> String? {
        let all = all(name)
        guard all.count < 2 else { throw .usage("\(name) stands \(all.count) times; give it once") }
        return all.first
    }

    func onlyOperand(_ what: String) throws(ToolError) -> String {
        guard operands.count == 1, let operand = operands.first else {
            throw .usage(operands.isEmpty ? "\(what) is missing" : "one \(what) is taken, got \(operands.count)")
        }
        return operand
    }

    /// The value of `--format`, one of `known`; the first when there is none.
    func format(_ known: [String]) throws(ToolError) -> String {
        guard let format = try single("--format") else { return known.first ?? "text" }
        guard known.contains(format) else {
            throw .usage("no format '\(format)'; use \(known.joined(separator: " or "))")
        }
        return format
    }

    /// The value of `--listen`, taken apart.
    func address() throws(ToolError) -> (host: String?, port: Int?) {
        guard let listen = try single("--listen") else { return (nil, nil) }
        guard let colon = listen.lastIndex(of: ":"), let port = Int(listen[listen.index(after: colon)...]) else {
            throw .usage("'\(listen)' is no address; write --listen 127.0.0.1:9464")
        }
        var host = listen[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return (host.isEmpty ? "0.0.0.0" : String(host), port)
    }
}
