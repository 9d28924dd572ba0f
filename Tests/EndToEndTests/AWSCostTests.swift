// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Estimates by the price tables of the AWS plugin. Nobody is asked: every credential is made up and AWS out of reach.
struct AWSCostTests {
    private static let credentials: [String: String] = [
        "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"
    ]

    private static let environments = """
        environment default { use aws { region: "us-east-1" } }
        environment dublin { use aws { region: "eu-west-1" } }
        environment sydney { use aws { region: "ap-southeast-2" } }
        environment nowhere { use aws }
        environment poor {
          use aws { region: "us-east-1" }
          budget "5 USD"
        }
        environment strict {
          use aws { region: "us-east-1" }
          budget "500 USD" { unknown: "deny" }
        }

        """

    private static func project(_ recipe: String) throws -> Project {
        try Project(["converge.project": environments, "shop.recipe": recipe])
    }

    private static let key = "resource lake_key: aws.kms.Key { description: \"objects of the lake\" }\n"

    private static let machines = """
        resource way_out: aws.ec2.NatGateway { subnet_id: "subnet-1", allocation_id: "eipalloc-1" }
        resource address: aws.ec2.ElasticIp {}
        resource box: aws.ec2.Instance { image_id: "ami-1", instance_type: "m5.large" }
        resource odd: aws.ec2.Instance { image_id: "ami-1", instance_type: "x9.large" }
        resource clicks: aws.kinesis.Stream { stream_name: "c", stream_mode: "PROVISIONED", shard_count: 3 }
        resource pods: aws.eks.Cluster {
          name: "pods"
          role_arn: "arn:aws:iam::123456789012:role/pods"
          resources_vpc_config: { subnet_ids: ["subnet-1", "subnet-2"] }
          upgrade_policy: { support_type: "STANDARD" }
        }
        resource pool: aws.eks.Nodegroup {
          cluster_name: "pods"
          nodegroup_name: "pool"
          node_role: "arn:aws:iam::123456789012:role/pods"
          subnets: ["subnet-1"]
          instance_types: ["t3.large"]
          scaling_config: { min_size: 1, max_size: 5, desired_size: 2 }
        }
        resource role: aws.iam.Role {
          role_name: "pods"
          assume_role_policy_document: { Version: "2012-10-17", Statement: [] }
        }

        """

    /// What the JSON of `cost` says of a resource: the known sum, nil where all is unknown.
    private static func known(_ json: Value, _ address: String) -> String? {
        json.at("resources")?.list?.first { $0.at("address")?.string == address }?.at("after", "known", "USD")?.string
    }

