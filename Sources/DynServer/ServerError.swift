/// Why a server could not be started. Every text names the wrong value and a right one.
import Glibc

public enum ServerError: Error, Equatable, CustomStringConvertible {
    /// Neither a numeric address nor `localhost`.
    case invalidHost(String)
    /// Not from 0 to 65535.
    case invalidPort(Int)
    /// Somebody listens there already.
    case addressInUse(host: String, port: Int)
    /// The system refused for another reason; `code` is its errno.
    case cannotBind(host: String, port: Int, code: Int32)
    /// No thread or descriptor was left to serve with; `code` is the errno.
    case outOfResources(code: Int32)
    /// Called on the thread that serves, which would wait for itself.
    case calledOnServingThread

    /// The errno value that says the same, for callers whose errors are numbers.
    public var code: Int32 {
        switch self {
        case .invalidHost, .invalidPort: EINVAL
        case .addressInUse: EADDRINUSE
        case .cannotBind(_, _, let code), .outOfResources(let code): code
        case .calledOnServingThread: EDEADLK
        }
    }

    public var description: String {
        switch self {
        case .invalidHost(let host):
            "cannot listen on the host \"\(host)\": it is not a numeric address; "
                + "use one such as 127.0.0.1, 0.0.0.0 or ::1, or localhost"
        case .invalidPort(let port):
            "cannot listen on port \(port): it is out of range; choose one from 1 to 65535, or 0 for any free port"
        case .addressInUse(let host, let port):
            "cannot listen on \(ServerAddress.joined(host, port)): the port is taken; "
                + "choose another, or 0 for any free port"
        case .cannotBind(let host, let port, let code):
            "cannot listen on \(ServerAddress.joined(host, port)): \(Self.text(code)); \(Self.advice(code))"
        case .outOfResources(let code):
            "cannot start the metrics server: \(Self.text(code)); raise the limit (ulimit -n, ulimit -u) and try again"
        case .calledOnServingThread:
            "cannot start a metrics server from a health or response callback of another; start it on another thread"
        }
    }

    private static func text(_ code: Int32) -> String {
        guard let text = strerror(code) else { return "error \(code)" }
        return String(cString: text)
    }

    private static func advice(_ code: Int32) -> String {
        switch code {
        case EACCES, EPERM: "choose a port above 1023, or 0 for any free port"
        case EADDRNOTAVAIL: "choose an address of this machine, or 127.0.0.1, or 0.0.0.0 for all of them"
        case EAFNOSUPPORT: "choose an IPv4 address such as 127.0.0.1"
        case EMFILE, ENFILE: "close another server, or raise the limit of open files"
        default: "try 127.0.0.1 and port 0"
        }
    }
}
