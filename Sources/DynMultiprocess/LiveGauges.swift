// What is taken away of writers that are gone: the files of their live gauges, as mark_process_dead does. Warm.

import DynModel

#if canImport(Glibc)
import Glibc
#endif

package enum LiveGauges {
    /// Removes the `gauge_live…` files of processes that are gone, for a directory of one's own whose writers are in this
    /// pid namespace. Whatever cannot be removed stays.
    package static func removeOfTheDead(in path: String) {
        guard let folder = opendir(path) else { return }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            guard let first = entry.pointer(to: \.d_name) else { continue }
            let name = String(cString: UnsafeRawPointer(first).assumingMemoryBound(to: CChar.self))
            let text = Text(name)
            guard text.hasSuffix(".db"), ValueFileName(text)?.mayVanish == true, let pid = Writers.pid(in: text),
                Writers.isGone(pid)
            else { continue }
            unlink("\(path)/\(name)")
        }
    }
}
