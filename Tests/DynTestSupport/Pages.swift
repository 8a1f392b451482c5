/// Reading and writing pages in one word, as tests need it all the time.

import DynExposition
import DynModel

/// The families of `page` and what was dropped.
package func read(_ page: Text) -> (families: [Family], drops: [DropReason: UInt64]) {
    var drops = DropTally()
    let families = TextReader.read(page, drops: &drops)
    return (families, drops.counts)
}

/// One page of several sources' pages, first come first served, and what was dropped by the merge of each.
package func merged(_ pages: [Text]) -> (page: String, drops: [[DropReason: UInt64]]) {
    var merge = PageMerge()
    var drops: [[DropReason: UInt64]] = []
    for page in pages {
        var dropped = DropTally()
        merge.add(read(page).families, isUnique: false, drops: &dropped)
        drops.append(dropped.counts)
    }
    return (TextWriter.write(merge.finish()).string, drops)
}

/// The lines of `page` that are neither empty nor comments.
package func sampleLines(_ page: String) -> [String] {
    page.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
}
