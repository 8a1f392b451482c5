// Bounds of histograms that an operator chooses, by name. Cold.

import DynExposition
import DynModel

#if canImport(Glibc)
import Glibc
#endif

package struct BucketRule: Sendable {
    package var family: NamePattern
    package var bounds: [Double]

    package init(family: NamePattern, bounds: [Double]) {
        self.family = family
        self.bounds = bounds
    }
}

/// 0, then bounds that rise by the same factor up to `high`, rounded to two digits; `count` in all, fewer where two
/// become the same. `low` is where they begin to rise, not a bound itself. As Dynamo's frontend makes them.
package func logarithmicBounds(_ low: Double, _ high: Double, _ count: Int) throws(MetricsError) -> [Double] {
    guard low > 0, high > low, high.isFinite, count >= 2, count <= 1000 else {
        throw .invalidBuckets(
            "min \(goNumber(low)), max \(goNumber(high)), count \(count); give 0 < min < max and a count "
                + "from 2 to 1000, like 0.001, 480 and 18")
    }
    var bounds: [Double] = [0]
    for step in 1..<count {
        let part = Double(step) / Double(count &- 1)
        let bound = twoDigits(exp(log(low) + (log(high) - log(low)) * part))
        if let last = bounds.last, bound > last, bound.isFinite { bounds.append(bound) }
    }
    return bounds
}

private func twoDigits(_ value: Double) -> Double {
    let power = floor(log10(value)) - 1
    // By a power of ten that is exact: 0.1 is not.
    if power >= 0 {
        let scale = pow(10, power)
        return (value / scale).rounded() * scale
    }
    let scale = pow(10, -power)
    return (value * scale).rounded() / scale
}
