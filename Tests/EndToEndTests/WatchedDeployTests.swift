// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// A new version that is watched beside the old one, and taken back where it is worse.
@Suite(.serialized) struct WatchedDeployTests {
    private func project(_ fields: String) throws -> Project {
        let recipe = SmallModel.recipe.replacingOccurrences(
            of: "start_timeout: 20s", with: "start_timeout: 20s, \(fields)")
        return try Project(["model.recipe": recipe, "train.py": SmallModel.training, "serve.py": SmallModel.serving])
    }

    private func run(_ project: Project, _ how: String) async throws -> Project.Answer {
        try await project.converge("run", "model.recipe", "--yes", "--set", "how=\(how)", "--json")
    }

    private func end(_ project: Project) async throws {
        #expect(try await project.converge("destroy", "model.recipe", "--yes").code == 0)
        #expect(try await eventually { processes(with: project.folder.path).isEmpty }, "a process is left behind")
    }

    @Test(arguments: ["canary", "blue_green"])
    func `a slow version is taken back by its alarm, and no request is lost`(strategy: String) async throws {
        let project = try project(
            #"strategy: "\#(strategy)", watch: 3s, abort_when: { slow: { metric: "latency_p95", above: 0.2, over: 1m } }"#
        )
        let first = try await run(project, "good")
        let url = try #require(try first.json.at("outputs", "url")?.string, "\(first.output)\(first.errors)")
        let load = Load(url)
        async let sent: Void = load.send(atOnce: 4)
        let slow = try await run(project, "slow")
        #expect(slow.code == 1)
        #expect(try slow.json.at("diagnostics", "0", "code") == "D0702", "\(slow.output)")
        #expect(slow.output.contains("the alarm 'slow' fired: latency_p95 is 0.3"), "\(slow.output)")
        #expect(try await ask(url).body?.at("model") == "good")
        let other = try await run(project, "other")
        #expect(other.code == 0, "\(other.output)\(other.errors)")
        #expect(try await ask(url).body?.at("model") == "other")
        load.stop()
        await sent
        #expect(Set(load.answers.keys) == ["good", "slow", "other"], "\(load.answers)")
        try await end(project)
    }

    @Test func `a switch that is killed while it is watched goes on, and can still be taken back`() async throws {
        let project = try project(
            #"strategy: "blue_green", watch: 4s, abort_when: { idle: { metric: "requests", below: 1000000 } }"#)
        let first = try await run(project, "good")
        let url = try #require(try first.json.at("outputs", "url")?.string, "\(first.output)\(first.errors)")
        let started = try project.start(["run", "model.recipe", "--yes", "--set", "how=other"])
        #expect(try await eventually { try await ask(url).body?.at("model") == "other" })
        started.send(SIGKILL)
        _ = await started.end()
        let runs = try await project.converge("runs", "--json").json
        let id = try #require(runs.at("runs", "0", "id")?.string, "\(runs)")
        let resumed = try await project.converge("resume", id, "--json")
        #expect(resumed.code == 1)
        #expect(resumed.output.contains("the alarm 'idle' fired"), "\(resumed.output)\(resumed.errors)")
        #expect(try await ask(url).body?.at("model") == "good")
        try await end(project)
    }
}
