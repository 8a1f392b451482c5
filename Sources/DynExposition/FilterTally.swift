// What a filter did to the families that it saw, for who looks for a metric that is missing. Warm.

import DynModel

package struct FilterTally: Sendable, Equatable {
    package var families = 0
    package var series = 0
    /// Families of which nothing passed.
    package var filteredFamilies = 0
    package var filteredSeries = 0
    /// Families that passed under another name.
    package var renamedFamilies = 0

    package init() {}

    package mutating func add(_ other: FilterTally) {
        families &+= other.families
        series &+= other.series
        filteredFamilies &+= other.filteredFamilies
        filteredSeries &+= other.filteredSeries
        renamedFamilies &+= other.renamedFamilies
    }

    /// Counts one family and what is left of it.
    mutating func count(_ family: Family, left: ArraySlice<Family>) {
        families &+= 1
        series &+= family.samples.count
        filteredSeries &+= family.samples.count &- left.reduce(0) { $0 &+ $1.samples.count }
        guard let first = left.first else {
            filteredFamilies &+= 1
            return
        }
        if first.name != family.name { renamedFamilies &+= 1 }
    }
}
