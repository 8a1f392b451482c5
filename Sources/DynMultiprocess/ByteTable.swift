// Byte strings known by a number: raw keys, families, series and histogram cells are all found this way. Warm.

#if canImport(Glibc)
import Glibc
#endif

/// Numbers byte strings from 0 in the order in which they first appear. The same bytes under another tag are another
/// string.
///
/// The hash is seeded anew for every table, so nobody can prepare keys that all fall into one place.
struct ByteTable: ~Copyable {
    private struct Entry {
        var start: Int
        var length: Int
        var hash: UInt32
        var tag: UInt32
    }

    private var entries: ContiguousArray<Entry> = []
    /// Number of the entry plus one; 0 is a free place. A power of two of them, at most half taken.
    private var places = ContiguousArray<UInt32>(repeating: 0, count: 64)
    private var memory: UnsafeMutableRawPointer?
    private var capacity = 0
    private var filled = 0
    private let seed = UInt64.random(in: .min ... .max)

    init() {}

    deinit {
        free(memory)
    }

    var count: Int { entries.count }

    /// The bytes of string `number`; good until the next ``intern(_:tag:)``.
    func bytes(of number: Int) -> UnsafeRawBufferPointer {
        let entry = entries[number]
        return UnsafeRawBufferPointer(start: memory.map { $0 + entry.start }, count: entry.length)
    }

    /// Whether string `number` is `bytes` under `tag`. False for a number that is not given out yet.
    func isString(_ number: Int, _ bytes: UnsafeRawBufferPointer, tag: UInt32) -> Bool {
        guard number < entries.count else { return false }
        return matches(entries[number], bytes, tag)
    }

    /// The number of `bytes` under `tag`, a new one (the count so far) when they are new. Nil when there is no room.
    mutating func intern(_ bytes: UnsafeRawBufferPointer, tag: UInt32) -> Int? {
        let hash = hashed(bytes, tag)
        var place = Int(hash) & (places.count &- 1)
        while places[place] != 0 {
            let number = Int(places[place] &- 1)
            if entries[number].hash == hash, matches(entries[number], bytes, tag) { return number }
            place = (place &+ 1) & (places.count &- 1)
        }
        guard entries.count < Int(Int32.max), let start = store(bytes) else { return nil }
        entries.append(Entry(start: start, length: bytes.count, hash: hash, tag: tag))
        places[place] = UInt32(truncatingIfNeeded: entries.count)
        if entries.count &* 2 > places.count { spread() }
        return entries.count &- 1
    }

    private func matches(_ entry: Entry, _ bytes: UnsafeRawBufferPointer, _ tag: UInt32) -> Bool {
        guard entry.length == bytes.count, entry.tag == tag else { return false }
        guard let memory, let other = bytes.baseAddress else { return entry.length == 0 }
        return memcmp(memory + entry.start, other, entry.length) == 0
    }

    private mutating func store(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let end = filled &+ bytes.count
        if end > capacity {
            let larger = max(end, capacity &* 2, 1 << 14)
            guard let moved = realloc(memory, larger) else { return nil }
            memory = moved
            capacity = larger
        }
        if let memory, let source = bytes.baseAddress { memcpy(memory + filled, source, bytes.count) }
        defer { filled = end }
        return filled
    }

    /// Twice the places.
    private mutating func spread() {
        places = ContiguousArray(repeating: 0, count: places.count &* 2)
        let mask = places.count &- 1
        for number in entries.indices {
            var place = Int(entries[number].hash) & mask
            while places[place] != 0 { place = (place &+ 1) & mask }
            places[place] = UInt32(truncatingIfNeeded: number &+ 1)
        }
    }

    private func hashed(_ bytes: UnsafeRawBufferPointer, _ tag: UInt32) -> UInt32 {
        var hash = seed ^ (UInt64(tag) << 32 | UInt64(truncatingIfNeeded: bytes.count))
        var index = 0
        while index &+ 8 <= bytes.count {
            hash = mixed(hash ^ bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            index &+= 8
        }
        var rest: UInt64 = 0
        while index < bytes.count {
            rest = rest << 8 | UInt64(bytes[index])
            index &+= 1
        }
        hash = mixed(mixed(hash ^ rest) ^ seed)
        return UInt32(truncatingIfNeeded: hash ^ (hash >> 32))
    }

    /// Both halves of a 128-bit product folded into one.
    private func mixed(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }
}
