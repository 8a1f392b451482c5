import DynExposition
import DynModel
import DynTestSupport
import Testing

@Suite("Writing text 0.0.4")
struct TextWriterTests {
    @Test("values are spelled by where they come from")
    func values() {
        let samples: [SampleValue] = [
            .spelled("1.50"), .double(3), .merged(3), .integer(.max), .signed(.min), .double(.nan), .merged(-1e6),
        ]
        let family = Family(
            name: "x", kind: .gauge,
            samples: samples.enumerated().map {
                Sample(LabelBlock([Label("i", Text("\($0)"))]), $1)
            })

        let page = TextWriter.write([family]).string

        #expect(
            sampleLines(page).map { $0.split(separator: " ")[1] } == [
                "1.50", "3", "3.0", "18446744073709551615", "-9223372036854775808", "NaN", "-1000000.0",
            ])
    }

    @Test("HELP text and label values are escaped, each in its own way")
    func escaping() {
        let family = Family(
            name: "x", kind: nil, help: "a\\b\n\"c\"",
            samples: [Sample(LabelBlock([Label("l", "a\\b\n\"c\"")]), .integer(1))])

        #expect(
            TextWriter.write([family]).string == ##"# HELP x a\\b\n"c""## + "\n" + ##"x{l="a\\b\n\"c\""} 1"## + "\n")
    }

    @Test(
        "types that 0.0.4 has no word for go out as those that read best",
        arguments: [
            (.counter, "counter"), (.gauge, "gauge"), (.histogram, "histogram"), (.summary, "summary"),
            (.unknown, "untyped"),
            (.info, "gauge"), (.stateset, "gauge"), (.gaugehistogram, "histogram"),
        ] as [(MetricKind, String)])
    func words(kind: MetricKind, word: String) {
        #expect(TextWriter.write([Family(name: "x", kind: kind)]).string == "# TYPE x \(word)\n")
    }

    @Test("a gauge histogram's sum and count are gauges behind it")
    func gaugeHistogram() {
        let family = Family(
            name: "x", kind: .gaugehistogram, help: "h",
            samples: [
                Sample(.empty, .integer(5), suffix: .gaugeSum),
                Sample(LabelBlock([Label("le", "+Inf")]), .integer(2), suffix: .bucket),
                Sample(.empty, .integer(2), suffix: .gaugeCount),
            ])

        let page = TextWriter.write([family])

        #expect(
            page.string == """
                # HELP x h
                # TYPE x histogram
                x_bucket{le="+Inf"} 2
                # HELP x_gcount h
                # TYPE x_gcount gauge
                x_gcount 2
                # HELP x_gsum h
                # TYPE x_gsum gauge
                x_gsum 5

                """)
        #expect(ExpositionCheck.check(page, lint: false).isEmpty)
    }

    @Test("names outside the old alphabet are quoted or escaped")
    func names() {
        let families = read("# HELP \"a.b\" h\n# TYPE \"a.b\" gauge\n{\"a.b\",\"x.y\"=\"1\"} 5\n").families

        #expect(
            TextWriter.write(families).string == "# HELP \"a.b\" h\n# TYPE \"a.b\" gauge\n{\"a.b\",\"x.y\"=\"1\"} 5\n")
        #expect(
            TextWriter.write(families, escaping: .underscores).string
                == "# HELP a_b h\n# TYPE a_b gauge\na_b{x_y=\"1\"} 5\n")
    }

    @Test("names that become one by escaping make one family, and no label twice")
    func escapedCollisions() {
        let families = read(
            """
            # TYPE a_b gauge
            a_b 1
            # TYPE "a.b" gauge
            {"a.b"} 2
            {"a.b",x="1"} 3
            x{"l.m"="1",l_m="2"} 4

            """
        ).families

        let page = TextWriter.write(families, escaping: .underscores)

        #expect(page.string == "# TYPE a_b gauge\na_b 1\na_b{x=\"1\"} 3\nx{l_m=\"1\"} 4\n")
        #expect(losses(page).isEmpty)
    }
}
