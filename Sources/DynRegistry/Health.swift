// What /health says: the endpoints' words, how long the process is up, how its sources are. Sources never change the
// status. Answered on the serving thread, so nothing here waits for anyone.

import DynModel

extension Runtime {
    /// Whether all endpoints are ready, and the JSON that says so.
    package func health() -> (isReady: Bool, json: Text) {
        let uptime = uptime
        let (endpoints, sources) = withStructureLock {
            (root.subtreeLocked().filter { $0.level == .endpoint }.map { ($0.path, $0.isReady) }, sourceStates)
        }
        let isReady = endpoints.isEmpty ? startsReady : endpoints.allSatisfy(\.1)
        var names: [Text: Int] = [:]
        for (path, _) in endpoints { names[path.last ?? "", default: 0] &+= 1 }

        var json = ByteWriter(capacity: 256)
        json.append(literal: "{\"status\":")
        json.append(json: isReady ? "ready" : "notready")
        json.append(literal: ",\"uptime\":{\"secs\":")
        json.append(integer: UInt64(max(0, uptime)))
        json.append(literal: ",\"nanos\":")
        json.append(integer: UInt64(max(0, min(999_999_999, (uptime - uptime.rounded(.down)) * 1e9))))
        json.append(literal: "},\"endpoints\":{")
        for (index, (path, isReady)) in endpoints.enumerated() {
            if index > 0 { json.append(literal: ",") }
            // The endpoint's name as long as that is enough to tell it, else its whole path.
            let name = path.last ?? ""
            json.append(json: names[name] == 1 ? name : Text(path.map(\.string).joined(separator: ".")))
            json.append(literal: ":")
            json.append(json: isReady ? "ready" : "notready")
        }
        json.append(literal: "},\"sources\":{")
        for (index, source) in sources.enumerated() {
            if index > 0 { json.append(literal: ",") }
            json.append(json: Text(source.name))
            json.append(literal: ":")
            json.append(json: Text(source.state.rawValue))
        }
        json.append(literal: "}}")
        return (isReady, json.finish())
    }
}

extension ByteWriter {
    /// `text` as a JSON string.
    mutating func append(json text: Text) {
        append(UInt8(ascii: "\""))
        text.withBytes { bytes in
            for byte in bytes {
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                    append(UInt8(ascii: "\\"))
                    append(byte)
                case 0..<0x20:
                    append(literal: "\\u00")
                    append(hexDigit(byte >> 4))
                    append(hexDigit(byte & 0xF))
                default: append(byte)
                }
            }
        }
        append(UInt8(ascii: "\""))
    }
}

private func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? 48 &+ value : 87 &+ value
}
