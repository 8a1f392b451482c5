// What a C handle is: a place in the arena of CDynCells, whose head says what it is. Cold calls look there before anything
// else, so a NULL, a freed or a foreign pointer is an error and not a crash. The arena is never given back: a stale
// handle is always readable, and says that it was freed.

import CDynCells
import DynInstruments
import DynModel
import DynRegistry
import DynServer
import Glibc

enum ObjectTag {
    static let node: UInt64 = 0x6479_6e6d_0000_0011
    static let registration: UInt64 = 0x6479_6e6d_0000_0012
    static let server: UInt64 = 0x6479_6e6d_0000_0013
    static let emitter: UInt64 = 0x6479_6e6d_0000_0014
    static let template: UInt64 = 0x6479_6e6d_0000_0015
    static let table: UInt64 = 0x6479_6e6d_0000_0016
    static let tableMetric: UInt64 = 0x6479_6e6d_0000_0017
    static let mount: UInt64 = 0x6479_6e6d_0000_0018
    static let workHandler: UInt64 = 0x6479_6e6d_0000_0021
    static let workRequest: UInt64 = 0x6479_6e6d_0000_0022
    static let frontend: UInt64 = 0x6479_6e6d_0000_0023
    static let frontendRequest: UInt64 = 0x6479_6e6d_0000_0024
    static let kvBlocks: UInt64 = 0x6479_6e6d_0000_0025
    static let freed: UInt64 = 0x6479_6e6d_0000_00ff

    /// One tag per type of metric that is an object: vecs, by their children, infos and statesets.
    static func metric(_ type: InstrumentType) -> UInt64 { dyncells_metric_tag &+ number(type) }

    /// CDynMetrics/updating.c knows those of vecs.
    static func number(_ type: InstrumentType) -> UInt64 {
        switch type {
        case .counter: 1
        case .intCounter: 2
        case .gauge: 3
        case .intGauge: 4
        case .histogram: 5
        case .summary: 6
        case .info: 7
        case .stateset: 8
        }
    }

    static func isVec(_ tag: UInt64) -> Bool { tag > dyncells_metric_tag && tag <= metric(.summary) }

    static func isMetric(_ tag: UInt64) -> Bool { tag > dyncells_metric_tag && tag <= metric(.stateset) }
}

private final class Box<Value> {
    let value: Value
    init(_ value: Value) { self.value = value }
}

enum Handle {
    /// A new handle that keeps `value` alive until it is freed.
    static func make<Value>(_ tag: UInt64, _ value: Value) throws(MetricsError) -> OpaquePointer {
        let handle = try reserve()
        fill(handle, tag, value)
        return handle
    }

    /// A handle that stands for nothing yet, for those who must not fail after they have acted.
    static func reserve() throws(MetricsError) -> OpaquePointer {
        let made = withStructureLock { () -> CellPointer? in
            if let old = quarantine.oldest() { return old }
            return dyncells_make(DYNCELLS_OBJECT, Slot.words, nil, 8)
        }
        guard let made else { throw .memory("no memory for a handle") }
        return OpaquePointer(made)
    }

    static func fill<Value>(_ handle: OpaquePointer, _ tag: UInt64, _ value: Value) {
        let object = UInt64(UInt(bitPattern: Unmanaged.passRetained(Box(value)).toOpaque()))
        let slot = CellPointer(handle)
        withStructureLock {
            dyncells_set(slot + Slot.object, object)
            dyncells_set(slot + Slot.index, 0)
            dyncells_set(slot + Slot.tag, tag)
        }
    }

    /// Where the children of the vec behind `handle` are looked for.
    static func setIndex(_ handle: OpaquePointer, _ index: UnsafeMutablePointer<dyncells_index>) {
        dyncells_set(CellPointer(handle) + Slot.index, UInt64(UInt(bitPattern: index)))
    }

    /// What `handle` stands for.
    static func value<Value>(
        _ type: Value.Type, _ tag: UInt64, _ handle: UnsafeRawPointer?, _ what: @autoclosure () -> String
    ) throws(MetricsError) -> Value {
        let box = withStructureLock { () -> Box<Value>? in
            guard self.tag(handle) == tag, let object = object(handle) else { return nil }
            return Unmanaged<Box<Value>>.fromOpaque(object).takeUnretainedValue()
        }
        guard let box else { throw .handle(complaint(handle, what())) }
        return box.value
    }

    /// Gives the handle back; what it stood for lives on as long as others need it.
    static func free<Value>(_ type: Value.Type, _ tag: UInt64, _ handle: UnsafeRawPointer?) {
        let object = withStructureLock { () -> UnsafeMutableRawPointer? in
            guard let handle, self.tag(handle) == tag else { return nil }
            let slot = CellPointer(mutating: handle.assumingMemoryBound(to: UInt64.self))
            dyncells_set(slot + Slot.tag, ObjectTag.freed)
            quarantine.add(slot)
            return self.object(handle)
        }
        // Released outside the lock: somebody's release function may run.
        if let object { Unmanaged<Box<Value>>.fromOpaque(object).release() }
    }

    /// The tag of an object's handle; 0 for every other pointer, whatever it points at.
    static func tag(_ handle: UnsafeRawPointer?) -> UInt64 {
        guard let handle, dyncells_kind_of(handle) == DYNCELLS_OBJECT else { return 0 }
        return dyncells_load(handle.assumingMemoryBound(to: UInt64.self), Slot.tag)
    }

    private static func object(_ handle: UnsafeRawPointer?) -> UnsafeMutableRawPointer? {
        guard let handle else { return nil }
        let bits = dyncells_load(handle.assumingMemoryBound(to: UInt64.self), Slot.object)
        return UnsafeMutableRawPointer(bitPattern: UInt(bits))
    }

    static func complaint(_ handle: UnsafeRawPointer?, _ what: String) -> String {
        let found =
            switch (handle, tag(handle)) {
            case (nil, _): "NULL"
            case (_, ObjectTag.freed): "a handle that was freed"
            case (_, ObjectTag.node): "a dynm_node"
            case (_, ObjectTag.registration): "a dynm_registration"
            case (_, ObjectTag.server): "a dynm_server"
            case (_, ObjectTag.template): "a dynm_template"
            case (_, ObjectTag.table): "a dynm_table"
            case (_, ObjectTag.tableMetric): "a dynm_table_metric"
            case (_, ObjectTag.workHandler): "a dynm_work_handler"
            case (_, ObjectTag.workRequest): "a dynm_work_request"
            case (_, ObjectTag.frontend): "a dynm_frontend"
            case (_, ObjectTag.frontendRequest): "a dynm_frontend_request"
            case (_, ObjectTag.kvBlocks): "a dynm_kv_blocks"
            default: "something else"
            }
        return "expected a \(what), got \(found); pass what the matching create function gave"
    }
}

/// The words of an object's handle; CDynCells knows them too, to find a vec's children.
private enum Slot {
    static let tag = 0, object = 1, index = 2
    static let words = 3
}

/// Handles that were freed. One is used again only after thousands of others: whoever still holds it is told that it was
/// freed, and not given somebody else's. Guarded by the structure lock.
private struct Quarantine {
    private static let least = 4096
    private var freed: [CellPointer] = []
    private var first = 0

    mutating func add(_ handle: CellPointer) { freed.append(handle) }

    mutating func oldest() -> CellPointer? {
        guard freed.count &- first > Quarantine.least else { return nil }
        let oldest = freed[first]
        first &+= 1
        if first > Quarantine.least {
            freed.removeFirst(first)
            first = 0
        }
        return oldest
    }
}

nonisolated(unsafe) private var quarantine = Quarantine()
