import DynCatalogue
import Testing

@Suite("Catalogue")
struct CatalogueTests {
    @Test("each entry is read whole, and found by its name")
    func readsEachEntry() throws {
        #expect(Catalogue.entries.count > 500)
        #expect(Set(Catalogue.entries.map(\.name)).count == Catalogue.entries.count)
        let entry = try #require(Catalogue.find(MetricNames.Frontend.timeToFirstTokenSeconds))
        #expect(entry.name == "dynamo_frontend_time_to_first_token_seconds")
        #expect(entry.type == .histogram)
        #expect(entry.unit == "seconds")
        #expect(entry.labels == ["model"])
        #expect(entry.bucketsVariable == "TTFT")
        #expect(entry.buckets.count == 18)
        #expect(entry.buckets.first == 0 && entry.buckets.last == 480)
    }

    @Test("labels that some series lack are told apart")
    func tellsOptionalLabels() throws {
        let entry = try #require(Catalogue.find(MetricNames.WorkHandler.errorsTotal))
        #expect(entry.labels == ["worker_id", "error_type"])
        #expect(entry.optionalLabels.contains("model"))
        #expect(Catalogue.find("dynamo_nothing") == nil)
    }
}
