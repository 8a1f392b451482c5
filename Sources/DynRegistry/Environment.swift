// What the environment says, read once when a runtime is made. Cold.

import DynExposition
import DynModel
import DynSources

#if canImport(Glibc)
import Glibc
#endif

package enum Environment {
    /// The value of `name`, or nil when it is unset or empty.
    package static func value(_ name: String) -> String? {
        guard let raw = getenv(name) else { return nil }
        let value = String(cString: raw)
        return value.isEmpty ? nil : value
    }

    static func isSet(_ name: String) -> Bool {
        guard let value = value(name)?.lowercased() else { return false }
        return value != "0" && value != "false" && value != "no"
    }

    /// `DYN_WORKER_ID`, decimal or hex behind `0x`.
    static func workerID() throws(MetricsError) -> UInt64? {
        guard let value = value("DYN_WORKER_ID") else { return nil }
        let isHex = value.lowercased().hasPrefix("0x")
        guard let id = isHex ? UInt64(value.dropFirst(2), radix: 16) : UInt64(value) else {
            throw .environment(
                variable: "DYN_WORKER_ID", value: value,
                hint: "give a whole number below 2^64, like 7587888, or hex like 0x73c830")
        }
        return id
    }

    /// `DYN_METRICS_CONST_LABELS`: `zone=a,team=b`.
    static func constantLabels() throws(MetricsError) -> [Label] {
        guard let value = value("DYN_METRICS_CONST_LABELS") else { return [] }
        var labels: [Label] = []
        for pair in value.split(separator: ",", omittingEmptySubsequences: true) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw .environment(
                    variable: "DYN_METRICS_CONST_LABELS", value: value,
                    hint: "give name=value pairs, like zone=a,team=b")
            }
            labels.append(Label(Text(trimmed(parts[0])), Text(trimmed(parts[1]))))
        }
        return labels
    }

    /// `DYN_METRICS_SCRAPE_DEADLINE_MS` in seconds.
    static func scrapeDeadline() throws(MetricsError) -> Double? {
        guard let value = value("DYN_METRICS_SCRAPE_DEADLINE_MS") else { return nil }
        guard let milliseconds = Int(value), milliseconds > 0, milliseconds <= 3_600_000 else {
            throw .environment(
                variable: "DYN_METRICS_SCRAPE_DEADLINE_MS", value: value, hint: "give milliseconds, like 1000")
        }
        return Double(milliseconds) / 1000
    }

    /// `DYN_METRICS_SOURCE_MAX_BYTES`: what one source may bring.
    static func sourceBytes() throws(MetricsError) -> Int? { try limit("DYN_METRICS_SOURCE_MAX_BYTES", "16777216") }

    /// `DYN_METRICS_SOURCE_MAX_SERIES`, likewise.
    static func sourceSeries() throws(MetricsError) -> Int? { try limit("DYN_METRICS_SOURCE_MAX_SERIES", "500000") }

    /// `DYN_METRICS_SOURCE_MAX_AGE_MS` in seconds.
    static func sourceMaxAge() throws(MetricsError) -> Double? {
        guard let value = value("DYN_METRICS_SOURCE_MAX_AGE_MS") else { return nil }
        guard let milliseconds = Int(value), milliseconds >= 0, milliseconds <= 86_400_000 else {
            throw .environment(
                variable: "DYN_METRICS_SOURCE_MAX_AGE_MS", value: value, hint: "give milliseconds, like 60000")
        }
        return Double(milliseconds) / 1000
    }

    private static func limit(_ variable: String, _ example: String) throws(MetricsError) -> Int? {
        guard let value = value(variable) else { return nil }
        guard let limit = Int(value), limit > 0, limit < Int(UInt32.max) else {
            throw .environment(
                variable: variable, value: value, hint: "give a number from 1 to 4294967294, like \(example)")
        }
        return limit
    }

    /// `DYN_SYSTEM_STARTING_HEALTH_STATUS`: whether endpoints begin ready.
    static func startsReady() throws(MetricsError) -> Bool {
        switch value("DYN_SYSTEM_STARTING_HEALTH_STATUS") {
        case nil, "ready": return true
        case "notready": return false
        case .some(let value):
            throw .environment(
                variable: "DYN_SYSTEM_STARTING_HEALTH_STATUS", value: value, hint: "give ready or notready")
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
