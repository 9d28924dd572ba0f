// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import PluginFixtures
import Testing

@testable import AWS

struct EndpointTests {
    private func endpoint(
        _ service: String, _ region: String, _ settings: ObjectValue = [:], variables: [String: String] = [:],
        config: String = ""
    ) throws -> Endpoint {
        let home = try TemporaryFolder()
        try home.write(config, to: ".aws/config")
        let surroundings = Surroundings.files(variables.merging(["HOME": home.path]) { $1 })
        let finder = EndpointFinder(
            settings: try AWSSettings(settings), surroundings: surroundings, profiles: try Profiles(surroundings))
        return try finder.endpoint(try ServiceModel.named(service), region: region)
    }

    @Test(arguments: [
        ("s3", "eu-west-1", "https://s3.eu-west-1.amazonaws.com", "eu-west-1"),
        ("s3", "us-east-1", "https://s3.us-east-1.amazonaws.com", "us-east-1"),
        ("iam", "eu-west-1", "https://iam.amazonaws.com", "us-east-1"),
        ("iam", "cn-northwest-1", "https://iam.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("iam", "us-gov-east-1", "https://iam.us-gov.amazonaws.com", "us-gov-west-1"),
        ("route53", "eu-west-1", "https://route53.amazonaws.com", "us-east-1"),
        ("route53", "cn-north-1", "https://route53.amazonaws.com.cn", "cn-northwest-1"),
        ("sagemaker", "eu-west-1", "https://api.sagemaker.eu-west-1.amazonaws.com", "eu-west-1"),
        ("ecr", "cn-north-1", "https://api.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("ec2", "us-gov-west-1", "https://ec2.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("cloudwatch", "eu-west-1", "https://monitoring.eu-west-1.amazonaws.com", "eu-west-1")
    ])
    func `AWS's own hosts, and the region that signs`(service: String, region: String, base: String, signing: String)
        throws
    {
        let found = try endpoint(service, region)
        #expect(found.base == base && found.signingRegion == signing && !found.isOverride)
    }

    @Test func `every service of each variant is where botocore would call it`() throws {
        let cases = try #require(TestData.value("endpoints.json").list)
        #expect(cases.count > 700)
        for each in cases {
            let words = try #require(each.list)
            let (service, region) = (words[0].string ?? "", words[1].string ?? "")
            let variant = words[2].string ?? ""
            let variables = [
                "AWS_USE_FIPS_ENDPOINT": "\(variant.hasPrefix("fips"))",
                "AWS_USE_DUALSTACK_ENDPOINT": "\(variant.hasSuffix("dual"))"
            ]
            if let host = words[3].string {
                let found = try endpoint(service, region, variables: variables)
                #expect(found.host == host, "\(service) in \(region), \(variant)")
                let usual = try endpoint(service, region)
                #expect(found.signingRegion == usual.signingRegion)
            } else {
                #expect(throws: AWSFailure.self) { try endpoint(service, region, variables: variables) }
            }
        }
    }

    @Test func `a profile asks for a variant, a variable counts before it, and an address before both`() throws {
        let config = "[default]\nuse_fips_endpoint = true\nuse_dualstack_endpoint = true\n"
        #expect(
            try endpoint("s3", "us-east-1", config: config).base == "https://s3-fips.dualstack.us-east-1.amazonaws.com")
        let off = ["AWS_USE_FIPS_ENDPOINT": "False"]
        #expect(
            try endpoint("s3", "us-east-1", variables: off, config: config).base
                == "https://s3.dualstack.us-east-1.amazonaws.com")
        #expect(try endpoint("s3", "us-east-1", ["endpoint": "http://use:1"], config: config).base == "http://use:1")
        let failure = #expect(throws: AWSFailure.self) {
            try endpoint("s3", "us-east-1", variables: ["AWS_USE_FIPS_ENDPOINT": "maybe"])
        }
        #expect(failure?.diagnostic.code == .awsSettings)
        let none = #expect(throws: AWSFailure.self) {
            try endpoint("s3", "cn-north-1", variables: ["AWS_USE_FIPS_ENDPOINT": "true"])
        }
        #expect(none?.diagnostic.message.contains("S3 has no FIPS endpoint in cn-north-1") == true)
    }

    @Test func `an address that is given counts in the order of every AWS tool`() throws {
        let config = """
            [default]
            endpoint_url = http://profile:1
            services = local
            [services local]
            s3 =
              endpoint_url = http://section:1
            """
        var variables = ["AWS_ENDPOINT_URL_S3": "http://variable-s3:1", "AWS_ENDPOINT_URL": "http://variable:1"]
        let all = { (variables: [String: String]) in
            try endpoint("s3", "eu-west-1", variables: variables, config: config).base
        }
        #expect(
            try endpoint("s3", "eu-west-1", ["endpoint": "http://use:1"], variables: variables).base == "http://use:1")
        #expect(try all(variables) == "http://variable-s3:1")
        variables["AWS_ENDPOINT_URL_S3"] = nil
        #expect(try all(variables) == "http://variable:1")
        variables = [:]
        #expect(try all(variables) == "http://section:1")
        #expect(try endpoint("sqs", "eu-west-1", config: config).base == "http://profile:1")
        variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"
        #expect(try all(variables) == "https://s3.eu-west-1.amazonaws.com")
        #expect(
            try endpoint("states", "eu-west-1", variables: ["AWS_ENDPOINT_URL_SFN": "http://sfn:1"]).base
                == "http://sfn:1")
    }

    @Test func `an address keeps its path, and loses its scheme's own port`() throws {
        let found = try endpoint("s3", "eu-west-1", ["endpoint": "https://Minio.Example:443/store/"])
        #expect(found.base == "https://minio.example" && found.path == "/store" && found.host == "minio.example")
        let failure = #expect(throws: AWSFailure.self) { try endpoint("s3", "eu-west-1", ["endpoint": "localhost:1"]) }
        #expect(failure?.diagnostic.code == .awsSettings)
    }

    @Test(arguments: [
        ("bucket", "https://bucket.s3.eu-west-1.amazonaws.com", "/a"),
        ("my.bucket", "https://s3.eu-west-1.amazonaws.com", "/my.bucket/a"),
        ("Bucket", "https://s3.eu-west-1.amazonaws.com", "/Bucket/a")
    ])
    func `a bucket is part of the host where a certificate covers it`(bucket: String, base: String, path: String)
        throws
    {
        let own = try endpoint("s3", "eu-west-1")
        let placed = StoragePlace.placed(WireRequest(path: "/\(bucket)/a"), own, bucket: bucket)
        #expect(placed.endpoint.base == base && placed.request.path == path)
        let given = try endpoint("s3", "eu-west-1", ["endpoint": "http://127.0.0.1:5000"])
        let kept = StoragePlace.placed(WireRequest(path: "/\(bucket)"), given, bucket: bucket)
        #expect(kept.endpoint.base == "http://127.0.0.1:5000" && kept.request.path == "/\(bucket)")
    }
}
