// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// The data files of these tests.
enum TestData {
    static func value(_ name: String) throws -> Value {
        let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Data")
        return try Value(json: Array(try Data(contentsOf: folder.appendingPathComponent(name))))
    }
}
