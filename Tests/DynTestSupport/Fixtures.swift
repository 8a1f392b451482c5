/// Test data that lies outside the tree: real engine pages and recorded scraper behaviour. The environment variable
/// DYNMETRICS_FIXTURES names the folder. Without it those cases are skipped, and one line at the end says how many.

import DynModel
import Foundation
import Synchronization

package enum Fixtures {
    package static let variable = "DYNMETRICS_FIXTURES"

    /// The folder, or nil when there is none.
    package static let root: String? = ProcessInfo.processInfo.environment[variable].flatMap { $0.isEmpty ? nil : $0 }

    /// The folder; without one `count` cases are counted as skipped and nil comes back.
    package static func root(orSkip count: Int) -> String? {
        if let root { return root }
        skipped.wrappingAdd(count, ordering: .relaxed)
        _ = announcement
        return nil
    }

    /// The whole of a file, relative to the folder.
    package static func text(_ path: String) throws -> Text {
        try wholeFile("\(root ?? "")/\(path)")
    }

    package static func json<Value: Decodable>(_ type: Value.Type, _ path: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(try text(path).bytes))
    }

    /// The rows of a CSV file without quotes, by the names in its first line.
    package static func rows(_ path: String) throws -> [[String: String]] {
        let lines = try text(path).string.split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        guard let names = lines.first else { return [] }
        return lines.dropFirst().map { Dictionary(zip(names, $0), uniquingKeysWith: { first, _ in first }) }
    }

    private static let skipped = Atomic<Int>(0)

    /// Registered once, by the first skip; says its line when the tests end.
    private static let announcement: Void = {
        atexit { print("\(Fixtures.skipped.load(ordering: .relaxed)) skipped: set \(Fixtures.variable)") }
    }()
}

/// The bytes of the file at `path`.
package func wholeFile(_ path: String) throws -> Text {
    Text([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
}
