// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// What rules of kinds may ask of the machine on which the command runs.
enum ThisMachine {
    static let facts: Value = {
        let pages = Int64(sysconf(Int32(_SC_PHYS_PAGES)))
        let pageSize = Int64(sysconf(Int32(_SC_PAGESIZE)))
        return [
            "cpus": fact(Int64(sysconf(Int32(_SC_NPROCESSORS_ONLN))), Value.int),
            "memory": fact(pages > 0 && pageSize > 0 ? pages * pageSize : 0, Value.size)
        ]
    }()

    /// Unknown where the system does not tell.
    private static func fact(_ number: Int64, _ value: (Int64) -> Value) -> Value {
        number > 0 ? value(number) : .unknown(UnknownValue(origin: "the machine"))
    }
}
