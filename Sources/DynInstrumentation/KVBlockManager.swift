// What a KV block manager tells: blocks moved, tokens matched, hit rates over the last look-ups. Warm: adding is hot, a look-up
// takes the structure lock for a moment.

import DynCatalogue
import DynInstruments
import DynModel
import DynRegistry

/// A way that blocks go: `d` is the device, `h` the host; in `h2d` of an offload and `d2d` the last one is the disk; `o` is
/// object storage.
public enum KVMove: String, Sendable, CaseIterable {
    case offloadDeviceToHost = "offload_d2h"
    case offloadHostToDisk = "offload_h2d"
    case offloadDeviceToDisk = "offload_d2d"
    case offloadDeviceToObject = "offload_d2o"
    case onboardHostToDevice = "onboard_h2d"
    case onboardDiskToDevice = "onboard_d2d"
    case onboardObjectToDevice = "onboard_o2d"
}

/// Where a look-up goes.
public enum KVTier: String, Sendable, CaseIterable { case host, disk, object }

public final class KVBlockManager: Sendable {
    /// Look-ups that a hit rate is made of.
    static let window = 1024

    private let matched, bytesOut, bytesIn, readFailures, writeFailures: IntCounter
    private let moves: [KVMove: IntCounter]
    private let rates: [KVTier: HitRate]

    package static func of(_ node: Node) throws(MetricsError) -> KVBlockManager {
        try node.companion("kvbm") { () throws(MetricsError) in try KVBlockManager(node) }
    }

    private init(_ node: Node) throws(MetricsError) {
        typealias Names = MetricNames.Kvbm
        let families = Families(node: node)
        matched = try families.intCounter(Names.matchedTokens)
        bytesOut = try families.intCounter(Names.offloadBytesObject)
        bytesIn = try families.intCounter(Names.onboardBytesObject)
        readFailures = try families.intCounter(Names.objectReadFailures)
        writeFailures = try families.intCounter(Names.objectWriteFailures)
        moves = [
            .offloadDeviceToHost: try families.intCounter(Names.offloadBlocksD2h),
            .offloadHostToDisk: try families.intCounter(Names.offloadBlocksH2d),
            .offloadDeviceToDisk: try families.intCounter(Names.offloadBlocksD2d),
            .offloadDeviceToObject: try families.intCounter(Names.offloadBlocksD2o),
            .onboardHostToDevice: try families.intCounter(Names.onboardBlocksH2d),
            .onboardDiskToDevice: try families.intCounter(Names.onboardBlocksD2d),
            .onboardObjectToDevice: try families.intCounter(Names.onboardBlocksO2d),
        ]
        rates = [
            .host: HitRate(try families.gauge(Names.hostCacheHitRate)),
            .disk: HitRate(try families.gauge(Names.diskCacheHitRate)),
            .object: HitRate(try families.gauge(Names.objectCacheHitRate)),
        ]
    }

    /// `blocks` went this way; `bytes` of it to or from object storage.
    public func moved(_ move: KVMove, blocks: UInt64, bytes: UInt64 = 0) {
        moves[move]?.inc(by: blocks)
        if move == .offloadDeviceToObject { bytesOut.inc(by: bytes) }
        if move == .onboardObjectToDevice { bytesIn.inc(by: bytes) }
    }

    /// `tokens` of a prompt were found.
    public func matched(tokens: UInt64) { matched.inc(by: tokens) }

    /// `blocks` could not be read from object storage, or not written to it.
    public func failed(reading blocks: UInt64) { readFailures.inc(by: blocks) }
    public func failed(writing blocks: UInt64) { writeFailures.inc(by: blocks) }

    /// A look-up for `blocks` found `hits` of them; the tier's hit rate is that of the last 1024 look-ups. One for no block
    /// is none, and more hits than blocks are as many.
    public func lookedUp(_ tier: KVTier, blocks: UInt64, hits: UInt64) { rates[tier]?.add(blocks: blocks, hits: hits) }
}

/// A ratio over a ring of look-ups. Guarded by the structure lock.
private final class HitRate: @unchecked Sendable {
    private let gauge: Gauge
    private var ring: [(blocks: Double, hits: Double)] = []
    private var next = 0
    private var sums = (blocks: 0.0, hits: 0.0)

    init(_ gauge: Gauge) { self.gauge = gauge }

    func add(blocks given: UInt64, hits found: UInt64) {
        if given == 0 { return }
        let one = (blocks: Double(given), hits: Double(min(found, given)))
        withStructureLock {
            if ring.count < KVBlockManager.window {
                ring.append(one)
            } else {
                sums = (sums.blocks - ring[next].blocks, sums.hits - ring[next].hits)
                ring[next] = one
                next = (next &+ 1) & (KVBlockManager.window &- 1)
            }
            sums = (sums.blocks + one.blocks, sums.hits + one.hits)
            // Sums of whole numbers far below 2^53 are exact; absurd ones may leave a rest below nothing.
            gauge.set(max(0, min(1, sums.hits / max(1, sums.blocks))))
        }
    }
}
