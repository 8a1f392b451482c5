// What a whole tree shares: the worker's id, the constant labels, the names of sources, the state that self-metrics
// and health tell of.

import CDynSupport
import DynConfiguration
import DynExposition
import DynInstruments
import DynModel
import DynSources

package final class Runtime: @unchecked Sendable {
    package let root: TreeNode
    /// The constant labels that were given in code; they win over all others.
    private let givenLabels: [Label]
    let startsReady: Bool
    let sanitizesLabelValues: Bool
    private let started = Moment.now
    private let hasRandomID: Bool

    // Guarded by the structure lock.
    private var id: UInt64
    private var idGeneration: UInt64
    private var settings: Settings
    /// What the rules did to the last page.
    private(set) var ruleTotals = RuleTotals()
    /// Which type a name has in this tree, and where it was created first.
    var kinds: [Text: (kind: MetricKind, title: String)] = [:]
    var sourceNames: Set<String> = []
    var sourceStates: [(name: String, state: SourceState)] = []
    var responses: [Int: UInt64] = [:]
    /// Whether pages of the root tell of the process, and for how long the runtime has been.
    var showsProcess = false
    var showsUptime = false
    /// What single formats had to leave out of pages.
    private(set) var formatDrops = DropTally()
    /// What pages had to leave out of our own metrics.
    private(set) var ownDrops = DropTally()

    package init(connectionID: UInt64? = nil, constantLabels given: [Label] = []) throws(MetricsError) {
        for (index, label) in given.enumerated() {
            try checkInjected(label)
            if given[..<index].contains(where: { $0.name == label.name }) { throw .duplicateLabel(label.name.string) }
        }
        givenLabels = given
        settings = try Settings(given, Settings.fileOfEnvironment())
        startsReady = try Environment.startsReady()
        sanitizesLabelValues = Environment.isSet("DYN_METRICS_SANITIZE_LABEL_VALUES")
        let fromEnvironment = connectionID == nil ? try Environment.workerID() : nil
        let known = connectionID ?? fromEnvironment
        hasRandomID = known == nil
        id = known ?? Runtime.randomID()
        idGeneration = dynsupport_fork_generation()
        root = TreeNode(level: .runtime, path: [], ownLabels: [])
    }

    // MARK: settings

    package var constantLabels: [Label] { withStructureLock { settings.constantLabels } }
    /// How long a scrape waits for its sources when nobody says otherwise, in seconds.
    package var deadline: Double { withStructureLock { settings.deadline } }
    /// How much one source may bring.
    package var sourceBudget: PageBudget { withStructureLock { settings.sourceBudget } }
    /// Seconds for which what a source brought is shown when it brings nothing new.
    package var sourceMaxAge: Double { withStructureLock { settings.sourceMaxAge } }
    /// What is done to every source's families; nil: nothing.
    var rules: PageRules? { withStructureLock { settings.rules } }

    /// Takes `configuration` in the place of the one before. Its rules and its deadline count from the next scrape on, its
    /// labels, buckets and what it says of sources for what is made afterwards.
    package func configure(_ configuration: Configuration) throws(MetricsError) {
        let new = try Settings(givenLabels, configuration)
        let old = withStructureLock {
            defer { settings = new }
            return settings
        }
        _ = old  // let go outside the lock
    }

    /// The bounds that the operator wants for a histogram of this name; nil: those of whoever makes it.
    func bounds(for name: Text) -> [Double]? {
        withStructureLock { settings.buckets }.first { $0.family.matches(name) }?.bounds
    }

    /// Keeps what the rules did to a page, for its self-metrics.
    ///
    /// - Parameter isWhole: whether it is the runtime's, with all families.
    func count(_ pass: RulePass, isWhole: Bool) {
        withStructureLock { ruleTotals.add(pass, isWhole: isWhole) }
    }

    /// Seconds since the runtime was made.
    package var uptime: Double { Moment.now.since(started) }

    /// The number behind worker_id.
    package var connectionID: UInt64 { withStructureLock { id } }

    /// The label that every metric of this process carries.
    package var workerLabel: Label { withStructureLock { workerLabelLocked } }

    var workerLabelLocked: Label { Label("worker_id", Text(String(id, radix: 16))) }

    /// A forked child that serves is a worker of its own: with a drawn id it draws anew, and all its series say so.
    package func becomeOwnWorker() {
        withStructureLock {
            let generation = dynsupport_fork_generation()
            guard generation != idGeneration else { return }
            idGeneration = generation
            guard hasRandomID else { return }
            id = Runtime.randomID()
            for node in root.subtreeLocked() {
                for metric in node.metrics {
                    metric.inheritLocked(inheritedLocked(node, except: metric.definition))
                }
            }
        }
    }

    /// The labels that `node` gives to everything on it: the level's own, and worker_id.
    package func automaticLabels(of node: TreeNode) -> [Label] {
        withStructureLock { node.ownLabels + [workerLabelLocked] }
    }

    /// What a metric on `node` gets by itself; a constant label of its own wins over the runtime's.
    func inheritedLocked(_ node: TreeNode, except definition: MetricDefinition) -> [Label] {
        let constants = settings.constantLabels.filter { label in
            !definition.constLabels.contains { $0.name == label.name } && !definition.labelNames.contains(label.name)
        }
        return definition.isBare ? constants : node.ownLabels + [workerLabelLocked] + constants
    }

    /// A name for a new source: `wanted`, with a number behind it when it is taken. Takes the structure lock.
    func claimSourceName(_ wanted: String) -> String {
        withStructureLock {
            var name = wanted
            var number = 2
            while sourceNames.contains(name) {
                name = "\(wanted)-\(number)"
                number &+= 1
            }
            sourceNames.insert(name)
            return name
        }
    }

    /// Counts a finished HTTP response for the self-metrics.
    package func countResponse(_ status: Int) {
        withStructureLock { responses[status, default: 0] &+= 1 }
    }

    /// Shows these statuses from the start, so that their first occurrence is an increase.
    package func expectResponses(_ statuses: [Int]) {
        withStructureLock {
            for status in statuses { responses[status, default: 0] &+= 0 }
        }
    }

    /// Counts what a page had to leave out of our own metrics.
    func countOwnDrops(_ drops: DropTally) {
        if drops.isEmpty { return }
        withStructureLock { ownDrops.add(drops) }
        for (reason, example) in drops.examples {
            Log.once(.warning, cause: "instruments \(reason.rawValue)", "own metrics: dropped, \(example)")
        }
    }

    /// Counts what a format had to leave out, for the next page's self-metrics.
    package func countFormatDrops(_ drops: DropTally) {
        if drops.isEmpty { return }
        withStructureLock { formatDrops.add(drops) }
        for (reason, example) in drops.examples {
            Log.once(.warning, cause: "page \(reason.rawValue)", "the page: dropped, \(example)")
        }
    }

    private static func randomID() -> UInt64 {
        var id: UInt64 = 0
        if dynsupport_random(&id, 8) != 0 { id = UInt64(max(0, wallClock() * 1e6)) }
        return id & (UInt64.max >> 1)
    }
}
