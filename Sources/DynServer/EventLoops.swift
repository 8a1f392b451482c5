/// The one thread that serves, shared by every server of the process.
///
/// It is made at the first start and never stopped: stopping it would use Dispatch, which is dead in a forked child.
/// A child finds the parent's here, leaves it alone and makes its own, without asking for any lock the parent may have
/// held at the fork.
import CDynSupport
import Glibc
import NIOPosix
import Synchronization

enum EventLoops {
    /// The group of one process generation. Never freed.
    private final class Home: @unchecked Sendable {
        let generation: UInt64
        let monitor = Monitor()
        var group: MultiThreadedEventLoopGroup?

        init(generation: UInt64) {
            self.generation = generation
        }
    }

    /// The address of the newest home, 0 before the first.
    private static let home = Atomic<UInt>(0)

    /// - Throws: ``ServerError/outOfResources(code:)``.
    static func group() throws(ServerError) -> MultiThreadedEventLoopGroup {
        let home = currentHome()
        return try home.monitor.withLock { () throws(ServerError) -> MultiThreadedEventLoopGroup in
            if let group = home.group { return group }
            // NIO ends the process when it gets no thread or descriptor, so we ask first.
            let missing = missingResource()
            guard missing == 0 else { throw .outOfResources(code: missing) }
            let group = withSignalsBlocked { MultiThreadedEventLoopGroup(numberOfThreads: 1) }
            home.group = group
            return group
        }
    }

    private static func currentHome() -> Home {
        let generation = dynsupport_fork_generation()
        while true {
            let seen = home.load(ordering: .acquiring)
            if let pointer = UnsafeRawPointer(bitPattern: seen) {
                let found = Unmanaged<Home>.fromOpaque(pointer).takeUnretainedValue()
                if found.generation == generation { return found }
            }
            let made = Unmanaged.passRetained(Home(generation: generation))
            let address = UInt(bitPattern: made.toOpaque())
            if home.compareExchange(expected: seen, desired: address, ordering: .acquiringAndReleasing).exchanged {
                return made.takeUnretainedValue()
            }
            made.release()
        }
    }

    /// The host's signal handlers must not run on our thread, and a SIGPIPE of ours must not reach the host: a new
    /// thread inherits the mask of its maker.
    private static func withSignalsBlocked<Result>(_ body: () -> Result) -> Result {
        var all = sigset_t(), before = sigset_t()
        sigfillset(&all)
        // A crash of ours should still reach the host's crash handler.
        for crash in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT] { sigdelset(&all, crash) }
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        return body()
    }

    /// The errno of the first thing a loop needs and cannot have: a thread, and descriptors to watch and wake with.
    private static func missingResource() -> Int32 {
        let noThread = dynsupport_thread_start("dynm-probe", { _ in }, nil)
        guard noThread == 0 else { return noThread }
        var taken: [Int32] = []
        defer { for descriptor in taken { Glibc.close(descriptor) } }
        for _ in 0..<4 {
            let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
            if descriptor < 0, errno == EMFILE || errno == ENFILE { return errno }
            if descriptor >= 0 { taken.append(descriptor) }
        }
        return 0
    }

    private static let hasKeptSIGPIPE = Atomic<Bool>(false)

    /// NIO ignores SIGPIPE for the whole process when it makes its first socket. That is the host's to decide, and our
    /// serving thread has it blocked anyway: what the host had is put back.
    static func keepingSIGPIPE<Result>(_ body: () -> Result) -> Result {
        guard !hasKeptSIGPIPE.exchange(true, ordering: .acquiringAndReleasing) else { return body() }
        var before = sigaction()
        let isKnown = sigaction(SIGPIPE, nil, &before) == 0
        defer { if isKnown { sigaction(SIGPIPE, &before, nil) } }
        return body()
    }
}
