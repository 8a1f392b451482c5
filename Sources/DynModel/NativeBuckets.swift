// Exponential buckets: what a histogram may have beside its classic ones, and their counts as values. Only protobuf
// carries them to a scraper; text formats go without.

/// The exponential buckets of one histogram at one moment.
///
/// The bucket with index i holds what is above base^(i-1) and at most base^i, base being 2^(2^-schema).
public struct NativeBuckets: Sendable, Equatable {
    public struct Bucket: Sendable, Equatable {
        public var index: Int32
        /// Of this bucket alone.
        public var count: UInt64
        public init(index: Int32, count: UInt64) {
            self.index = index
            self.count = count
        }
    }

    public var schema: Int32
    /// Magnitudes up to this are counted in ``zeroCount``.
    public var zeroThreshold: Double
    public var zeroCount: UInt64
    /// By rising index.
    public var positive: [Bucket]
    /// By rising index of the magnitude.
    public var negative: [Bucket]

    public init(
        schema: Int32, zeroThreshold: Double, zeroCount: UInt64 = 0, positive: [Bucket] = [], negative: [Bucket] = []
    ) {
        self.schema = schema
        self.zeroThreshold = zeroThreshold
        self.zeroCount = zeroCount
        self.positive = positive
        self.negative = negative
    }
}

/// What native buckets a histogram is to have, beside its classic ones.
///
/// Prometheus stores them when its native histograms are on and it scrapes protobuf; it keeps the classic buckets too only
/// where `always_scrape_classic_histograms` is set.
public struct NativeHistogram: Sendable, Equatable {
    /// Prometheus' schemas: from factor 65536 between two bounds to factor 1.0027.
    public static let schemas: ClosedRange<Int> = -4...8
    /// Limits for ``maxBuckets``.
    public static let bucketLimits: ClosedRange<Int> = 1...10_000
    /// 2^-128, as other clients have it.
    public static let standardZeroThreshold = 0x1p-128

    /// How fine the buckets are: their bounds differ by the factor 2^(2^-schema), 1.09 at schema 3. Quantiles are known
    /// to half of that.
    public var schema: Int
    /// Magnitudes up to this are counted as zero; in the metric's own unit.
    public var zeroThreshold: Double
    /// With more buckets than this the schema is lowered by as many steps as it takes. At the coarsest schema there may be
    /// more, but never above 266.
    public var maxBuckets: Int
    /// With a schema that was lowered the histogram begins anew with the first one, behind the first page after so many
    /// seconds of counting: all its counts fall to zero, as after a restart. 0: never.
    public var minResetSeconds: Double

    public init(
        schema: Int = 3, zeroThreshold: Double = standardZeroThreshold, maxBuckets: Int = 160,
        minResetSeconds: Double = 0
    ) {
        self.schema = schema
        self.zeroThreshold = zeroThreshold
        self.maxBuckets = maxBuckets
        self.minResetSeconds = minResetSeconds
    }

    /// Refuses what no histogram can have.
    package func check() throws(MetricsError) {
        guard NativeHistogram.schemas.contains(schema) else {
            throw .option(
                name: "schema of native buckets", value: String(schema),
                hint: "give -4 (coarsest) to 8 (finest), like 3")
        }
        guard zeroThreshold >= 0, zeroThreshold.isFinite else {
            throw .option(
                name: "zero_threshold of native buckets", value: goNumber(zeroThreshold).string,
                hint: "give 0 or a small number, like 1e-6")
        }
        guard NativeHistogram.bucketLimits.contains(maxBuckets) else {
            throw .option(
                name: "max_buckets of native buckets", value: String(maxBuckets), hint: "give 1 to 10000, like 160")
        }
        guard minResetSeconds >= 0 else {
            throw .option(
                name: "min_reset_seconds of native buckets", value: goNumber(minResetSeconds).string,
                hint: "give seconds, like 3600, or 0 for never")
        }
    }
}
