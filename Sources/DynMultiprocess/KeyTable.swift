// Raw keys by number, looked up once per record of a file that is like no other. Warm.
//
// Processes that run the same code create the same series in nearly the same order, so the key that followed this one
// in the last file nearly always follows it here: one memcmp, no hash.

/// Every raw key met so far.
struct KeyTable: ~Copyable {
    private var keys = ByteTable()
    /// Per cursor, the key that came next when it was last there.
    private var followers: ContiguousArray<UInt32>
    private let starts: Int

    /// For files of `kinds` sorts, which are the tags of the keys.
    init(kinds: Int) {
        starts = kinds
        followers = ContiguousArray(repeating: 0, count: kinds)
    }

    var count: Int { keys.count }

    /// Where a file of this sort begins.
    func cursor(startOf kind: Int) -> Int { kind }

    /// Where the record behind `key` is expected.
    func cursor(behind key: Int) -> Int { key &+ starts }

    /// The number of the raw key `bytes` in a file of sort `kind`. Nil when there is no room for a new one.
    mutating func find(_ bytes: UnsafeRawBufferPointer, kind: Int, at cursor: Int) -> Int? {
        let tag = UInt32(truncatingIfNeeded: kind)
        let guess = Int(followers[cursor])
        if keys.isString(guess, bytes, tag: tag) { return guess }
        guard let key = keys.intern(bytes, tag: tag) else { return nil }
        if key &+ starts == followers.count { followers.append(UInt32(truncatingIfNeeded: key &+ 1)) }
        followers[cursor] = UInt32(truncatingIfNeeded: key)
        return key
    }
}
