import DynMetrics
import DynTestSupport
import Testing

@Suite("The cases that every language runs")
struct ConformanceTests {
    @Test("there are cases")
    func exist() {
        #expect(ConformanceCase.all.count >= 15)
    }

    @Test(
        "filtering and merging give the expected page, byte for byte",
        arguments: ConformanceCase.all.filter { $0.has("expected.txt") })
    func pages(entry: ConformanceCase) throws {
        let options = entry.options
        let filter = SourceFilter(
            include: options.include ?? [], exclude: options.exclude ?? [], addPrefix: options.add_prefix,
            labels: options.labels ?? [:])

        let page =
            entry.has("db")
            ? try Exposition.mergeMultiprocess("\(entry.path)/db", filter)
            : try Exposition.filter(entry.text("input.txt").bytes, filter)

        #expect(try Text(page).string == entry.text("expected.txt").string)
        #expect(Exposition.check(page).isEmpty)
    }

    @Test(
        "checking finds the expected problems and no others",
        arguments: ConformanceCase.all.filter { $0.has("problems.json") })
    func problems(entry: ConformanceCase) throws {
        let expected = try entry.problems()

        let found = Exposition.check(try entry.text("input.txt").bytes, lint: entry.options.lint ?? false)

        #expect(found.count == expected.count, "\(found)")
        for (problem, wanted) in zip(found, expected) {
            #expect(problem.line == wanted.line && problem.column == wanted.column, "\(problem)")
            #expect(
                (problem.severity == .error) == (wanted.severity == "error")
                    && problem.message.contains(wanted.contains))
        }
    }
}
