// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Testing

@testable import AWS

@Suite("Names that are made")
struct MadeNameTests {
    private let identity = ResourceIdentity(
        environment: "prod", module: "Shop", address: Address("lake/records[\"own\"]/bucket"))
    private let token = OperationToken("0123456789abcdef0123456789abcdef")

    private func rule(_ table: ObjectValue) throws -> MadeName? {
        try MadeName(TableReader(table, place: "test"), isName: true)
    }

    @Test("tell where the thing is declared, and end with the operation's token")
    func tell() throws {
        #expect(try rule([:])?.text(identity, token) == "prod-shop-lake-records-own-bucket-89abcdef")
        let other = OperationToken("0123456789abcdef00000000fedcba98")
        #expect(try rule([:])?.text(identity, other) == "prod-shop-lake-records-own-bucket-fedcba98")
    }

    @Test("keep to what the service takes")
    func keep() throws {
        let short = try rule(["made": ["longest": 32, "separator": "_"]])?.text(identity, token)
        #expect(short == "prod_shop_lake_records_89abcdef")
        #expect(try rule(["made": ["prefix": "alias/"]])?.text(identity, token).hasPrefix("alias/prod-shop-") == true)
        let odd = ResourceIdentity(environment: "1", module: "ä", address: Address("é"))
        #expect(try rule([:])?.text(odd, token) == "x1-89abcdef")
        let long = ResourceIdentity(environment: "e", module: "m", address: Address(String(repeating: "a", count: 300)))
        #expect(try rule([:])?.text(long, token).utf8.count == 63)
    }

    @Test("are made for what names a thing, unless its table says otherwise")
    func areMade() throws {
        #expect(try rule(["made": false]) == nil)
        #expect(try MadeName(TableReader([:], place: "test"), isName: false) == nil)
        #expect(try KindTable.shared.entry("aws.s3.Bucket").madeNames == ["bucket"])
        #expect(try KindTable.shared.entry("aws.iam.OpenIDConnectProvider").madeNames.isEmpty)
        let bucket = try KindTable.shared.entry("aws.s3.Bucket").schema()
        #expect(bucket.field("bucket")?.isRequired == false)
        #expect(bucket.output("bucket") != nil)
    }
}
