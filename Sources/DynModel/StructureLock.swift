// The one lock around the structure of things: trees, vecs, lists of sources. Hold it for data only: copy what is
// needed, release, then call anyone else's code. It is the only lock held over a fork (see CDynSupport.h).

import CDynSupport

/// Runs `body` while nobody else changes or copies any structure. Not recursive.
package func withStructureLock<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    dynsupport_structure_lock()
    defer { dynsupport_structure_unlock() }
    return try body()
}
