// Reading what C hands in: strings, arrays and option structs, which may be NULL, and older or newer than we are. Cold.

import CDynMetrics
import DynExposition
import DynMetrics
import DynModel
import Glibc

/// The text of a C string; nil for NULL.
func text(_ string: UnsafePointer<CChar>?) -> Text? {
    guard let string else { return nil }
    return Text(copying: UnsafeRawBufferPointer(start: string, count: strlen(string)))
}

/// The text of a C string that must be there.
func required(_ string: UnsafePointer<CChar>?, _ what: String) throws(MetricsError) -> Text {
    guard let text = text(string) else { throw .option(name: what, value: "NULL", hint: "give a \(what)") }
    return text
}

func texts(
    _ strings: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int, _ what: String
) throws(MetricsError) -> [Text] {
    guard count > 0 else { return [] }
    guard let strings, count <= mostItems else {
        throw .option(name: what, value: strings == nil ? "NULL" : String(count), hint: "give an array of strings")
    }
    var texts: [Text] = []
    for index in 0..<count { texts.append(try required(strings[index], what)) }
    return texts
}

func labels(
    _ labels: UnsafePointer<dynm_label>?, _ count: Int, _ what: String
) throws(MetricsError) -> [Label] {
    guard count > 0 else { return [] }
    guard let labels, count <= mostItems else {
        throw .option(name: what, value: labels == nil ? "NULL" : String(count), hint: "give an array of labels")
    }
    var result: [Label] = []
    for index in 0..<count {
        let name = try required(labels[index].name, "label name")
        result.append(Label(name, try required(labels[index].value, "value of label '\(printable(name))'")))
    }
    return result
}

/// More than anyone means; a length that is really a negative number or rubbish is far above.
private let mostItems = 1 << 20

/// A buffer that C hands in.
func buffer(_ data: UnsafePointer<CChar>?, _ length: Int, _ what: String) throws(MetricsError) -> Text {
    guard length > 0 else { return Text() }
    guard let data, length < Int(UInt32.max) else {
        throw .option(name: what, value: data == nil ? "NULL" : "\(length) bytes", hint: "give text below 4 GiB")
    }
    return Text(copying: UnsafeRawBufferPointer(start: data, count: length))
}

/// A struct that begins with its size: what the caller has of it, the rest zero. Nil for NULL.
func options<Options>(_ given: UnsafePointer<Options>?, _ zero: Options) throws(MetricsError) -> Options? {
    guard let given else { return nil }
    let size = UnsafeRawPointer(given).load(as: Int.self)
    guard size >= MemoryLayout<Int>.size, size <= 4096 else {
        throw .option(name: "struct_size", value: String(size), hint: "set it to sizeof the struct")
    }
    var options = zero
    withUnsafeMutableBytes(of: &options) { target in
        guard let base = target.baseAddress else { return }
        memcpy(base, given, min(size, target.count))
    }
    return options
}

/// The filter that C describes; NULL lets everything pass.
func filter(_ given: UnsafePointer<dynm_filter>?) throws(MetricsError) -> PageFilter {
    guard let options = try options(given, dynm_filter()) else { return .passAll }
    return try PageFilter(
        include: texts(options.include, options.include_count, "include prefix"),
        exclude: texts(options.exclude, options.exclude_count, "exclude prefix"),
        addPrefix: text(options.add_prefix),
        labels: labels(options.labels, options.label_count, "labels"))
}

/// The format that C asks for.
func format(_ format: Int32) throws(MetricsError) -> ScrapeFormat {
    switch format {
    case DYNM_FORMAT_TEXT: return .text
    case DYNM_FORMAT_OPENMETRICS: return .openMetrics
    case DYNM_FORMAT_PROTOBUF: return .protobuf
    default: throw .option(name: "format", value: String(format), hint: "use text (0), openmetrics (1) or protobuf (2)")
    }
}
