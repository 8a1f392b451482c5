// A prometheus_client multiprocess directory: many processes' values, merged into one set of families.
//
// The answer is what `MultiProcessCollector.merge()` and `generate_latest()` of prometheus_client give for the same
// files taken in the order of their names, but nothing raises: a bad file costs only itself, a bad record only itself,
// and both are counted. Files are read, never mapped: a writer may cut or remove one at any time. Cold.

import DynModel

/// The folder that `PROMETHEUS_MULTIPROC_DIR` names, merged once. Who merges it again keeps a ``DirectoryPlan``.
package struct MultiprocessDirectory: Sendable {
    package let path: String

    /// Looks at nothing yet.
    package init(path: String) {
        self.path = path
    }

    /// Reads every value file and merges them. Any thread; blocks for as long as the reading takes.
    ///
    /// What could not be used is counted in `drops`. Throws `MetricsError.directory` only when the directory itself
    /// cannot be opened or listed.
    package func merge(drops: inout DropTally) throws(MetricsError) -> [Family] {
        let plan = DirectoryPlan(path: path, holdsFiles: false)
        _ = try plan.read(drops: &drops)
        return plan.filled()
    }
}
