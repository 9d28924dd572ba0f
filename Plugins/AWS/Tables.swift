// SPDX-License-Identifier: Apache-2.0
import AWSTables
import ConvergeSDK

/// The tables of kinds, service models and mappings that the library carries.
enum Tables {
    /// The bytes of a table; nil where there is none of the name.
    ///
    /// - Parameter name: The folder and file without its ending, such as `Kinds/s3`.
    static func bytes(_ name: String) -> [UInt8]? {
        guard let table = all.first(where: { String(cString: $0.name) == name }) else { return nil }
        return [UInt8](UnsafeBufferPointer(start: table.bytes, count: table.size))
    }

    /// The names of the tables of a folder, in order.
    static func names(in folder: String) -> [String] {
        all.map { String(cString: $0.name) }.filter { $0.hasPrefix(folder + "/") }.sorted()
    }

    private static var all: UnsafeBufferPointer<aws_table> {
        UnsafeBufferPointer(start: aws_tables(), count: aws_table_count())
    }
}
