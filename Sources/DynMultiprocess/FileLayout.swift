// Which keys a value file has and where their values lie. Warm.
//
// Processes that run the same code write the same keys to the same places, so that one layout serves many files: a file
// whose bytes are the layout's everywhere but in its values needs no key looked up, and none parsed. The same comparison
// tells at the next reading that a file is still what it was, however it may have been replaced or rewritten meanwhile.

import DynModel

#if canImport(Glibc)
import Glibc
#endif

/// The used part of a value file without its values.
final class FileLayout {
    let kind: MetricKind
    /// Whether the records end exactly where the used part does.
    let isWhole: Bool
    /// The numbers of the keys in the ``KeyTable``, in the order of the records; -1 where there was no room for one.
    let keys: ContiguousArray<Int32>
    /// How many bytes of the file are in use.
    let size: Int
    /// Per record, the cell or series of the catalogue that its value belongs to; negative where it has none.
    var places: ContiguousArray<Int32> = []
    /// How many records have no place.
    var unusable = 0
    /// Which replay of the catalogue ``places`` are of.
    var replay = 0

    private let image: UnsafeMutableRawPointer
    private let offsets: ContiguousArray<UInt32>
    private let hasTime: Bool

    /// Values of a gauge are kept with their time stamps.
    var width: Int { kind == .gauge ? 2 : 1 }
    var count: Int { offsets.count }

    /// Nil when there is no memory for it.
    init?(
        _ bytes: UnsafeRawBufferPointer, _ chain: borrowing RecordChain, kind: MetricKind, keys: ContiguousArray<Int32>
    ) {
        guard let source = bytes.baseAddress, let image = malloc(max(1, bytes.count)) else { return nil }
        memcpy(image, source, bytes.count)
        self.image = image
        self.kind = kind
        self.keys = keys
        size = bytes.count
        isWhole = chain.isWhole
        hasTime = chain.layout == .valueAndTime
        offsets = ContiguousArray(chain.records.lazy.map { UInt32(truncatingIfNeeded: $0.value) })
        for offset in offsets {
            memset(image.advanced(by: Int(offset)), 0, hasTime ? 16 : 8)
        }
    }

    deinit {
        free(image)
    }

    /// Whether `bytes` may be a file of this layout: the first key is.
    func begins(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count == size, let start = bytes.baseAddress else { return false }
        return memcmp(start, image, offsets.first.map { Int($0) } ?? size) == 0
    }

    /// The bytes of record `number`'s key.
    func key(_ number: Int) -> UnsafeRawBufferPointer {
        let stride = hasTime ? 16 : 8
        let start = number == 0 ? FileBuffer.headerSize : Int(offsets[number &- 1]) &+ stride
        let length = Int(image.loadUnaligned(fromByteOffset: start, as: Int32.self))
        return UnsafeRawBufferPointer(start: image.advanced(by: start &+ 4), count: length)
    }

    /// Moves the values out of `bytes`, of which there must be ``size``, into `target`, which must have ``width`` places
    /// for each record. False when anything else in `bytes` is not as it is here.
    func take(_ bytes: UnsafeMutableRawPointer, into target: UnsafeMutablePointer<Double>) -> Bool {
        let isPair = width == 2
        offsets.withUnsafeBufferPointer { offsets in
            var next = target
            for offset in offsets {
                let place = bytes.advanced(by: Int(offset))
                next.pointee = place.loadUnaligned(as: Double.self)
                place.storeBytes(of: 0, as: UInt64.self)
                next = next.successor()
                if isPair {
                    next.pointee = hasTime ? place.loadUnaligned(fromByteOffset: 8, as: Double.self) : 0
                    next = next.successor()
                }
                if hasTime { place.storeBytes(of: 0, toByteOffset: 8, as: UInt64.self) }
            }
        }
        return memcmp(bytes, image, size) == 0
    }

    /// Where in the file the value of record `number` lies.
    func offset(of number: Int) -> Int { Int(offsets[number]) }
}
