// Histogram bounds: the default ones, and which lists are accepted. Cold.

/// The upper bounds of a histogram's buckets, strictly ascending, `+Inf` left out.
public struct Buckets: Sendable, Equatable {
    public let bounds: [Double]

    /// Seconds, from 5 ms to 10 s: the default of every Prometheus client.
    public static let standard = Buckets(unchecked: [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ])

    private init(unchecked bounds: [Double]) {
        self.bounds = bounds
    }

    /// Accepts ascending bounds; a final `+Inf` is what every histogram has anyway and is left out.
    public init(_ bounds: [Double]) throws(MetricsError) {
        var bounds = bounds
        if bounds.last == .infinity { bounds.removeLast() }
        if bounds.count > 1000 { throw .invalidBuckets("\(bounds.count) bounds; at most 1000 are taken") }
        var previous = -Double.infinity
        for bound in bounds {
            guard bound.isFinite else {
                throw .invalidBuckets("\(bound) is not a bound; use finite numbers, +Inf is added by itself")
            }
            guard bound > previous else {
                throw .invalidBuckets(
                    "\(goNumber(bound)) after \(goNumber(previous)); bounds must rise, like 0.1, 0.5, 1")
            }
            previous = bound
        }
        self.init(unchecked: bounds)
    }
}
