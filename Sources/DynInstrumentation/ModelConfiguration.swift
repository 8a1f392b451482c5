// How a frontend's models are configured: gauges that are set, or brought up to date before scrapes at an interval. Warm.

import DynCatalogue
import DynInstruments
import DynModel
import DynRegistry
import DynSources
import Synchronization

/// What is known of a model; nil leaves a gauge as it is.
public struct ModelConfiguration: Sendable {
    public var isReady: Bool?
    public var totalKVBlocks, maxNumSeqs, maxNumBatchedTokens, contextLength, kvCacheBlockSize, migrationLimit: Int64?

    public init() {}
}

struct ModelConfigurationGauges: Sendable {
    private let ready, blocks, seqs, batched, context, blockSize, migration: Metric

    init(_ families: Families) throws(MetricsError) {
        typealias Names = MetricNames.Frontend
        ready = try families.vec(Names.modelReady, .intGauge)
        blocks = try families.vec(Names.modelTotalKvBlocks, .intGauge)
        seqs = try families.vec(Names.modelMaxNumSeqs, .intGauge)
        batched = try families.vec(Names.modelMaxNumBatchedTokens, .intGauge)
        context = try families.vec(Names.modelContextLength, .intGauge)
        blockSize = try families.vec(Names.modelKvCacheBlockSize, .intGauge)
        migration = try families.vec(Names.modelMigrationLimit, .intGauge)
    }

    func set(_ model: Text, _ given: ModelConfiguration) throws(MetricsError) {
        let values = [
            (ready, given.isReady.map { $0 ? 1 : 0 }), (blocks, given.totalKVBlocks), (seqs, given.maxNumSeqs),
            (batched, given.maxNumBatchedTokens), (context, given.contextLength), (blockSize, given.kvCacheBlockSize),
            (migration, given.migrationLimit),
        ]
        for (gauge, value) in values {
            if let value { try gauge.intGauge(model).set(value) }
        }
    }

    func remove(_ model: Text) throws(MetricsError) {
        for gauge in [ready, blocks, seqs, batched, context, blockSize, migration] { try gauge.remove([model]) }
    }
}

extension Frontend {
    /// Shows how a model is configured. Any thread.
    public func set(model: String, _ configuration: ModelConfiguration) throws(MetricsError) {
        try self.configuration.set(Text(model), configuration)
    }

    /// Takes the configuration of a model that is gone off the page. Its requests' counters stay.
    public func remove(model: String) throws(MetricsError) { try configuration.remove(Text(model)) }

    /// Calls `refresh` before a scrape when the last time is at least `interval` seconds ago, on a thread of its own.
    package func onRefresh(
        interval: Double, _ refresh: @escaping @Sendable () throws(SourceFailure) -> Void
    ) throws(MetricsError) -> Registration {
        guard interval >= 0, interval.isFinite else {
            throw .option(name: "interval", value: "\(interval)", hint: "give seconds, like 8")
        }
        let last = LastTime()
        return try node().onScrape { () throws(SourceFailure) in
            let now = Moment.now.seconds
            if now - Double(bitPattern: last.bits.load(ordering: .relaxed)) < interval { return }
            try refresh()
            last.bits.store(now.bitPattern, ordering: .relaxed)
        }
    }

    private final class LastTime: Sendable {
        let bits = Atomic<UInt64>((-Double.infinity).bitPattern)
    }
}
