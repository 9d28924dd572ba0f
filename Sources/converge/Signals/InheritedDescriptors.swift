// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import Glibc

/// What a process was given open by the one that started it, besides the three standard descriptors.
enum InheritedDescriptors {
    /// Closes them; for a process that outlives its starter, which may wait for a pipe or a socket to be closed.
    ///
    /// To be called before this process opens anything. The runtime's own, which are there from the first line on,
    /// have no file, pipe or socket behind them and stay open.
    static func close() {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") else { return }
        for descriptor in names.compactMap({ Int32($0) }) where descriptor > STDERR_FILENO {
            let link = "/proc/self/fd/\(descriptor)"
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: link),
                !target.hasPrefix("anon_inode:")
            else { continue }
            Glibc.close(descriptor)
        }
    }
}
