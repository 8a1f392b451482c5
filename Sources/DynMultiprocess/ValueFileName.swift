// What a value file's name says: `counter_12.db`, `gauge_livesum_12.db`.
//
// The parts between underscores are taken as prometheus_client takes them: the pid is the third part less its last
// three characters, so an identifier that has an underscore itself is cut short there and here. Cold.

import DynModel

/// How the values of one gauge in several processes become one. The `live` modes merge alike; their files are removed
/// when the process dies.
enum GaugeMode: UInt8 {
    case all, min, max, sum, mostRecent

    /// A word that is none of the ten modes counts as `all`.
    init(word: Text) {
        let live = ValueFileName.live
        let rule = word.hasPrefix(live) ? word.slice(live.count, word.count) : word
        self = GaugeMode.words.first { $0.word == rule }?.mode ?? .all
    }

    private static let words: [(word: Text, mode: GaugeMode)] = [
        ("min", .min), ("max", .max), ("sum", .sum), ("mostrecent", .mostRecent),
    ]
}

/// A value file's name, taken apart.
struct ValueFileName {
    var kind: MetricKind
    /// Of gauges; `all` for the others, which have none.
    var mode = GaugeMode.all
    /// Of gauges; empty for the others, whose values are summed over all processes.
    var pid = Text()
    /// Whether the file may be removed between listing and opening in the normal course of things.
    var mayVanish = false

    /// Nil for a name that prometheus_client does not give.
    init?(_ name: Text) {
        guard name.isValidUTF8 else { return nil }
        let (first, second, third) = ValueFileName.parts(name)
        guard let kind = ValueFileName.kinds.first(where: { $0.word == first })?.kind else { return nil }
        self.kind = kind
        guard kind == .gauge else { return }
        guard let second, let third else { return nil }
        mode = GaugeMode(word: second)
        pid = ValueFileName.withoutEnding(third)
        mayVanish = second.hasPrefix(ValueFileName.live)
    }

    static let live: Text = "live"

    private static let kinds: [(word: Text, kind: MetricKind)] = [
        ("counter", .counter), ("gauge", .gauge), ("histogram", .histogram), ("summary", .summary),
    ]

    /// The first three parts between underscores.
    private static func parts(_ name: Text) -> (Text, Text?, Text?) {
        var ends: (Int, Int?, Int?) = (name.count, nil, nil)
        name.withBytes { bytes in
            guard let first = bytes.firstIndex(of: UInt8(ascii: "_")) else { return }
            let second = bytes[(first &+ 1)...].firstIndex(of: UInt8(ascii: "_"))
            ends = (first, second ?? bytes.count, nil)
            guard let second else { return }
            ends.2 = bytes[(second &+ 1)...].firstIndex(of: UInt8(ascii: "_")) ?? bytes.count
        }
        let second = ends.1.map { name.slice(ends.0 &+ 1, $0) }
        let third = ends.2.map { name.slice((ends.1 ?? 0) &+ 1, $0) }
        return (name.slice(0, ends.0), second, third)
    }

    /// `part` without its last three characters, which are `.db` when it is the last part.
    private static func withoutEnding(_ part: Text) -> Text {
        part.withBytes { bytes in
            var end = bytes.count
            for _ in 0..<3 {
                while end > 0, bytes[end &- 1] & 0xC0 == 0x80 { end &-= 1 }
                if end > 0 { end &-= 1 }
            }
            return part.slice(0, end)
        }
    }
}
