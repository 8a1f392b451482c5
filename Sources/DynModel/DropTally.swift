// What a source brought that could not go on the page, by reason. Nothing is dropped without being counted here. Warm.

/// Why something was left out. The raw value is the `reason` label of `dynmetrics_dropped_total`.
package enum DropReason: String, Sendable, CaseIterable {
    // Lines of a text
    case syntax
    case value
    case label
    case utf8
    case timestamp
    case name
    case type
    case exemplar
    // More than a source may bring
    case budget
    // What the configuration leaves out
    case rule
    case familyLimit = "family_limit"
    case labelLength = "label_length"
    // Families and series that others had first
    case typeConflict = "type_conflict"
    case helpConflict = "help_conflict"
    case duplicateSeries = "duplicate_series"
    case nameCollision = "name_collision"
    // Typed callbacks
    case shape
    /// A part of what a callback reads failed, and the callback went on without it.
    case part
    // Files of a multiprocess directory
    case emptyFile = "empty_file"
    case shortFile = "short_file"
    case truncatedFile = "truncated_file"
    case corruptFile = "corrupt_file"
    case foreignFile = "foreign_file"
    case notAFile = "not_a_file"
    case vanishedFile = "vanished_file"
    case unreadableFile = "unreadable_file"
    case oversizedFile = "oversized_file"
    case record
}

/// Counts by reason, with the first example of each in words.
package struct DropTally: Sendable {
    package private(set) var counts: [DropReason: UInt64] = [:]
    package private(set) var examples: [DropReason: String] = [:]

    package init() {}

    package var isEmpty: Bool { counts.isEmpty }

    package mutating func add(_ reason: DropReason, count: Int = 1, example: @autoclosure () -> String) {
        guard count > 0 else { return }
        if let before = counts[reason] {
            counts[reason] = before &+ UInt64(count)
        } else {
            counts[reason] = UInt64(count)
            let example = example()
            if !example.isEmpty { examples[reason] = example }  // what was wanted so needs no words
        }
    }

    package mutating func add(_ other: DropTally) {
        for (reason, count) in other.counts {
            add(reason, count: Int(clamping: count), example: other.examples[reason] ?? "")
        }
    }
}
