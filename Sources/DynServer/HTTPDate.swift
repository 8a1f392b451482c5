/// The `Date` header, which RFC 9110 asks of every server with a clock. Without Foundation it is written by hand.
import Glibc

enum HTTPDate {
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static var now: String? { text(time(nil)) }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`; nil for a time that has no such form.
    static func text(_ seconds: time_t) -> String? {
        var seconds = seconds
        var parts = tm()
        guard gmtime_r(&seconds, &parts) != nil else { return nil }
        let day = Int(parts.tm_wday), month = Int(parts.tm_mon)
        guard days.indices.contains(day), months.indices.contains(month) else { return nil }
        let date = "\(two(parts.tm_mday)) \(months[month]) \(Int(parts.tm_year) + 1900)"
        return "\(days[day]), \(date) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }

    private static func two(_ number: Int32) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
