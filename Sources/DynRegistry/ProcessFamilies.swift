// What the root tells of its process when it was asked to: process_* as the kernel counts it, and the runtime's age. A
// family that anything else on the page has is left to that. Warm.

import DynCatalogue
import DynExposition
import DynInstruments
import DynModel
import DynSources

#if canImport(Glibc)
import Glibc
#endif

extension Runtime {
    /// Pages of the root show process_* from now on.
    package func showProcess() { withStructureLock { showsProcess = true } }
    /// Pages of the root show `dynamo_component_uptime_seconds` from now on.
    package func showUptime() { withStructureLock { showsUptime = true } }
}

extension Node {
    /// What was made for this node under `name`, else what `make` gives. Two that come at the same time share one.
    package func companion<Made: AnyObject>(
        _ name: String, _ make: () throws(MetricsError) -> Made
    ) throws(MetricsError) -> Made {
        func known() -> Made? { withStructureLock { place.companions[name] as? Made } }
        if let known = known() { return known }
        let made: Made
        do throws(MetricsError) {
            made = try make()
        } catch {
            // Somebody was faster: the metrics that `make` asked for are there, and so is what holds them.
            if let known = known() { return known }
            throw error
        }
        withStructureLock { place.companions[name] = made }
        return made
    }
}

struct ProcessFamilies {
    let runtime: Runtime

    func families(beside page: [Family]) -> [Family] {
        let (process, uptime) = withStructureLock { (runtime.showsProcess, runtime.showsUptime) }
        guard process || uptime else { return [] }
        var found = process ? readings() : []
        if uptime {
            found.append((MetricNames.Runtime.uptimeSeconds, .double((runtime.uptime * 1e3).rounded() / 1e3)))
        }
        let names = Set(page.map(\.name))
        let labels = LabelBlock(sorting: [runtime.workerLabel] + runtime.constantLabels)
        return found.compactMap { name, value in
            guard !names.contains(Text(name)), let entry = Catalogue.find(name) else { return nil }
            return Family(
                name: Text(name), kind: entry.type == .counter ? .counter : .gauge, help: Text(entry.help),
                samples: [Sample(labels, value)])
        }
    }

    /// What the kernel tells; what it does not tell is left out.
    private func readings() -> [(String, SampleValue)] {
        var found: [(String, SampleValue)] = []
        var usage = rusage()
        if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
            found.append(
                (MetricNames.Process.cpuSecondsTotal, .double(seconds(usage.ru_utime) + seconds(usage.ru_stime))))
        }
        if let count = openFiles() { found.append((MetricNames.Process.openFds, .integer(count))) }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            found.append((MetricNames.Process.maxFds, .integer(UInt64(limit.rlim_cur))))
        }
        let pages = fields(of: "/proc/self/statm")
        let pageSize = Double(sysconf(Int32(_SC_PAGESIZE)))
        if pages.count > 1 {
            found.append((MetricNames.Process.virtualMemoryBytes, .double(pages[0] * pageSize)))
            found.append((MetricNames.Process.residentMemoryBytes, .double(pages[1] * pageSize)))
        }
        if let start = startTime() { found.append((MetricNames.Process.startTimeSeconds, .double(start))) }
        return found
    }

    private func openFiles() -> UInt64? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count: UInt64 = 0
        while readdir(folder) != nil { count &+= 1 }
        return count > 3 ? count &- 3 : 0  // ".", ".." and the folder itself
    }

    /// Seconds since 1970: when the machine started, and how long after that the process did.
    private func startTime() -> Double? {
        // Behind the command's name, which may hold anything; the 22nd field is the 20th there.
        let stat = text(of: "/proc/self/stat")
        guard let end = stat.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = numbers(Array(stat[end...].dropFirst()))
        guard fields.count > 19, let ticks = fields[19] else { return nil }
        var now = timespec()
        guard clock_gettime(CLOCK_BOOTTIME, &now) == 0 else { return nil }
        let age = Double(now.tv_sec) + Double(now.tv_nsec) / 1e9 - ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
        return ((wallClock() - age) * 100).rounded() / 100
    }

    private func fields(of path: String) -> [Double] { numbers(text(of: path)).compactMap { $0 } }

    /// Words between spaces, as numbers where they are some.
    private func numbers(_ bytes: [UInt8]) -> [Double?] {
        bytes.split(whereSeparator: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }).map {
            readNumber(Text(String(decoding: $0, as: UTF8.self)))
        }
    }

    private func text(of path: String) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(file, &bytes, bytes.count)
        return count > 0 ? Array(bytes.prefix(count)) : []
    }
}
