// Which words at the end of a name are units that nobody should have to convert: `_seconds`, `_ms`, `_bytes`, `_percent`,
// `_ratio` and the units of physics without a prefix are right. Cold.

struct NameUnit {
    /// What to write instead.
    let right: String
    /// The word before it goes too.
    var isOfTwoWords = false
    var reason = ""

    /// Nil when `word` is right, or no unit.
    init?(_ word: String, after previous: String) {
        if previous == "per" {
            guard word != "second", NameUnit.right[word] == "seconds" || word == "minute" || word == "hour" else {
                return nil
            }
            right = "second"
        } else if word == "s" || word == "sec", NameUnit.right[previous] == "bytes" || previous == "bytes" {
            right = "bytes_per_second"
            isOfTwoWords = true
        } else {
            guard let right = NameUnit.right[word] else { return nil }
            self.right = right
            if right == "percent" { reason = ", for which _percent goes from 0 to 100 and _ratio from 0 to 1" }
        }
    }

    private static let right: [String: String] = {
        var right: [String: String] = [:]
        for (unit, words) in NameUnit.wrong {
            for word in words.split(separator: " ") { right[String(word)] = unit }
        }
        return right
    }()

    private static let wrong: [(unit: String, words: String)] = [
        ("ms", "millisecond milliseconds millis msec msecs"),
        ("seconds", "s sec secs minutes mins hours hrs days weeks"),
        ("seconds", "us usec usecs micros microsecond microseconds ns nsec nsecs nanos nanosecond nanoseconds"),
        ("bytes", "kb mb gb tb pb kib mib gib tib pib kilobyte megabyte gigabyte terabyte petabyte bits"),
        (
            "bytes",
            "kilobytes megabytes gigabytes terabytes petabytes kibibytes mebibytes gibibytes tebibytes pebibytes"
        ),
        ("bytes_per_second", "bps kbps mbps gbps"),
        ("percent", "pct perc percentage percents"),
        ("hertz", "khz mhz ghz kilohertz megahertz gigahertz"),
        ("watts", "milliwatts kilowatts megawatts"),
        ("joules", "millijoules kilojoules megajoules calories kilocalories"),
        ("volts", "millivolts kilovolts"),
        ("amperes", "milliamperes milliamps amps"),
        ("celsius", "fahrenheit rankine"),
        ("kelvin", "kelvins"),
        ("meters", "inches feet yards miles kilometers kilometres centimeters millimeters millimetres"),
        ("grams", "kilograms milligrams pounds ounces"),
    ]
}
