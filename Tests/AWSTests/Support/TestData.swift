// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// The data files of these tests.
enum TestData {
    static func value(_ name: String) throws -> Value {
        try Value(json: Array(try bytes(name)))
    }

    static func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    private static func bytes(_ name: String) throws -> Data {
        let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Data")
        return try Data(contentsOf: folder.appendingPathComponent(name))
    }
}
