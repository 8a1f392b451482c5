// A prometheus_client multiprocess directory as a source: merged in Swift, no Python involved.

import DynExposition
import DynModel
import DynMultiprocess

package final class DirectorySource: Source {
    private let directory: MultiprocessDirectory
    private let filter: PageFilter
    private let path: String
    private let budget: PageBudget

    package init(path: String, filter: PageFilter, budget: PageBudget = .standard) {
        self.path = path
        self.budget = budget
        self.filter = filter
        directory = MultiprocessDirectory(path: path)
    }

    package func collect() throws(SourceFailure) -> Collected {
        var collected = Collected(isUnique: true)
        do throws(MetricsError) {
            let families = try directory.merge(drops: &collected.drops)
            collected.families = filter.apply(families, matching: .lines)
            budget.cut(&collected.families, drops: &collected.drops)
            prepareForServing(&collected.families, drops: &collected.drops)
        } catch {
            Log.once(.error, cause: "directory \(path)", error.description)
            throw .directory
        }
        return collected
    }
}
