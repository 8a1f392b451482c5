/// One rule of the lint as a row of a table: a page that breaks it, where and how that is told, and a page that keeps it.

import DynExposition
import DynModel

package struct LintCase: Sendable, CustomStringConvertible {
    package let bad: String
    package let line: Int
    package let column: Int
    /// Parts of the message: the wrong value and a right one.
    package let says: [String]
    package let good: String
    package let format: PageFormat.Kind

    package init(
        _ bad: String, _ line: Int, _ column: Int, _ says: [String], good: String, format: PageFormat.Kind = .text
    ) {
        self.bad = bad
        self.line = line
        self.column = column
        self.says = says
        self.good = good
        self.format = format
    }

    package var description: String { says.joined(separator: " / ") }

    /// What is told differently than the row says, or nil.
    package func fault(now: Double) -> String? {
        for page in [bad, good] {
            let errors = ExpositionCheck.check(Text(page), format, lint: false)
            if !errors.isEmpty { return "not valid without lint: \(errors)" }
        }
        let kept = ExpositionCheck.check(Text(good), format, lint: true, now: now)
        if !kept.isEmpty { return "the good page: \(kept)" }
        let told = ExpositionCheck.check(Text(bad), format, lint: true, now: now)
        guard told.count == 1, let only = told.first, only.severity == .warning else {
            return "not one warning: \(told)"
        }
        guard (only.line, only.column) == (line, column) else { return "at another place: \(only)" }
        return says.allSatisfy { only.message.contains($0) } ? nil : only.message
    }
}

/// HELP and TYPE of a metric: two lines.
package func described(_ name: String, _ type: String) -> String {
    "# HELP \(name) Some text.\n# TYPE \(name) \(type)\n"
}

/// What a strict reader refuses and what scrapers lose; names and descriptions are left alone.
package func losses(_ page: Text, _ format: PageFormat.Kind = .text) -> [Problem] {
    ExpositionCheck.check(page, format, rules: .losses)
}
