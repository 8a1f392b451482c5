// What is wrong with a page, told to whoever asked: where, how bad, and in words. Cold.

/// Something in a page that a strict reader refuses, or that scrapers lose although readers take it.
public struct Problem: Sendable, Equatable {
    public enum Severity: Sendable {
        case error, warning
    }

    /// Both counted from 1; columns count bytes.
    public var line: Int
    public var column: Int
    public var severity: Severity
    /// Names the wrong value and a right one.
    public var message: String

    public init(line: Int, column: Int, severity: Severity, message: String) {
        self.line = line
        self.column = column
        self.severity = severity
        self.message = message
    }
}
