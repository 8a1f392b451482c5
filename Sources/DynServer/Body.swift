/// The bytes of a response, held by whoever made them: a page of 25 MB is sent from where it was written.
///
/// Copies of it would cost more than making it: each 4 KiB of fresh memory is a fault of the processor.
import Glibc

public final class Body: @unchecked Sendable {
    /// Good for as long as this object lives; never changed.
    let bytes: UnsafeRawBufferPointer
    private let owner: AnyObject?
    private let memory: UnsafeMutableRawPointer?

    /// What `owner` keeps: `bytes` must stay as they are for as long as it lives.
    public init(_ bytes: UnsafeRawBufferPointer, of owner: AnyObject?) {
        self.bytes = bytes
        self.owner = owner
        memory = nil
    }

    /// A copy; empty when memory ran out.
    public init(_ array: [UInt8]) {
        owner = nil
        memory = malloc(max(1, array.count))
        if let memory {
            array.withUnsafeBytes { source in
                if let base = source.baseAddress { memcpy(memory, base, source.count) }
            }
        }
        bytes = UnsafeRawBufferPointer(start: memory, count: memory == nil ? 0 : array.count)
    }

    /// Takes over memory that came from `malloc`.
    init(owning memory: UnsafeMutableRawPointer, count: Int) {
        owner = nil
        self.memory = memory
        bytes = UnsafeRawBufferPointer(start: memory, count: count)
    }

    deinit {
        free(memory)
    }

    var count: Int { bytes.count }
}
