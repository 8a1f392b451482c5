// A growing buffer that becomes a Text without a copy: where pages, label blocks and messages are put together. Warm.

#if canImport(Glibc)
import Glibc
#endif

/// Collects bytes. When memory runs out it stops taking any and says so in ``isTruncated``; it never traps.
package struct ByteWriter: ~Copyable {
    @usableFromInline var memory: UnsafeMutableRawPointer?
    @usableFromInline var capacity: Int
    /// How many bytes are in it.
    package private(set) var count = 0
    /// Whether an append found no memory; what came after is missing.
    package private(set) var isTruncated = false

    package init(capacity: Int = 256) {
        self.capacity = max(16, capacity)
        if let block = BlockCache.take(self.capacity) {
            (memory, self.capacity) = block
        } else {
            memory = malloc(self.capacity)
        }
        if memory == nil { self.capacity = 0 }
    }

    deinit {
        release(memory, capacity)
    }

    /// A pointer to room for `wanted` more bytes, or nil. ``advance(by:)`` says how many of them were used.
    package mutating func room(for wanted: Int) -> UnsafeMutableRawPointer? {
        if isTruncated { return nil }
        if capacity &- count < wanted {
            let larger = max(capacity &* 2, count &+ wanted)
            if let block = BlockCache.take(larger) {
                if let memory { memcpy(block.memory, memory, count) }
                release(memory, capacity)
                (memory, capacity) = block
                return memory.map { $0 + count }
            }
            guard let moved = realloc(memory, larger) else {
                isTruncated = true
                return nil
            }
            memory = moved
            capacity = larger
        }
        return memory.map { $0 + count }
    }

    package mutating func advance(by used: Int) {
        count &+= used
    }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, bytes.count > 0, let target = room(for: bytes.count) else { return }
        memcpy(target, source, bytes.count)
        count &+= bytes.count
    }

    package mutating func append(_ text: Text) {
        guard let store = text.store else { return }
        append(UnsafeRawBufferPointer(start: store.base + Int(text.start), count: Int(text.length)))
    }

    /// `text` with a byte before and a byte behind it.
    package mutating func append(_ text: Text, between first: UInt8, _ last: UInt8) {
        guard let target = room(for: text.count &+ 2) else { return }
        target.storeBytes(of: first, as: UInt8.self)
        if let store = text.store { memcpy(target + 1, store.base + Int(text.start), text.count) }
        target.storeBytes(of: last, toByteOffset: text.count &+ 1, as: UInt8.self)
        count &+= text.count &+ 2
    }

    @inline(__always)
    package mutating func append(_ byte: UInt8) {
        guard let target = room(for: 1) else { return }
        target.storeBytes(of: byte, as: UInt8.self)
        count &+= 1
    }

    package mutating func append(literal: StaticString) {
        if literal.hasPointerRepresentation {
            append(UnsafeRawBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
        } else {
            append(string: literal.description)
        }
    }

    package mutating func append(string: String) {
        var string = string
        string.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// Decimal digits of `value`.
    package mutating func append(integer value: UInt64) {
        withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
            var left = value
            var next = 20
            repeat {
                next &-= 1
                digits[next] = UInt8(truncatingIfNeeded: 48 &+ left % 10)
                left /= 10
            } while left > 0
            append(UnsafeRawBufferPointer(rebasing: digits[next..<20]))
        }
    }

    package mutating func append(integer value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        append(integer: value.magnitude)
    }

    /// The bytes as a text; the writer is empty afterwards.
    package mutating func finish() -> Text {
        guard count > 0, let memory else { return Text() }
        let text = Text(owning: memory, count: count)
        self.memory = nil
        capacity = 0
        count = 0
        return text
    }

    /// Calls `body` with what is there so far.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(start: memory, count: count))
    }

    /// Writes `number` over the first bytes.
    package mutating func patch(_ number: Int32) {
        guard let memory, count >= 4 else { return }
        memory.storeBytes(of: number, as: Int32.self)
    }

    /// Forgets what was written behind the first `length` bytes.
    package mutating func truncate(to length: Int) {
        count = min(count, max(0, length))
    }

    /// Forgets the content, keeps the memory.
    package mutating func removeAll() {
        count = 0
    }
}
