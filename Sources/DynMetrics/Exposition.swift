// Pages as plain functions: filter one, merge a directory, check one. No runtime is involved.

import DynExposition
import DynModel
import DynMultiprocess
import DynSources

public enum Exposition {
    /// `page` (text 0.0.4; OpenMetrics is made that) with only the lines that pass, in its order. Lines that cannot be read are left out.
    public static func filter(_ page: [UInt8], _ filter: SourceFilter) throws(MetricsError) -> [UInt8] {
        try self.filter(Text(page), filter.checked()).bytes
    }

    package static func filter(_ page: Text, _ filter: PageFilter) throws(MetricsError) -> Text {
        var drops = DropTally()
        let families = filter.apply(readFamilies(page, drops: &drops), matching: .lines)
        var merge = PageMerge()
        merge.add(families, isUnique: false, drops: &drops)
        return TextWriter.write(merge.finish())
    }

    /// The merge of a prometheus_client multiprocess directory.
    public static func mergeMultiprocess(
        _ path: String, _ filter: SourceFilter = SourceFilter(), format: ScrapeFormat = .text
    ) throws(MetricsError) -> [UInt8] {
        try mergeMultiprocess(path, filter.checked(), format).page.bytes
    }

    /// The merge, and what had to be left out.
    package static func mergeMultiprocess(
        _ path: String, _ filter: PageFilter, _ format: ScrapeFormat
    ) throws(MetricsError) -> (page: Text, drops: DropTally) {
        var drops = DropTally()
        let families = filter.apply(try MultiprocessDirectory(path: path).merge(drops: &drops), matching: .lines)
        var merge = PageMerge()
        merge.add(families, isUnique: true, drops: &drops)
        var wanted = format.page
        wanted.escaping = .allowUTF8
        return (wanted.write(merge.finish(), drops: &drops), drops)
    }

    /// What the format's strict reader has against `page`; with `lint` also, as warnings, what scrapers lose and
    /// which names mislead.
    public static func check(_ page: [UInt8], format: ScrapeFormat = .text, lint: Bool = false) -> [Problem] {
        guard format != .protobuf else {
            return [
                Problem(
                    line: 1, column: 1, severity: .error, message: "protobuf is not text; check text or openMetrics")
            ]
        }
        return ExpositionCheck.check(Text(page), format.page.kind, lint: lint)
    }
}
