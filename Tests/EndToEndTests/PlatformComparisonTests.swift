// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Testing

/// One recipe on two platforms, side by side.
struct PlatformComparisonTests {
    @Test func `a recipe of capabilities is shown on both platforms, with what each makes`() async throws {
        let project = try Project([
            "shop.recipe": """
            resource lake: DataLakeStorage { retention: 30d }
            resource warehouse: DataWarehousing {}
            workflow load { step orders: Ingest { from: "orders.csv", into: warehouse } }

            """
        ])
        let answer = try await project.converge("compare", "local", "aws", "shop.recipe")
        #expect(answer.code == 0, "\(answer.errors)")
        #expect(answer.output.contains("Folder: local.Lake") && answer.output.contains("S3: aws.s3.Bucket, "))
        #expect(answer.output.contains("2 of 2 resources are declared by capabilities"), "\(answer.output)")
        let json = try await project.converge("compare", "local", "aws", "shop.recipe", "--json").json
        #expect(json.at("portable")?.bool == true)
        #expect(json.at("resources", "0", "on", "aws", "service")?.string == "S3")
        #expect(json.at("steps", "0", "on", "local")?.bool == true)
    }

    @Test func `what binds a recipe, and what a platform lacks, is told with its line`() async throws {
        let project = try Project([
            "shop.recipe": """
            resource lake: DataLakeStorage { public: true }
            resource bucket: aws.s3.Bucket {}
            resource fn: ServerlessComputing { source: ".", runtime: "python" }

            """
        ])
        let answer = try await project.converge("compare", "local", "aws", "shop.recipe")
        #expect(answer.code == 2, "\(answer.errors)")
        #expect(answer.output.contains("line 2: bucket is a kind of aws"), "\(answer.output)")
        #expect(answer.output.contains("lacks public_read [R0602]"), "\(answer.output)")
        #expect(answer.output.contains("[R0601]"), "\(answer.output)")
        #expect(answer.output.contains("aws: can be planned"), "\(answer.output)")
        #expect(answer.output.contains("local: cannot be planned"), "\(answer.output)")
    }

    @Test func `what is shown is what the recipe makes there, and what a condition leaves out is no gap`() async throws
    {
        let project = try Project([
            "shop.recipe": """
            param cloud: Bool = false
            resource serving: ModelServing {}
            if cloud {
              resource fn: ServerlessComputing { source: "code", runtime: "python" }
            }
            workflow look { step note: Shell { command: ["true"] } }

            """,
            "converge.project": """
            environment laptop { use local }
            environment aws {
              use aws { region: "eu-west-1" }
              set cloud = true
            }

            """,
            "code/main.py": "def handle(value):\n    return value\n"
        ])
        let answer = try await project.converge("compare", "local", "aws", "shop.recipe")
        #expect(answer.code == 0, "\(answer.errors)")
        let lines = answer.output.split(separator: "\n")
        let serving = try #require(lines.first { $0.hasPrefix("serving") })
        #expect(serving.contains("aws.logs.LogGroup ×2") && !serving.contains("ScalableTarget"), "\(serving)")
        let function = try #require(lines.first { $0.hasPrefix("fn") })
        #expect(function.contains("left out") && function.contains("AWS Lambda: aws.logs.LogGroup"), "\(function)")
        #expect(lines.contains { $0.hasPrefix("note") && $0.hasSuffix("here") }, "\(answer.output)")
        let json = try await project.converge("compare", "local", "aws", "shop.recipe", "--json").json
        let made = try #require(json.at("resources", "0", "on", "aws"))
        // One kind of all, of logs, is there twice.
        #expect(made.at("things")?.int == (made.at("creates")?.list).map { Int64($0.count + 1) }, "\(made)")
        #expect(json.at("steps", "0", "here")?.bool == true && json.at("steps", "0", "on", "aws")?.bool == false)
    }

    @Test func `platforms need a recipe, and runs take none`() async throws {
        let project = try Project(["shop.recipe": "resource lake: DataLakeStorage {}\n"])
        #expect(try await project.converge("compare", "local", "aws").code == 64)
        #expect(try await project.converge("compare", "run-1", "run-2", "shop.recipe").code == 64)
    }

    @Test func `mapping tells what each service makes`() async throws {
        let answer = try await Project().converge("mapping", "--json")
        let lake = try #require(
            try answer.json.at("rows")?.list?.first { $0.at("capability")?.string == "DataLakeStorage" })
        #expect(lake.at("providers", "aws", "0", "creates", "0")?.string == "aws.s3.Bucket")
        let shown = try await Project().converge("mapping")
        #expect(shown.output.contains("aws.s3.BucketEncryption"), "\(shown.output)")
    }

    @Test func `mapping of one capability shows all that each service makes, in any width`() async throws {
        let project = try Project()
        let shown = try await project.converge("mapping", "ModelServing")
        #expect(shown.code == 0, "\(shown.errors)")
        #expect(shown.output.contains("✓ aws  ECS\n"), "\(shown.output)")
        #expect(shown.output.contains("    aws.ecs.Service\n"), "\(shown.output)")
        #expect(!shown.output.contains("DataLakeStorage"))
        let rows = try await project.converge("mapping", "ModelServing", "--json").json.at("rows")?.list
        #expect(rows?.count == 1)
        let unknown = try await project.converge("mapping", "ModelServ")
        #expect(unknown.code == 1)
        #expect(unknown.errors.contains("mapping ModelServing"), "\(unknown.errors)")
    }

    @Test func `explain tells programs what can be asked of a row, and of whom`() async throws {
        let row = try await Project().converge("explain", "DataLakeStorage", "--json").json
        let retention = try #require(row.at("parameters")?.list?.first { $0.at("name")?.string == "retention" })
        #expect(retention.at("type")?.string == "Duration")
        #expect(retention.at("default_text")?.string == "7d")
        #expect(retention.at("rule")?.string?.contains("90d") == true)
        let service = try #require(row.at("services")?.list?.first { $0.at("provider")?.string == "aws" })
        #expect(service.at("service")?.string == "S3")
        #expect(service.at("creates", "0")?.string == "aws.s3.Bucket")
        let kind = try await Project().converge("explain", "aws.s3.Bucket", "--json").json
        #expect(kind.at("plugin")?.string == "aws")
        #expect(kind.at("fields")?.list?.contains { $0.at("name")?.string == "tags" } == true)
    }
}
