/// The cases of Tests/conformance, which every language runs.

import DynModel
import Foundation

package struct ConformanceCase: Sendable, CustomStringConvertible {
    package struct Options: Decodable, Sendable {
        package var include: [String]?
        package var exclude: [String]?
        package var add_prefix: String?
        package var labels: [String: String]?
        package var lint: Bool?
    }

    package struct ExpectedProblem: Decodable, Sendable {
        package var line: Int
        package var column: Int
        package var severity: String
        package var contains: String
    }

    package let name: String
    package let path: String
    package let options: Options

    package var description: String { name }

    /// All cases, by name. Tests fail when there are none.
    package static let all: [ConformanceCase] = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("conformance/cases").path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().compactMap { try? ConformanceCase(name: $0, path: "\(folder)/\($0)") }
    }()

    private init(name: String, path: String) throws {
        self.name = name
        self.path = path
        let options = try wholeFile("\(path)/options.json")
        self.options = try JSONDecoder().decode(Options.self, from: Data(options.bytes))
    }

    package func has(_ file: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(file)") }

    package func text(_ file: String) throws -> Text { try wholeFile("\(path)/\(file)") }

    package func problems() throws -> [ExpectedProblem] {
        try JSONDecoder().decode([ExpectedProblem].self, from: Data(text("problems.json").bytes))
    }
}
