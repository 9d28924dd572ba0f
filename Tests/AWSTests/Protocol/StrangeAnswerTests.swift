// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Testing

@testable import AWS

/// Something between this machine and AWS answers in its place, and says that all is well.
struct StrangeAnswerTests {
    private func fault(_ service: String, _ operation: String, _ body: String) throws -> AnswerFault? {
        let call = try AWSCall(service, operation, [:])
        var response = HTTPResponse(status: 200)
        response.body = Array(body.utf8)
        do throws(AnswerFault) {
            _ = try AnswerReader(model: call.model).read(response, call.operation)
            return nil
        } catch { return error }
    }

    @Test(arguments: [
        ("sns", "GetTopicAttributes"), ("sns", "CreateTopic"), ("ec2", "DescribeVpcs"), ("iam", "GetRole"),
        ("s3", "ListBuckets"), ("kinesis", "DescribeStreamSummary"), ("lambda", "GetFunction")
    ])
    func `a page of HTML is no answer, of whatever protocol`(service: String, operation: String) throws {
        #expect(try fault(service, operation, "<html><body>Sign in to the network</body></html>") != nil)
        if service != "s3" { #expect(try fault(service, operation, "<a/>") != nil) }
    }

    @Test func `a question that is answered with nothing of what its answer must hold is not answered`() throws {
        #expect(try fault("kinesis", "DescribeStreamSummary", "{}")?.path == "stream_description_summary")
        #expect(try fault("kinesis", "ListTagsForStream", "{}") != nil)
        #expect(
            try fault("kinesis", "ListTagsForStream", #"{"HasMoreTags": false}"#) == nil,
            "what is empty may be left out")
        #expect(try fault("logs", "DescribeLogGroups", "{}") == nil, "nothing of it must be there")
    }
}
