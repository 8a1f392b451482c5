// Another program's page as a source: fetched at each scrape, then read, filtered and merged like any text.

import DynModel
import DynRegistry
import DynServer
import DynSources

extension Node {
    /// The program need not be up yet. Throws when the URL is none, or is on another machine without leave.
    package func addPageSource(
        _ url: String, _ options: SourceOptions, allowsRemote: Bool
    ) throws(MetricsError) -> Registration {
        let address: PageAddress
        do throws(PageError) {
            address = try PageAddress(url, allowsRemote: allowsRemote)
        } catch {
            throw .invalidAddress(error.description)
        }
        var options = options
        if options.name == nil, options.filter.include.isEmpty { options.name = address.title }
        let most = runtime.sourceBudget.bytes
        return registerText(options) { () throws(SourceFailure) in
            do throws(PageError) {
                return Text(try PageClient.get(address, seconds: patience, most: most))
            } catch {
                Log.once(.warning, cause: "page \(error)", error.description)
                throw .page
            }
        }
    }
}

/// Seconds until a page is given up. Scrapes do not wait that long: what comes late is shown by the next one.
private let patience = 10

extension Metrics {
    /// Adds another program's page, fetched at each scrape: `http://127.0.0.1:8002/metrics`, or
    /// `unix:/run/engine.sock:/metrics`. The program need not be up yet.
    ///
    /// - Parameter allowsRemote: whether the page may be on another machine.
    @discardableResult
    public func addPageSource(
        _ url: String, name: String? = nil, filter: SourceFilter = SourceFilter(), addsLabels: Bool = true,
        allowsRemote: Bool = false
    ) throws(MetricsError) -> SourceHandle {
        let options = SourceOptions(
            name: name, filter: try filter.checked(), added: addsLabels ? .nodeLabels : .nothing)
        return SourceHandle(registration: try node.addPageSource(url, options, allowsRemote: allowsRemote))
    }
}
