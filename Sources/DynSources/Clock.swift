// Time that never goes back, for deadlines, and the wall clock, for timestamps on the page. Warm.

#if canImport(Glibc)
import Glibc
#endif

/// A moment of the monotonic clock, in seconds.
package struct Moment: Sendable, Comparable {
    package let seconds: Double

    package static var now: Moment {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Moment(seconds: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }

    package func adding(_ seconds: Double) -> Moment { Moment(seconds: self.seconds + seconds) }
    package func since(_ earlier: Moment) -> Double { seconds - earlier.seconds }
    package static func < (left: Moment, right: Moment) -> Bool { left.seconds < right.seconds }

    var asTimespec: timespec {
        var time = timespec()
        let seconds = self.seconds.isNaN ? 0 : max(0, min(self.seconds, 9e15))
        let whole = seconds.rounded(.down)
        time.tv_sec = Int(whole)
        time.tv_nsec = max(0, min(999_999_999, Int((seconds - whole) * 1e9)))
        return time
    }
}

/// Seconds since 1970.
package func wallClock() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
