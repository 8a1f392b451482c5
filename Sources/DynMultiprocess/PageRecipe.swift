// How the numbers of a page come out of the sums and gauges of a merge, one step per sample. Warm.

/// Where one sample gets its value from.
enum RecipeStep {
    /// What was added up in this cell.
    case cell(Int32)
    /// The first bucket of a child; the others follow behind it and add to it.
    case firstBucket(Int32)
    case bucket(Int32)
    /// All cells of ``PageRecipe/buckets`` from here up to there.
    case total(Int32, Int32)
    case gauge(Int32)
}

struct PageRecipe {
    var steps: ContiguousArray<RecipeStep> = []
    /// The cells of children's buckets, by bound.
    var buckets: ContiguousArray<Int32> = []

    /// Writes the value of every sample into `values`.
    func follow(
        _ sums: ContiguousArray<Double>, _ gauges: ContiguousArray<Double>, into values: inout ContiguousArray<Double>
    ) {
        if values.count != steps.count { values = ContiguousArray(repeating: 0, count: steps.count) }
        var accumulated = 0.0
        for index in steps.indices {
            switch steps[index] {
            case .cell(let cell): values[index] = sums[Int(cell)]
            case .firstBucket(let cell):
                accumulated = 0.0 + sums[Int(cell)]
                values[index] = accumulated
            case .bucket(let cell):
                accumulated += sums[Int(cell)]
                values[index] = accumulated
            case .total(let first, let end):
                var total = 0.0
                for bucket in Int(first)..<Int(end) { total += sums[Int(buckets[bucket])] }
                values[index] = total
            case .gauge(let result): values[index] = gauges[Int(result)]
            }
        }
    }
}
