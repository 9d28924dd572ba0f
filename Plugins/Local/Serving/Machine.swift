// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// What this machine has.
enum Machine {
    /// Refuses needs that it cannot meet.
    static func check(cpus: Double, memory: Int64) throws(CallError) {
        let processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        if processors > 0, cpus > Double(processors) {
            throw CallError(
                .invalid, "this machine has \(processors) processors, fewer than the \(cpus) asked for",
                help: ["ask for fewer `cpus`, or for another provider"])
        }
        let pages = sysconf(Int32(_SC_PHYS_PAGES))
        let size = Int64(pages) * Int64(sysconf(Int32(_SC_PAGESIZE)))
        if size > 0, memory > size {
            throw CallError(
                .invalid,
                "this machine has \(size >> 20) MiB of memory, less than the \(Value.size(memory).literal) asked for",
                help: ["ask for less `memory`, or for another provider"])
        }
    }
}
