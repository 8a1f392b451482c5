// Bytes of UTF-8 text, as they come from a page, a file or a caller, shared without copying.
//
// Swift's own String compares by Unicode equivalence ("é" as one or two code points is equal); Prometheus compares
// bytes. A page of 100,000 series also consists of slices of one buffer, not of 300,000 small strings. Warm.

#if canImport(Glibc)
import Glibc
#endif

/// Memory that one or more ``Text`` values point into. It never changes after it was filled.
@usableFromInline
final class ByteStore: @unchecked Sendable {
    @usableFromInline let base: UnsafeMutableRawPointer
    @usableFromInline let count: Int

    /// Takes over `base`, which must have come from `malloc`.
    @usableFromInline
    init(owning base: UnsafeMutableRawPointer, count: Int) {
        self.base = base
        self.count = count
    }

    deinit {
        release(base, count)
    }
}

/// An immutable run of bytes that are meant to be UTF-8. Equality, order and hash are those of the bytes.
///
/// Copying shares the memory; a slice keeps the whole buffer alive. At most 4 GiB.
public struct Text: Sendable {
    @usableFromInline let store: ByteStore?
    @usableFromInline let start: UInt32
    @usableFromInline let length: UInt32

    @inlinable
    init(store: ByteStore?, start: UInt32, length: UInt32) {
        self.store = store
        self.start = start
        self.length = length
    }

    /// The empty text.
    @inlinable
    public init() {
        self.init(store: nil, start: 0, length: 0)
    }

    /// A copy of `bytes`; what lies beyond 4 GiB is cut off.
    @inlinable
    public init(copying bytes: UnsafeRawBufferPointer) {
        let count = min(bytes.count, Int(UInt32.max))
        guard count > 0, let source = bytes.baseAddress, let memory = malloc(count) else {
            self.init()
            return
        }
        memcpy(memory, source, count)
        self.init(store: ByteStore(owning: memory, count: count), start: 0, length: UInt32(truncatingIfNeeded: count))
    }

    public init(_ string: String) {
        var string = string
        self = string.withUTF8 { Text(copying: UnsafeRawBufferPointer($0)) }
    }

    public init(_ bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { Text(copying: $0) }
    }

    /// Takes over memory from `malloc` that holds `count` bytes.
    @inlinable
    package init(owning memory: UnsafeMutableRawPointer, count: Int) {
        self.init(
            store: ByteStore(owning: memory, count: count),
            start: 0,
            length: UInt32(truncatingIfNeeded: min(count, Int(UInt32.max)))
        )
    }

    @inlinable public var count: Int { Int(length) }
    @inlinable public var isEmpty: Bool { length == 0 }

    /// Calls `body` with the bytes; the pointer is good only inside.
    @inlinable
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        guard let store else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        defer { withExtendedLifetime(store) {} }
        return try body(UnsafeRawBufferPointer(start: store.base + Int(start), count: Int(length)))
    }

    /// The bytes, and what has to live for as long as they are read.
    package var memory: (bytes: UnsafeRawBufferPointer, owner: AnyObject?) {
        guard let store else { return (UnsafeRawBufferPointer(start: nil, count: 0), nil) }
        return (UnsafeRawBufferPointer(start: store.base + Int(start), count: Int(length)), store)
    }

    /// The bytes from `lower` up to `upper`, cut to what there is.
    @inlinable
    public func slice(_ lower: Int, _ upper: Int) -> Text {
        let from = max(0, min(lower, Int(length)))
        let to = max(from, min(upper, Int(length)))
        if from == to { return Text() }
        return Text(
            store: store,
            start: start &+ UInt32(truncatingIfNeeded: from),
            length: UInt32(truncatingIfNeeded: to &- from)
        )
    }

    @inlinable
    public func hasPrefix(_ prefix: Text) -> Bool {
        if prefix.length > length { return false }
        return withBytes { mine in
            prefix.withBytes { theirs in
                compareBytes(mine, theirs, theirs.count) == 0
            }
        }
    }

    @inlinable
    public func hasSuffix(_ suffix: Text) -> Bool {
        if suffix.length > length { return false }
        return slice(count &- suffix.count, count) == suffix
    }

    /// This text and `other` behind it.
    public func appending(_ other: Text) -> Text {
        var writer = ByteWriter(capacity: count &+ other.count)
        writer.append(self)
        writer.append(other)
        return writer.finish()
    }

    /// A copy as a Swift string; bytes that are not UTF-8 become U+FFFD.
    public var string: String {
        withBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// A copy as an array.
    public var bytes: [UInt8] {
        withBytes { Array($0) }
    }

    /// Whether the bytes are well-formed UTF-8.
    public var isValidUTF8: Bool {
        withBytes { isWellFormedUTF8($0) }
    }

    /// Whether a NUL byte is in it, which ends the whole page for Prometheus' reader.
    public var hasNUL: Bool {
        withBytes { bytes in
            guard let base = bytes.baseAddress else { return false }
            return memchr(base, 0, bytes.count) != nil
        }
    }
}

extension Text: Hashable, Comparable {
    @inlinable
    public static func == (left: Text, right: Text) -> Bool {
        if left.length != right.length { return false }
        if left.length == 0 { return true }
        return left.withBytes { first in
            right.withBytes { second in compareBytes(first, second, first.count) == 0 }
        }
    }

    @inlinable
    public static func < (left: Text, right: Text) -> Bool {
        left.withBytes { first in
            right.withBytes { second in
                let shared = min(first.count, second.count)
                let order = compareBytes(first, second, shared)
                return order == 0 ? first.count < second.count : order < 0
            }
        }
    }

    @inlinable
    public func hash(into hasher: inout Hasher) {
        withBytes { hasher.combine(bytes: $0) }
    }
}

extension Text: ExpressibleByStringLiteral, CustomStringConvertible {
    public init(stringLiteral value: String) {
        self.init(value)
    }

    public var description: String { string }
}

/// `memcmp` over the first `count` bytes, which both must have.
@inlinable
package func compareBytes(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, _ count: Int) -> Int32 {
    guard count > 0, let left = first.baseAddress, let right = second.baseAddress else { return 0 }
    return memcmp(left, right, count)
}

/// Whether `bytes` are UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
package func isWellFormedUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var index = 0
    let end = bytes.count
    func continuation(_ at: Int, _ low: UInt8 = 0x80, _ high: UInt8 = 0xBF) -> Bool {
        at < end && bytes[at] >= low && bytes[at] <= high
    }
    while index < end {
        // Eight at a time, as nearly all are ASCII.
        if index &+ 8 <= end, bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 {
            index &+= 8
            continue
        }
        let first = bytes[index]
        switch first {
        case 0x00...0x7F:
            index &+= 1
        case 0xC2...0xDF:
            guard continuation(index &+ 1) else { return false }
            index &+= 2
        case 0xE0...0xEF:
            let low: UInt8 = first == 0xE0 ? 0xA0 : 0x80
            let high: UInt8 = first == 0xED ? 0x9F : 0xBF
            guard continuation(index &+ 1, low, high), continuation(index &+ 2) else { return false }
            index &+= 3
        case 0xF0...0xF4:
            let low: UInt8 = first == 0xF0 ? 0x90 : 0x80
            let high: UInt8 = first == 0xF4 ? 0x8F : 0xBF
            guard continuation(index &+ 1, low, high), continuation(index &+ 2), continuation(index &+ 3) else {
                return false
            }
            index &+= 4
        default:
            return false
        }
    }
    return true
}
