// A page for readers that take legacy names only: names are escaped before anything is written, and what then means the
// same is merged again. Warm; a page without such names passes as it is.

import DynModel

#if canImport(Glibc)
import Glibc
#endif

/// `families` with names and label names in the scheme `escaping`.
func escapingNames(of families: [Family], _ escaping: NameEscaping) -> [Family] {
    if escaping == .allowUTF8 { return families }
    var isChanged = false
    let escaped = families.map { family -> Family in
        if family.hasPlainNames, escaping != .dots { return family }
        let name = escaping.escape(family.name)
        let mustRelabel = escaping == .dots || family.samples.contains { mayHoldQuotedNames($0.labels.text) }
        if name == family.name, !mustRelabel { return family }
        isChanged = true
        var family = family
        family.name = name
        if mustRelabel {
            for index in family.samples.indices {
                family.samples[index].labels = escapingNames(of: family.samples[index].labels, escaping)
            }
        }
        return family
    }
    if !isChanged { return families }
    var page = PageMerge()
    var drops = DropTally()
    page.add(escaped, isUnique: false, drops: &drops)
    return page.finish()
}

/// `block` with its names escaped; of labels that then have one name the first stays, as no reader takes two.
private func escapingNames(of block: LabelBlock, _ escaping: NameEscaping) -> LabelBlock {
    var kept: [Label] = []
    for label in block.labels {
        // Readers know these two by name.
        let isKnown = label.name == "le" || label.name == "quantile"
        var name = isKnown ? label.name : escaping.escape(labelName: label.name)
        // What became "__" by losing its letters is not of the kind that scrapers keep for themselves.
        if escaping == .underscores, !label.name.hasPrefix("__") {
            while name.hasPrefix("__") { name = name.slice(1, name.count) }
        }
        if !kept.contains(where: { $0.name == name }) { kept.append(Label(name, label.value)) }
    }
    return LabelBlock(kept)
}

/// Whether a quote stands where a label name begins. A value that ends in a comma looks the same; that costs time only.
func mayHoldQuotedNames(_ block: Text) -> Bool {
    block.withBytes { bytes in
        guard let base = bytes.baseAddress, bytes.count > 1 else { return false }
        if bytes[0] == UInt8(ascii: "\"") { return true }
        var at = 0
        while let comma = memchr(base + at, 0x2C, bytes.count &- at) {
            at = UnsafeRawPointer(comma) - base + 1
            if at < bytes.count, bytes[at] == UInt8(ascii: "\"") { return true }
        }
        return false
    }
}
