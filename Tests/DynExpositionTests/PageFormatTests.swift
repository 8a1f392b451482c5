import DynExposition
import DynModel
import Foundation
import Testing

/// Which format a scraper gets, by the headers that scrapers really send.
struct PageFormatTests {
    @Test(
        "a scraper gets the first format of its list that is written",
        arguments: [
            // Prometheus 2.42
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                    + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"
            ),
            // Prometheus 3.5
            (
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                    + "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
                    + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8"
            ),
            // Prometheus with native histograms
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,"
                    + "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=underscores"
            ),
            // forms of protobuf that are not written
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text,text/plain;q=0.5",
                "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"
            ),
            (
                "application/vnd.google.protobuf;proto=other;encoding=delimited",
                "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"
            ),
            // vmagent
            (
                "text/plain;version=0.0.4;q=1,*/*;q=0.1",
                "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"
            ),
            // q counts, not the order
            (
                "application/openmetrics-text;q=0.1,text/plain;q=0.9",
                "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"
            ),
            (
                "text/plain;version=1.0.0;escaping=allow-utf-8",
                "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8"
            ),
            // nothing that we write: never refused
            ("image/png", "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"),
            (
                "application/openmetrics-text;version=9",
                "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"
            ),
            ("text/plain;q=0", "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"),
            ("text/plain;escaping=klingon", "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"),
            (";;;,=,text", "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"),
            // curl
            ("*/*", "text/plain; version=0.0.4; charset=utf-8"),
        ])
    func negotiates(accept: String, contentType: String) {
        #expect(PageFormat.negotiated(accept).contentType == contentType)
    }

    @Test("no Accept header gives plain text 0.0.4")
    func negotiatesNothing() {
        #expect(PageFormat.negotiated(nil).contentType == "text/plain; version=0.0.4; charset=utf-8")
    }

    @Test("client_golang's own cases come out the same, as far as we write the format")
    func matchesClientGolang() throws {
        struct Table: Decodable {
            struct Case: Decodable {
                var accept: String
                var content_type: String
                var default_escaping: String
                var offers: String
            }
            var cases: [Case]
        }
        guard let fixtures = ProcessInfo.processInfo.environment["DYNMETRICS_FIXTURES"] else { return }
        let data = try Data(contentsOf: URL(fileURLWithPath: fixtures + "/exposition/tables/negotiation.json"))
        let offered = try JSONDecoder().decode(Table.self, from: data).cases
            .filter { !$0.content_type.contains("encoding=text") && !$0.content_type.contains("encoding=compact") }
            .filter { !($0.offers == "text+proto" && $0.accept.contains("openm")) }
        #expect(offered.count > 8)
        for entry in offered {
            let escaping = try #require(NameEscaping(rawValue: entry.default_escaping))
            let format = PageFormat.negotiated(entry.accept, defaultEscaping: escaping)
            #expect(format.contentType == entry.content_type, "\(entry.accept)")
        }
    }

    @Test("names are escaped as client_golang escapes them")
    func escapesNames() throws {
        struct Table: Decodable {
            struct Case: Decodable {
                var input: String
                var expectedUnderscores: String
                var expectedDots: String
                var expectedValue: String
            }
            var cases: [Case]
        }
        #expect(NameEscaping.values.escape("a.b") == "U__a_2e_b")
        guard let fixtures = ProcessInfo.processInfo.environment["DYNMETRICS_FIXTURES"] else { return }
        let data = try Data(contentsOf: URL(fileURLWithPath: fixtures + "/exposition/tables/name-escaping.json"))
        for entry in try JSONDecoder().decode(Table.self, from: data).cases {
            #expect(NameEscaping.underscores.escape(Text(entry.input)).string == entry.expectedUnderscores)
            #expect(NameEscaping.dots.escape(Text(entry.input)).string == entry.expectedDots)
            #expect(NameEscaping.values.escape(Text(entry.input)).string == entry.expectedValue)
            #expect(NameEscaping.allowUTF8.escape(Text(entry.input)).string == entry.input)
        }
    }
}
