// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Testing

@testable import AWS

struct AnswerReaderTests {
    @Test(arguments: WireCase.all("response"))
    func `an answer is read as botocore reads it`(wire: WireCase) throws {
        let given = try #require(wire.content["response"]?.object)
        var response = HTTPResponse(status: given["status_code"]?.int.map { Int($0) } ?? 200)
        for header in given["headers"]?.object ?? [:] {
            response.headers.append((header.key, header.value.string ?? ""))
        }
        response.body = Array((given["body"]?.string ?? "").utf8)
        let answer = try AnswerReader(model: try wire.model()).read(response, try wire.operation())
        let wanted = try #require(wire.content["result"]).object ?? [:]
        #expect(SameBody.normal(.object(answer)) == SameBody.normal(.object(wanted)))
    }
}
