import DynModel
import Testing

@Suite("Names, and how bad ones are mended")
struct NamingTests {
    @Test(
        "a metric name is letters, digits, underscores and colons",
        arguments: [
            ("a", true), ("_", true), (":", true), ("a1", true), ("vllm:x_total", true), ("A_z9", true),
            ("", false), ("1a", false), ("a-b", false), ("a b", false), ("é", false), ("a.b", false), ("a\0", false),
        ])
    func metricNames(name: String, isLegal: Bool) {
        #expect(isLegacyMetricName(Text(name)) == isLegal)
    }

    @Test(
        "a label name has no colon, and a new one no leading '__'",
        arguments: [
            ("a", true, true), ("_a", true, true), ("a_1", true, true), ("__a", true, false), ("__name__", true, false),
            ("", false, false), ("1a", false, false), ("a:b", false, false), ("a-b", false, false),
        ])
    func labelNames(name: String, isLegal: Bool, isUsable: Bool) {
        #expect(isLegacyLabelName(Text(name)) == isLegal)
        #expect(isUsableLabelName(Text(name)) == isUsable)
    }

    @Test(
        "a metric name is sanitised as upstream does it",
        arguments: [
            ("requests_total", "requests_total"), ("test-prefix", "test_prefix"), ("123test", "_123test"),
            ("123metric", "_123metric"), ("@test", "_test"), ("__test", "__test"), ("test:label", "test:label"),
            (":lead", "_:lead"), ("a b.c", "a_b_c"), ("é", nil), ("aé", "a_"), ("9back end", "_9back_end"),
            ("", nil), ("____", nil), ("@@@", nil), ("-", nil), ("日本a", "__a"),
        ] as [(String, String?)])
    func metricSanitiser(name: String, expected: String?) {
        #expect((try? sanitizedMetricName(Text(name)))?.string == expected)
    }

    @Test(
        "a label name is sanitised as upstream does it",
        arguments: [
            ("my-ns", "my_ns"), ("9back end", "_9back_end"), ("@@123", "_123"), ("@@@", nil), ("__test", "test"),
            ("test:label", "test_label"), ("____", nil), ("", nil), ("__1", "_1"), ("___x", "__x"), ("@test", "_test"),
            ("_a", "_a"), ("prod", "prod"),
        ] as [(String, String?)])
    func labelSanitiser(name: String, expected: String?) {
        #expect((try? sanitizedLabelName(Text(name)))?.string == expected)
    }

    @Test(
        "a frontend prefix falls back to the usual one",
        arguments: [
            ("", "dynamo_frontend"), ("@@@", "dynamo_frontend"), ("my-prefix", "my_prefix"), ("1x", "_1x"),
            ("ok", "ok"),
        ])
    func frontendPrefix(prefix: String, expected: String) {
        #expect(sanitizedFrontendPrefix(Text(prefix)).string == expected)
    }

    @Test(
        "what cannot be sanitised is said in upstream's words",
        arguments: [
            ("", "Cannot sanitize empty string into valid Prometheus name"),
            (
                "@@@",
                "Input '@@@' contains only invalid characters and cannot be sanitized into a valid Prometheus name"
            ),
        ])
    func sanitiserErrors(name: String, beginning: String) {
        #expect { try sanitizedMetricName(Text(name)) } throws: { error in
            "\(error)".hasPrefix(beginning + ";")
        }
    }
}
