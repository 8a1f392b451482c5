// Labels that are fixed: which names are taken, and what a value may be. Cold.

/// The labels that nobody may set by hand.
package let automaticLabelNames: [Text] = ["dynamo_namespace", "dynamo_component", "dynamo_endpoint", "worker_id"]

/// A constant label of a metric or runtime: a legal name that is not automatic, a value that is text.
package func checkConstant(_ label: Label) throws(MetricsError) {
    if automaticLabelNames.contains(label.name) { throw .automaticConstLabel(label.name.string) }
    guard isUsableLabelName(label.name) else { throw .invalidLabelName(printable(label.name)) }
    guard label.value.isValidUTF8, !label.value.hasNUL else {
        throw .labelValue("'\(printable(label.value))' for '\(label.name)'")
    }
}

/// A constant label of a whole runtime: it stands on buckets and quantiles too, beside their own.
package func checkInjected(_ label: Label) throws(MetricsError) {
    if label.name == "le" || label.name == "quantile" { throw .reservedInjectedLabel(label.name.string) }
    try checkConstant(label)
}
