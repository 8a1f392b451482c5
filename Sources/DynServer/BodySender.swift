/// Hands a body to the channel piece by piece: the kernel takes each before the next one is copied, so that a client that
/// reads slowly, or a page of many megabytes, costs one piece of memory.
///
/// Used on the serving thread only.
import NIOCore

final class BodySender: @unchecked Sendable {
    /// Small enough that the allocator gives the same memory for each.
    private static let piece = 1 << 16

    private let body: Body
    private let loop: EventLoop
    private let done: EventLoopPromise<Void>
    private let write: (ByteBuffer, EventLoopPromise<Void>) -> Void
    private var sent = 0
    private var isTaken = false
    private var isRunning = false

    /// - Parameter done: told when the last piece was written, or one could not be.
    init(
        _ body: Body, on loop: EventLoop, done: EventLoopPromise<Void>,
        write: @escaping (ByteBuffer, EventLoopPromise<Void>) -> Void
    ) {
        self.body = body
        self.loop = loop
        self.done = done
        self.write = write
    }

    func run() {
        isRunning = true
        defer { isRunning = false }
        // A piece that there is room for is taken within `write`: a loop, so that nothing nests.
        repeat {
            let end = min(sent &+ BodySender.piece, body.count)
            let part = ByteBuffer(bytes: UnsafeRawBufferPointer(rebasing: body.bytes[sent..<end]))
            sent = end
            if end == body.count { return write(part, done) }
            isTaken = false
            let taken = loop.makePromise(of: Void.self)
            taken.futureResult.whenComplete { self.finish($0) }
            write(part, taken)
        } while isTaken
    }

    private func finish(_ result: Result<Void, Error>) {
        if case .failure(let error) = result { return done.fail(error) }
        isTaken = true
        if !isRunning { run() }
    }
}
