// Checks a page: what the strict reader refuses, and on request what it takes although somebody will be sorry. Cold.

import DynModel

package enum ExpositionCheck {
    /// The problems of `page` by line. Without `lint` only what makes it invalid; with it also, as warnings, what scrapers
    /// lose and which names mislead. A text whose last line is `# EOF` is OpenMetrics.
    ///
    /// - Parameter now: seconds since 1970, for timestamps that scrapers would not keep; nil asks the clock.
    package static func check(
        _ page: Text, _ format: PageFormat.Kind = .text, lint: Bool, now: Double? = nil
    ) -> [Problem] {
        check(page, format, rules: lint ? .all : .none, now: now)
    }

    /// As ``check(_:_:lint:now:)`` has it, with a choice of what is warned of.
    package static func check(
        _ page: Text, _ format: PageFormat.Kind = .text, rules: LintRules, now: Double? = nil
    ) -> [Problem] {
        let format = OpenMetricsReader.isOpenMetrics(page) ? .openMetrics : format
        var (problems, families) = format == .text ? TextReader.check(page) : OpenMetricsReader.check(page)
        if rules != .none {
            var lint = Lint(page, families, format, now: now ?? Lint.clock())
            lint.run(rules)
            problems.append(contentsOf: lint.found)
        }
        return problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    }
}
