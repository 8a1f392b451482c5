/// The environment belongs to the whole process, and tests run side by side: whoever changes it, and whoever reads it
/// by making a runtime, does so here, one at a time.

import Foundation

private let environmentLock = NSRecursiveLock()

/// Runs `body` with these variables set, and no others of ours changed meanwhile.
@discardableResult
package func withEnvironment<Result>(_ variables: [String: String] = [:], _ body: () throws -> Result) rethrows
    -> Result
{
    environmentLock.lock()
    defer { environmentLock.unlock() }
    for (name, value) in variables { setenv(name, value, 1) }
    defer { for name in variables.keys { unsetenv(name) } }
    return try body()
}
