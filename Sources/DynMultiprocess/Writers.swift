// Which of the processes that write a directory are gone. Warm.
//
// Files are named after pids, which mean something in one pid namespace only: a process elsewhere, as beside a sidecar,
// looks gone and is not. Whoever asks has to know that the directory's writers are processes of this namespace. A pid
// that is in use again counts as alive, whoever has it: its file may get new values at any time.

import DynModel

#if canImport(Glibc)
import Glibc
#endif

/// The processes that a directory's files are named after.
struct Writers {
    private var pids: ContiguousArray<pid_t> = []
    private var numbers: [pid_t: Int] = [:]
    private var areGone: ContiguousArray<Bool> = []

    /// The number of the process that writes the file called `name`, nil when that is no pid.
    mutating func number(of name: Text) -> Int? {
        guard let pid = Writers.pid(in: name) else { return nil }
        if let number = numbers[pid] { return number }
        numbers[pid] = pids.count
        pids.append(pid)
        areGone.append(false)
        return pids.count &- 1
    }

    /// Asks the kernel about all of them.
    mutating func ask() {
        for number in pids.indices { areGone[number] = Writers.isGone(pids[number]) }
    }

    /// What ``ask()`` found last.
    func isGone(_ number: Int) -> Bool { areGone[number] }

    static func isGone(_ pid: pid_t) -> Bool {
        kill(pid, 0) != 0 && errno == ESRCH
    }

    /// The digits between the last underscore and `.db`; nil when there is anything else, or no process can be called so.
    static func pid(in name: Text) -> pid_t? {
        name.withBytes { bytes in
            guard bytes.count > 3, let underscore = bytes.lastIndex(of: UInt8(ascii: "_")) else { return nil }
            let digits = bytes[(underscore &+ 1)..<(bytes.count &- 3)]
            guard 1...10 ~= digits.count, digits.first != UInt8(ascii: "0") else { return nil }
            var pid = 0
            for digit in digits {
                guard isDigit(digit) else { return nil }
                pid = pid &* 10 &+ Int(digit &- 48)
            }
            return pid_t(exactly: pid)
        }
    }
}
