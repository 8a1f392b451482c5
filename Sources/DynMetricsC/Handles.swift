// What a C handle is: memory that begins with a tag. Cold calls look at the tag before anything else, so a NULL, a freed
// or a foreign pointer is an error and not a crash. Handles of objects are never given back to the allocator: a stale
// one is always readable, and says that it was freed.

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
    static let metric: UInt64 = 0x6479_6e6d_0000_0020
    static let freed: UInt64 = 0x6479_6e6d_0000_00ff

    /// One tag per type of metric that is an object: vecs, by their children, infos and statesets.
    static func metric(_ type: InstrumentType) -> UInt64 {
        switch type {
        case .counter: metric &+ 1
        case .intCounter: metric &+ 2
        case .gauge: metric &+ 3
        case .intGauge: metric &+ 4
        case .histogram: metric &+ 5
        case .summary: metric &+ 6
        case .info: metric &+ 7
        case .stateset: metric &+ 8
        }
    }

    static func isVec(_ tag: UInt64) -> Bool { tag > metric && tag <= metric(.summary) }

    static func isMetric(_ tag: UInt64) -> Bool { tag > metric && tag <= metric(.stateset) }
}

/// The memory of one object handle.
private struct Slot {
    var tag: UInt64
    var object: UnsafeMutableRawPointer?
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
        guard let memory = calloc(1, MemoryLayout<Slot>.stride) else { throw .memory("no memory for a handle") }
        memory.initializeMemory(as: Slot.self, repeating: Slot(tag: ObjectTag.freed, object: nil), count: 1)
        return OpaquePointer(memory)
    }

    static func fill<Value>(_ handle: OpaquePointer, _ tag: UInt64, _ value: Value) {
        let slot = UnsafeMutablePointer<Slot>(handle)
        let object = Unmanaged.passRetained(Box(value)).toOpaque()
        withStructureLock { slot.pointee = Slot(tag: tag, object: object) }
    }

    /// What `handle` stands for.
    static func value<Value>(
        _ type: Value.Type, _ tag: UInt64, _ handle: UnsafeRawPointer?, _ what: String
    ) throws(MetricsError) -> Value {
        let box = withStructureLock { () -> Box<Value>? in
            guard let slot = slot(handle), slot.pointee.tag == tag, let object = slot.pointee.object else { return nil }
            return Unmanaged<Box<Value>>.fromOpaque(object).takeUnretainedValue()
        }
        guard let box else { throw .handle(complaint(handle, what)) }
        return box.value
    }

    /// Gives the handle back; what it stood for lives on as long as others need it.
    static func free<Value>(_ type: Value.Type, _ tag: UInt64, _ handle: UnsafeRawPointer?) {
        let object = withStructureLock { () -> UnsafeMutableRawPointer? in
            guard let slot = slot(handle), slot.pointee.tag == tag else { return nil }
            defer { slot.pointee = Slot(tag: ObjectTag.freed, object: nil) }
            return slot.pointee.object
        }
        // Released outside the lock: somebody's release function may run.
        if let object { Unmanaged<Box<Value>>.fromOpaque(object).release() }
    }

    /// The tag of any handle; 0 for what cannot be one.
    static func tag(_ handle: UnsafeRawPointer?) -> UInt64 {
        guard let handle, UInt(bitPattern: handle) & 7 == 0, UInt(bitPattern: handle) > 4096 else { return 0 }
        return handle.load(as: UInt64.self)
    }

    private static func slot(_ handle: UnsafeRawPointer?) -> UnsafeMutablePointer<Slot>? {
        guard let handle, tag(handle) != 0 else { return nil }
        return UnsafeMutableRawPointer(mutating: handle).assumingMemoryBound(to: Slot.self)
    }

    static func complaint(_ handle: UnsafeRawPointer?, _ what: String) -> String {
        let found =
            switch (handle, tag(handle)) {
            case (nil, _): "NULL"
            case (_, ObjectTag.freed): "a handle that was freed"
            case (_, ObjectTag.node): "a dynm_node"
            case (_, ObjectTag.registration): "a dynm_registration"
            case (_, ObjectTag.server): "a dynm_server"
            default: "something else"
            }
        return "expected a \(what), got \(found); pass what the matching create function gave"
    }
}
