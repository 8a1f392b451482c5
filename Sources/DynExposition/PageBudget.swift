// How much one source may bring: a runaway engine must not take the process's memory. Warm.

import DynModel

package struct PageBudget: Sendable {
    /// Bytes of text.
    package var bytes: Int
    package var series: Int

    /// Five times the bytes and twenty times the series of the largest pages that engines are known to write.
    package static let standard = PageBudget(bytes: 16 << 20, series: 500_000)
    package static let unlimited = PageBudget(bytes: .max, series: .max)

    package init(bytes: Int, series: Int) {
        self.bytes = bytes
        self.series = series
    }

    /// The whole lines of `page` that it allows. A page that is cut is counted once.
    package func cut(_ page: Text, drops: inout DropTally) -> Text {
        guard page.count > bytes else { return page }
        drops.add(.budget, example: "a text of over \(bytes) bytes; what comes behind is left out")
        let end = page.withBytes { $0[..<bytes].lastIndex(of: UInt8(ascii: "\n")) }
        return page.slice(0, end.map { $0 &+ 1 } ?? 0)
    }

    /// The first series of `families`, as many as it allows.
    package func cut(_ families: inout [Family], drops: inout DropTally) {
        var left = series
        for index in families.indices {
            let count = families[index].samples.count
            if count > left {
                families[index].samples.removeLast(count &- left)
                drops.add(.budget, count: count &- left, example: overflow)
            }
            left &-= min(left, count)
        }
    }

    /// What is told of a series too many.
    package var overflow: String { "more than \(series) series of one source; what comes behind is left out" }
}
