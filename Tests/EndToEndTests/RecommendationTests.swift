// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// The shipped recipe, from files to an endpoint that answers, on the generated shop and without a network.
@Suite(.serialized) struct RecommendationTests {
    private static let folder = "Recipes/recommendation-system"
    private static let recipe = "recommendation-system.recipe"

    private func project() throws -> Project {
        let project = try Project()
        let shipped = Project.repository.appendingPathComponent(Self.folder)
        for name in try FileManager.default.contentsOfDirectory(atPath: shipped.path)
        where name.hasSuffix(".py") || name.hasSuffix(".recipe") {
            try FileManager.default.copyItem(
                at: shipped.appendingPathComponent(name), to: project.folder.appendingPathComponent(name))
        }
        return project
    }

    /// Makes a shop in the folder `shop` of the project.
    private func makeShop(_ project: Project, _ options: String) async throws {
        let made = try await project.program("sh", "-c", "exec python3 generate.py shop \(options)")
        try #require(made.code == 0, "\(made.errors)")
    }

    private func run(_ project: Project, _ words: String...) async throws -> Project.Answer {
        try await project.run(
            ["run", Self.recipe, "--yes", "--json"] + words, environment: ["PIP_NO_INDEX": "1"])
    }

    private func metric(_ name: String, of step: String, in answer: Project.Answer) throws -> Double {
        let steps = try answer.json.at("steps")?.list ?? []
        let found = steps.first { $0.at("name")?.string == step }
        return try #require(found?.at("outputs", "metrics", name)?.number)
    }

    private func end(_ project: Project) async throws {
        let destroyed = try await project.converge("destroy", Self.recipe, "--yes")
        #expect(destroyed.code == 0, "\(destroyed.errors)")
        #expect(try await eventually { processes(with: project.folder.path).isEmpty }, "a process is left behind")
    }

    private func expectService(_ project: Project, _ answer: Project.Answer) async throws {
        try #require(answer.code == 0, "\(answer.output)\(answer.errors)")
        for name in ["recall_at_10", "precision_at_10"] {
            let model = try metric(name, of: "judge", in: answer)
            let baseline = try metric(name, of: "yardstick", in: answer)
            #expect(model > baseline, "\(name)")
        }
        let shown = try await project.converge("show", "endpoint.url")
        let url = shown.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let reply = try await ask(url, #"{"customer": "nobody", "top": 3}"#)
        #expect(reply.status == 200, "\(reply)")
        #expect(reply.body?.at("basis")?.string == "popularity")
        #expect(reply.body?.at("products")?.list?.count == 3)
        let wrong = try await ask(url, "{")
        #expect(wrong.status == 400, "\(wrong)")
        let page = try project.text(of: "report.html")
        #expect(page.contains("<svg") && page.contains("What would this customer like next?"))
        #expect(!page.contains("http://") || !page.contains("src=\"http"), "the page needs nothing from elsewhere")
    }

    @Test func `the model beats what is popular, is deployed and answers, and a second run executes no step`()
        async throws
    {
        let project = try project()
        let first = try await run(project)
        try await expectService(project, first)
        let second = try await run(project)
        #expect(second.code == 0, "\(second.output)\(second.errors)")
        let steps = try #require(try second.json.at("steps")?.list)
        #expect(steps.count == 17)
        #expect(steps.allSatisfy { $0.at("status")?.string == "unchanged" }, "\(second.output)")
        #expect(try second.json.at("outputs", "recall_at_10") == first.json.at("outputs", "recall_at_10"))
        #expect(try await project.converge("plan", Self.recipe, "--check").code == 0)
        try await end(project)
    }

    @Test func `a shop of one's own with other ids, columns and times gets the same service`() async throws {
        let project = try project()
        try await makeShop(
            project,
            "--shuffle-ids --columns time,product,customer --names customer=user_id,product=sku --time epoch")
        try await expectService(project, run(project, "--set", "data=shop"))
        try await end(project)
    }

    @Test func `a model that loses against what is popular is refused and not deployed`() async throws {
        let project = try project()
        try await makeShop(project, "--fickle")
        let answer = try await run(project, "--set", "data=shop")
        #expect(answer.code == 1)
        #expect(try answer.diagnostics.first?.at("code")?.string == "D0601")
        #expect(try answer.diagnostics.first?.at("message")?.string?.contains("does not pass") == true)
        let steps = try answer.json.at("steps")?.list ?? []
        #expect(steps.first { $0.at("name")?.string == "judge" }?.at("status")?.string == "failed")
        #expect(steps.first { $0.at("name")?.string == "release" }?.at("status")?.string == "not begun")
        let url = try await project.converge("show", "endpoint.url").output
            .trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(try await ask(url).status == 503, "nothing is in service")
        #expect(!project.exists("report.html"))
        try await end(project)
    }
}