    @Test func `a plan tells what a key costs where its price is known, and unknown where it is not`() async throws {
        let project = try Self.project(Self.key)
        let plan = try await project.converge("plan", "shop.recipe", environment: Self.credentials)
        #expect(plan.code == 0, "\(plan.errors)")
        #expect(plan.output.contains("lake_key  aws.kms.Key  1.00 USD + unknown"), "\(plan.output)")
        #expect(plan.output.contains("not known: requests: 0.03 USD per 10,000 requests"), "\(plan.output)")
        let far = try await project.converge(
            "plan", "shop.recipe", "--env", "sydney", environment: Self.credentials)
        #expect(
            far.output.contains("lake_key  aws.kms.Key  unknown: key: no price for it in ap-southeast-2"),
            "\(far.output)")
        let open = try await project.converge(
            "cost", "shop.recipe", "--env", "nowhere", environment: Self.credentials)
        #expect(open.output.contains("lake_key (key: nothing says its region)"), "\(open.output)")
    }

    @Test func `what is paid by the hour is counted with its number, in its region`() async throws {
        let project = try Self.project(Self.machines)
        let json = try await project.converge("cost", "shop.recipe", "--json", environment: Self.credentials).json
        for (address, amount) in [
            ("way_out", "32.85"), ("address", "3.65"), ("box", "70.08"), ("clicks", "32.85"), ("pods", "73"),
            ("pool", "121.472"), ("role", "0")
        ] { #expect(Self.known(json, address) == amount, "\(address): \(json.indentedJSON(.plain))") }
        // The measures of the machine are known to be for nothing; the machine itself has no price.
        #expect(Self.known(json, "odd") == "0")
        let unknown = json.at("unknown")?.list?.compactMap(\.string) ?? []
        #expect(unknown.contains("odd (machine with Linux: no price for it as it is declared)"), "\(unknown)")
        let dublin = try await project.converge(
            "cost", "shop.recipe", "--env", "dublin", "--json", environment: Self.credentials
        ).json
        #expect(Self.known(dublin, "way_out") == "35.04" && Self.known(dublin, "pods") == "73")
        #expect(Self.known(dublin, "box") == nil && Self.known(dublin, "clicks") == nil)
    }

    @Test func `a budget refuses what is too dear, and a strict one what nobody knows`() async throws {
        let project = try Self.project(Self.machines)
        try await project.converge("plan", "shop.recipe", "--env", "poor", environment: Self.credentials)
            .expectRefusal("G0130", "poor may cost 5.00 USD a month, and would cost 333.90 USD")
        try project.write(Self.key, to: "shop.recipe")
        let allowed = try await project.converge(
            "plan", "shop.recipe", "--env", "poor", environment: Self.credentials)
        #expect(allowed.code == 0 && allowed.output.contains("1.00 of 5.00 USD used"), "\(allowed.output)")
        try await project.converge("plan", "shop.recipe", "--env", "strict", environment: Self.credentials)
            .expectRefusal("G0131", "lake_key: requests: 0.03 USD per 10,000 requests")
    }

    @Test func `the estate of houses has a price before it is there`() async throws {
        let folder = Project.repository.appendingPathComponent("Recipes/real-estate-aws")
        let project = try Project()
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name != ".converge" {
            try FileManager.default.copyItem(
                at: folder.appendingPathComponent(name), to: project.folder.appendingPathComponent(name))
        }
        let answer = try await project.converge(
            "cost", "real-estate-aws.recipe", "--env", "aws", "--by", "kind", "--json",
            environment: Self.credentials)
        #expect(answer.code == 0, "\(answer.errors)")
        let json = try answer.json
        let amounts = (json.at("groups")?.list ?? []).reduce(into: [String: String]()) { amounts, group in
            if let name = group.at("name")?.string { amounts[name] = group.at("after", "USD")?.string ?? "unknown" }
        }
        for (kind, amount) in [
            ("aws.redshift.Cluster", "396.39"), ("aws.kinesis.Stream", "29.2"), ("aws.cloudwatch.Dashboard", "6"),
            ("aws.cloudwatch.MetricAlarm", "0.4"), ("aws.iam.Role", "0"), ("aws.s3.BucketPolicy", "0"),
            ("aws.s3.Bucket", "unknown"), ("aws.sagemaker.Endpoint", "unknown")
        ] { #expect(amounts[kind] == amount, "\(kind): \(amounts)") }
        #expect(json.at("after", "USD")?.string == "431.99")
        let sources = json.at("sources")?.list ?? []
        #expect(sources.contains { $0.at("source")?.string == "https://aws.amazon.com/redshift/pricing/" })
        #expect(sources.allSatisfy { $0.at("date")?.string != nil })
        let text = try await project.converge(
            "cost", "real-estate-aws.recipe", "--env", "aws", environment: Self.credentials)
        for line in [
            "8 of aws.s3.Bucket (storage: 0.023 USD per GB-month",
            "valuation/endpoint, advice/endpoint (no price of aws.sagemaker.Endpoint)",
            "By list prices; a month has 730 hours:\n", "\n  2026-03-01, https://aws.amazon.com/redshift/pricing/\n"
        ] { #expect(text.output.contains(line), "\(line): \(text.output)") }
    }
}
