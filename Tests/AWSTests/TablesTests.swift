// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import AWS

@Suite("The tables of the AWS plugin")
struct TablesTests {
    @Test("are part of the library")
    func areEmbedded() throws {
        let names = Tables.names(in: "Kinds")
        #expect(names.contains("Kinds/s3"))
        for name in names { #expect(Tables.bytes(name)?.first == UInt8(ascii: "{")) }
        #expect(Tables.bytes("Kinds/none") == nil)
    }
}
