// Raw keys to what they stand for, looked up once per record: the hottest part of a merge. Warm.
//
// Processes that run the same code create the same series in nearly the same order, so the key that followed this one
// in the last file nearly always follows it here: one memcmp, no hash.

/// Every raw key met so far, each with the place that its values go to.
struct KeyTable: ~Copyable {
    /// A key that nobody has looked at yet.
    static let unknown: Int32 = -1
    /// A key whose records are dropped.
    static let unusable: Int32 = -2

    private var keys = ByteTable()
    /// Per cursor, the key that came next when it was last there.
    private var followers: ContiguousArray<UInt32>
    private let starts: Int
    /// Per key, a cell or series of the ``Catalogue``, or one of the two above.
    var places: ContiguousArray<Int32> = []

    /// For files of `kinds` sorts, which are the tags of the keys.
    init(kinds: Int) {
        starts = kinds
        followers = ContiguousArray(repeating: 0, count: kinds)
    }

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
        if key == places.count {
            places.append(KeyTable.unknown)
            followers.append(UInt32(truncatingIfNeeded: key &+ 1))
        }
        followers[cursor] = UInt32(truncatingIfNeeded: key)
        return key
    }
}
