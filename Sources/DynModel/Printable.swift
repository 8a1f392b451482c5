// Foreign text in our own messages.

/// `text` with control characters replaced, so that a message stays one line.
package func printable(_ text: Text) -> String {
    String(
        String.UnicodeScalarView(
            text.string.unicodeScalars.map { scalar in
                scalar.value < 0x20 || scalar.value == 0x7F ? "\u{FFFD}" : scalar
            }))
}
