// Values that belong to no metric of ours: doubles in the arena, which their owner creates and gives back. A table shows
// them; updating one is as cheap as a gauge. Cold, but for the update.

import CDynCells
import CDynSupport
import DynModel

/// The values of this process that tables may show. Everything is guarded by the structure lock.
package enum TableValues {
    /// A value is two words: the double, and the child that shows it, or 0.
    private static let words = 2
    private static let childWord = 1

    nonisolated(unsafe) private static var free: [CellPointer] = []
    /// Given back while somebody read: they may be looking at it still.
    nonisolated(unsafe) private static var waiting: [CellPointer] = []
    nonisolated(unsafe) private static var readers = 0
    /// The readers of a forked child's parent are not there.
    nonisolated(unsafe) private static var generation: UInt64 = 0

    /// A new value, 0; nil without memory.
    package static func make() -> CellPointer? {
        withStructureLock {
            guard let old = free.popLast() else { return dyncells_make(DYNCELLS_GAUGE, words, nil, 8) }
            dyncells_set(old, 0)
            return old
        }
    }

    /// Takes the value back; the series that shows it leaves its table. Its handle may be given out again.
    package static func giveBack(_ cell: CellPointer) {
        withStructureLock {
            if let child = childLocked(of: cell) { child.leaveLocked() }
            forgetReadersOfParentLocked()
            if readers == 0 { free.append(cell) } else { waiting.append(cell) }
        }
    }

    // MARK: reading

    /// From here to ``endReading()`` no value is given out again. Lock held by the caller.
    static func beginReadingLocked() {
        forgetReadersOfParentLocked()
        readers &+= 1
    }

    static func endReading() {
        withStructureLock {
            if generation == dynsupport_fork_generation() { readers &-= 1 }
            guard readers == 0 else { return }
            free.append(contentsOf: waiting)
            waiting = []
        }
    }

    private static func forgetReadersOfParentLocked() {
        let now = dynsupport_fork_generation()
        if generation != now { (generation, readers) = (now, 0) }
    }

    // MARK: the child that shows a value

    static func childLocked(of cell: CellPointer) -> TableChild? {
        guard let raw = UnsafeRawPointer(bitPattern: UInt(dyncells_load(cell, childWord))) else { return nil }
        return Unmanaged<TableChild>.fromOpaque(raw).takeUnretainedValue()
    }

    /// The value keeps its child alive: a metric that ends need not look for its children's values.
    static func setChildLocked(_ child: TableChild?, of cell: CellPointer) {
        let before = UnsafeRawPointer(bitPattern: UInt(dyncells_load(cell, childWord)))
        let raw = child.map { UInt(bitPattern: Unmanaged.passRetained($0).toOpaque()) } ?? 0
        dyncells_set(cell.advanced(by: childWord), UInt64(raw))
        if let before { Unmanaged<TableChild>.fromOpaque(before).release() }
    }
}
