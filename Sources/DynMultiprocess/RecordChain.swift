// Where the records of a value file lie. Cold.
//
// A record: int32 length of the key, the key, 1 to 8 spaces up to a multiple of eight, a float64 value, and since
// prometheus_client 0.18 a float64 time stamp. Nothing in the file says which layout it has, but the wrong one walks
// into the middle of the next record.

/// One record's place in the file.
struct Record {
    var key: Int
    var length: Int
    var value: Int
}

enum RecordLayout: Int {
    case valueOnly = 8
    case valueAndTime = 16
}

/// The records that one file holds, found by going from each to the next.
struct RecordChain {
    private(set) var records: ContiguousArray<Record> = []
    private(set) var layout = RecordLayout.valueAndTime
    /// Whether the chain ends exactly where the used part of the file ends.
    private(set) var isWhole = false
    /// How many records have a key that begins as all do.
    private var plausible = 0

    private var isSound: Bool { isWhole && plausible == records.count }

    /// Finds the records of `bytes`, the used part of a file, in the layout that fits; today's where neither does
    /// better. A broken chain keeps what lies before the break.
    mutating func find(in bytes: UnsafeRawBufferPointer) {
        follow(bytes, .valueAndTime)
        if isSound { return }
        var other = RecordChain()
        other.follow(bytes, .valueOnly)
        if other.isSound || other.plausible > plausible { self = other }
    }

    private mutating func follow(_ bytes: UnsafeRawBufferPointer, _ layout: RecordLayout) {
        records.removeAll(keepingCapacity: true)
        plausible = 0
        self.layout = layout
        var next = FileBuffer.headerSize
        while next &+ 4 <= bytes.count {
            let length = Int(bytes.loadUnaligned(fromByteOffset: next, as: Int32.self))
            let key = next &+ 4
            guard length > 0, length <= bytes.count &- key else { break }
            let value = key &+ length &+ 8 &- (length &+ 4) % 8
            guard value &+ layout.rawValue <= bytes.count else { break }
            records.append(Record(key: key, length: length, value: value))
            if bytes[key] == UInt8(ascii: "[") { plausible &+= 1 }
            next = value &+ layout.rawValue
        }
        isWhole = next == bytes.count
    }
}
