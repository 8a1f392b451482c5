// The wire format of protocol buffers, as much of it as metrics need: fields of a message, in a buffer. Warm.

import DynModel

struct ProtobufMessage: ~Copyable {
    private(set) var bytes: ByteWriter

    init(capacity: Int = 256) {
        bytes = ByteWriter(capacity: capacity)
    }

    /// Forgets the fields, keeps the memory.
    mutating func removeAll() { bytes.removeAll() }

    mutating func finish() -> Text { bytes.finish() }

    // MARK: fields

    mutating func field(_ number: UInt64, _ text: Text) {
        guard !text.isEmpty else { return }
        text.withBytes { field(number, $0) }
    }

    mutating func field(_ number: UInt64, _ message: borrowing ProtobufMessage) {
        message.bytes.withBytes { field(number, $0) }
    }

    mutating func field(_ number: UInt64, _ value: Double) {
        append(varint: number << 3 | 1)
        let bits = value.bitPattern.littleEndian
        withUnsafeBytes(of: bits) { bytes.append($0) }
    }

    mutating func field(_ number: UInt64, varint value: UInt64) {
        append(varint: number << 3)
        append(varint: value)
    }

    /// Of type sint32 or sint64.
    mutating func field(_ number: UInt64, zigzag value: Int64) {
        field(number, varint: ProtobufMessage.zigzag(value))
    }

    /// A repeated sint64, packed.
    mutating func field(_ number: UInt64, packed values: [Int64]) {
        guard !values.isEmpty else { return }
        append(varint: number << 3 | 2)
        append(varint: values.reduce(0) { $0 &+ ProtobufMessage.length(ofVarint: ProtobufMessage.zigzag($1)) })
        for value in values { append(varint: ProtobufMessage.zigzag(value)) }
    }

    private static func zigzag(_ value: Int64) -> UInt64 {
        UInt64(bitPattern: (value &<< 1) ^ (value &>> 63))
    }

    private static func length(ofVarint value: UInt64) -> UInt64 {
        UInt64(max(1, (64 &- value.leadingZeroBitCount &+ 6) / 7))
    }

    /// A message as a stream of messages has it: its length, then its bytes.
    mutating func append(delimited message: borrowing ProtobufMessage) {
        append(varint: UInt64(message.bytes.count))
        message.bytes.withBytes { bytes.append($0) }
    }

    private mutating func field(_ number: UInt64, _ content: UnsafeRawBufferPointer) {
        append(varint: number << 3 | 2)
        append(varint: UInt64(content.count))
        bytes.append(content)
    }

    private mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}
