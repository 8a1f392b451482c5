import DynMetrics
import DynTestSupport
import Testing

@Suite("Real engines' pages")
struct EngineFixtureTests {
    struct FilterCases: Decodable {
        var input: String
        var cases: [Case]
    }

    struct Case: Decodable {
        var file: String
        var include: [String]?
        var exclude: [String]?
        var add_prefix: String?
        var inject: [String: String]?
    }

    static let withFilters = ["vllm/single_1_engine", "sglang/multiprocess_tp2", "trtllm/single_process"]
    static let withDirectory = [
        "vllm/multiprocess_2_api_servers", "sglang/multiprocess_tp2", "sglang/multiprocess_dp2_decode",
        "trtllm/multiprocess_serve_2_ranks",
    ]

    @Test("every filter case gives what upstream gave, byte for byte")
    func filters() throws {
        guard Fixtures.root(orSkip: 10) != nil else { return }
        var count = 0
        for engine in Self.withFilters {
            let folder = "engines/\(engine)/filters"
            let table = try Fixtures.json(FilterCases.self, "\(folder)/cases.json")
            let input = try Fixtures.text("\(folder)/\(table.input)").bytes
            for entry in table.cases {
                let filter = SourceFilter(
                    include: entry.include ?? [], exclude: entry.exclude ?? [], addPrefix: entry.add_prefix,
                    labels: entry.inject ?? [:])
                let page = try Exposition.filter(input, filter)
                let expected = try Fixtures.text("\(folder)/\(entry.file)")
                #expect(Text(page) == expected, "\(engine) \(entry.file)")
                count += 1
            }
        }
        #expect(count == 10)
    }

    @Test("every multiprocess directory merges as prometheus_client merged it, byte for byte")
    func merges() throws {
        guard let root = Fixtures.root(orSkip: Self.withDirectory.count) else { return }
        for engine in Self.withDirectory {
            let page = try Exposition.mergeMultiprocess("\(root)/engines/\(engine)/db")
            #expect(try Text(page) == Fixtures.text("engines/\(engine)/expected.txt"), "\(engine)")
        }
    }

    @Test("a served engine page passes our own check with lint", arguments: ["exposition.txt"])
    func served(file: String) throws {
        guard Fixtures.root(orSkip: 3) != nil else { return }
        for engine in ["vllm/single_1_engine", "vllm/single_4_engines", "trtllm/single_process"] {
            let page = try Fixtures.text("engines/\(engine)/\(file)").string
            let runtime = try withEnvironment { try DistributedRuntime(connectionID: 42) }
            let endpoint = try runtime.namespace("prod").component("backend").endpoint("generate")
            let source = try endpoint.metrics.registerTextCallback { page }
            let problems = losses(Text(runtime.scrape(deadline: 20)))
            #expect(problems.isEmpty, "\(engine): \(problems)")
            source.close()
        }
    }
}
