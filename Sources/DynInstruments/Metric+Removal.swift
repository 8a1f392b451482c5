// Taking children off the page: one by its values, many by some of their labels, or all. Their cells live on unseen, so a
// late update brings none of them back. Cold; what is removed is let go outside the structure lock.

import CDynCells
import CDynSupport
import DynModel

#if canImport(Glibc)
import Glibc
#endif

extension Metric {
    /// Takes the child for these values off the page. Takes the structure lock.
    package func remove(_ values: [Text]) throws(MetricsError) {
        guard definition.isVec, values.count == definition.labelNames.count else {
            throw .labelCount(
                metric: definition.name.string, expected: definition.labelNames.map(\.string), got: values.count)
        }
        let key = Metric.key(values)
        let removed = withStructureLock { () -> Child? in
            guard let place = byValues[key], place < children.count else { return nil }
            return dropLocked(place)
        }
        _ = removed
    }

    /// Takes all children off the page. Takes the structure lock.
    package func removeAll() {
        withStructureLock { Removed(definition.isVec ? dropAllLocked() : []) }.letGo()
    }

    /// Takes every child off the page that has all of `labels`, be they variable or fixed. Returns how many. A metric
    /// without variable labels stays as it is. Takes the structure lock.
    package func removeMatching(_ labels: [Label]) -> Int {
        guard definition.isVec else { return 0 }
        let wanted = definition.labelNames.map { name in labels.first { $0.name == name }?.value }
        let removed = withStructureLock { () -> Removed in
            let fixed = owner.inherited + definition.constLabels
            let isPossible = labels.allSatisfy { label in
                definition.labelNames.contains(label.name) || fixed.contains(label)
            }
            guard isPossible, !labels.isEmpty else { return Removed([]) }
            return Removed(dropLocked(matching: wanted))
        }
        removed.letGo()
        return removed.count
    }

    // MARK: under the structure lock

    private func dropLocked(_ place: Int) -> Child? {
        guard place < children.count, let child = children[place] else { return nil }
        byValues[child.values] = nil
        live &-= 1
        owner.forgetExemplarsLocked(of: child.cell.pointer)
        leave([child])
        child.values.withBytes { dyncells_remove(index, $0.baseAddress, $0.count) }
        children[place] = nil
        closeUpLocked()
        return child
    }

    private func dropAllLocked() -> [Child?] {
        let removed = children
        children = []
        byValues = [:]
        live = 0
        owner.exemplars = [:]
        dyncells_clear(index)
        leave(removed)
        return removed
    }

    /// Many at once.
    private func dropLocked(matching wanted: [Text?]) -> [Child?] {
        var removed: [Child?] = []
        var cells: [CellPointer?] = []
        for place in children.indices {
            guard let child = children[place], child.values.matches(wanted) else { continue }
            cells.append(child.cell.pointer)
            removed.append(child)
            children[place] = nil
        }
        cells.withUnsafeBufferPointer { dyncells_remove_all_of(index, $0.baseAddress, $0.count) }
        live &-= removed.count
        leave(removed)
        if !owner.exemplars.isEmpty {
            let gone = Set(cells.map { $0.map { UnsafeRawPointer($0) } })
            owner.exemplars = owner.exemplars.filter { !gone.contains($0.key.cell) }
        }
        return removed
    }

    /// Native buckets take much memory: it goes to others at once, not when nobody holds the child any more.
    func leave(_ removed: [Child?]) {
        guard definition.native != nil else { return }
        let now = secondsOfMonotonicClock()
        for case let child? in removed { dyncells_native_leave(child.cell.pointer, now) }
    }

    /// Closes the holes up when they are more than half.
    func closeUpLocked() {
        guard children.count > 32, live < children.count / 2 else { return }
        children.removeAll { $0 == nil }
        byValues = [:]
        byValues.reserveCapacity(children.count)
        for (index, child) in children.enumerated() {
            if let child { byValues[child.values] = index }
        }
    }
}

/// Children that were taken off the page. Many take a while to be taken apart, which nobody has to wait for: then a thread
/// does it. Nobody else may hold them, or the last one to let go would wait all the same.
private struct Removed {
    private final class Children {
        private let all: [Metric.Child?]
        init(_ all: [Metric.Child?]) { self.all = all }
    }

    let count: Int
    private let children: Unmanaged<Children>

    init(_ all: consuming [Metric.Child?]) {
        count = all.count
        children = Unmanaged.passRetained(Children(all))
    }

    /// Once, outside the structure lock.
    func letGo() {
        let isHandedOver =
            count > 1000
            && dynsupport_thread_start(
                "dynm-removed",
                { raw in
                    if let raw { Unmanaged<Children>.fromOpaque(raw).release() }
                }, children.toOpaque()) == 0
        if !isHandedOver { children.release() }
    }
}

extension Text {
    /// Whether this, a key of values, has the wanted ones where one is wanted.
    fileprivate func matches(_ wanted: [Text?]) -> Bool {
        withBytes { bytes in
            guard var rest = bytes.baseAddress else { return wanted.allSatisfy { $0?.isEmpty ?? true } }
            let end = rest + bytes.count
            for index in wanted.indices {
                let length = end - rest
                let found =
                    index < wanted.count &- 1 ? memchr(rest, 0xFF, length).map { UnsafeRawPointer($0) - rest } : nil
                let count = found ?? length
                if let value = wanted[index] {
                    let isSame =
                        value.count == count
                        && value.withBytes { $0.baseAddress.map { memcmp($0, rest, count) == 0 } ?? true }
                    if !isSame { return false }
                }
                rest += min(count &+ 1, length)
            }
            return true
        }
    }
}
