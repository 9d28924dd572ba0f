// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// An endpoint in service: it outlives the command that started it, its model's death, and a switch to another model.
@Suite(.serialized) struct ServingTests {
    private func deploy(_ how: String, _ project: Project) async throws -> String {
        let run = try await project.converge("run", "model.recipe", "--yes", "--set", "how=\(how)", "--json")
        try #require(run.code == 0, "\(run.output)\(run.errors)")
        return try #require(try run.json.at("outputs", "url")?.string)
    }

    private func end(_ project: Project) async throws {
        let destroyed = try await project.converge("destroy", "model.recipe", "--yes")
        #expect(destroyed.code == 0, "\(destroyed.errors)")
        #expect(try await eventually { processes(with: project.folder.path).isEmpty }, "a process is left behind")
    }

    @Test func `requests sent all through a switch lose none`() async throws {
        let project = try SmallModel.project()
        let url = try await deploy("first", project)
        #expect(try await ask(url).body?.at("model")?.string == "first")
        let load = Load(url)
        async let sent: Void = load.send(atOnce: 4)
        for how in ["second", "first", "second"] {
            _ = try await deploy(how, project)
            let target = load.count + 50
            #expect(try await eventually { load.count >= target }, "requests go on after the switch to \(how)")
        }
        load.stop()
        await sent
        let found = load.answers
        #expect(Set(found.keys) == ["first", "second"], "\(found)")
        #expect(try await ask(url).body?.at("model")?.string == "second")
        try await end(project)
    }

    @Test func `a model that is killed answers again`() async throws {
        let project = try SmallModel.project()
        let url = try await deploy("good", project)
        for _ in 0..<3 {
            let before = try #require(try await ask(url).body?.at("process")?.int)
            kill(pid_t(before), SIGKILL)
            #expect(
                try await eventually {
                    let reply = try await ask(url)
                    return reply.status == 200 && reply.body?.at("process")?.int != before
                })
        }
        try await end(project)
    }

    @Test func `an endpoint survives the command that started it`() async throws {
        let project = try SmallModel.project()
        let url = try await deploy("good", project)
        #expect(try await ask(url).status == 200)
        let supervisors = processes(with: "supervise --project \(project.folder.path)")
        #expect(supervisors.count == 1)
        for pid in supervisors {
            #expect(getsid(pid) == pid, "it has a session of its own")
            #expect(getpgid(pid) == pid)
        }
        #expect(try await project.converge("show").code == 0)
        #expect(try await ask(url).status == 200)
        try await end(project)
    }

    @Test func `a supervisor holds nothing of the command that started it`() async throws {
        let project = try SmallModel.project()
        let held = project.path("held")
        try project.write("", to: "held")
        // Whoever starts a command may have files and sockets open in it that are not for its children's children.
        let descriptor = open(held, O_RDONLY)
        defer { close(descriptor) }
        _ = try await deploy("good", project)
        for pid in processes(with: "supervise --project \(project.folder.path)") {
            let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd")
            let targets = descriptors.compactMap {
                try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\($0)")
            }
            #expect(!targets.contains { $0.hasSuffix("/held") }, "\(targets)")
        }
        try await end(project)
    }

    @Test func `a supervisor and its models are told nothing that its starter's variables hold beside the usual`()
        async throws
    {
        let project = try SmallModel.project()
        let run = try await project.converge(
            "run", "model.recipe", "--yes", "--json",
            environment: ["ACME_TOKEN": "not-for-models", "CONVERGE_PARAM_unused": "stale", "LC_TIME": "C.UTF-8"])
        let url = try #require(try run.json.at("outputs", "url")?.string, "\(run.output)\(run.errors)")
        let model = try #require(try await ask(url).body?.at("process")?.int)
        let supervisors = processes(with: "supervise --project \(project.folder.path)")
        #expect(supervisors.count == 1)
        for pid in supervisors + [Int32(model)] {
            let content = try #require(FileManager.default.contents(atPath: "/proc/\(pid)/environ"))
            let variables = content.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            let names = Set(variables.map { String($0.prefix { $0 != "=" }) })
            #expect(names.isSuperset(of: ["PATH", "HOME", "LC_TIME"]))
            #expect(names.isDisjoint(with: ["ACME_TOKEN", "CONVERGE_PARAM_unused"]), "\(names)")
        }
        try await end(project)
    }

    @Test func `an endpoint whose supervisor was killed is not in service until an apply brings its model back`()
        async throws
    {
        let project = try SmallModel.project()
        let url = try await deploy("good", project)
        let version = try await project.converge("show", "endpoint", "--json").json
            .at("resources", "0", "outputs", "traffic")
        // As after a reboot: nothing of the project runs any more.
        for pid in processes(with: project.folder.path) { kill(pid, SIGKILL) }
        #expect(try await eventually { processes(with: project.folder.path).isEmpty })
        await #expect(throws: (any Error).self) { try await ask(url) }

        #expect(try await project.converge("show", "endpoint").output.contains("not in service"))
        let drift = try await project.converge("drift", "model.recipe")
        #expect(drift.code == 2 && drift.output.contains("not in service"), "\(drift.output)\(drift.errors)")
        let plan = try await project.converge("plan", "model.recipe", "--check")
        #expect(plan.code == 2 && plan.output.contains("not in service"), "\(plan.output)\(plan.errors)")
        #expect(try await project.converge("refresh", "model.recipe").output.contains("not in service"))
        #expect(try await project.converge("show", "endpoint").output.contains("not in service"))
        #expect(processes(with: project.folder.path).isEmpty, "to look starts nothing")

        let apply = try await project.converge("apply", "model.recipe", "--yes")
        #expect(apply.code == 0, "\(apply.output)\(apply.errors)")
        #expect(try await ask(url).body?.at("model")?.string == "good", "at once, where it was")
        let shown = try await project.converge("show", "endpoint", "--json").json
        #expect(shown.at("resources", "0", "outputs", "status") == "in service")
        #expect(shown.at("resources", "0", "outputs", "traffic") == version)
        #expect(try await project.converge("plan", "model.recipe", "--check").code == 0)
        #expect(try await project.converge("drift", "model.recipe").code == 0)
        try await end(project)
    }

    @Test func `the daemon of triggers starts the services again that should run, and leaves them when it ends`()
        async throws
    {
        let project = try SmallModel.project()
        let url = try await deploy("good", project)
        for pid in processes(with: project.folder.path) { kill(pid, SIGKILL) }
        #expect(try await eventually { processes(with: project.folder.path).isEmpty })
        let daemon = try project.start(["serve", "--json"])
        #expect(try await eventually { (try? await ask(url).body?.at("model")?.string) == "good" })
        daemon.send(SIGTERM)
        let answer = await daemon.end()
        #expect(answer.code == 0, "\(answer.errors)")
        #expect(try await ask(url).body?.at("model")?.string == "good")
        try await end(project)
    }

    @Test func `the ledger says which model is in service`() async throws {
        let project = try SmallModel.project()
        _ = try await deploy("good", project)
        let shown = try await project.converge("show", "endpoint", "--json").json
        #expect(shown.at("resources", "0", "outputs", "model") != .null, "\(shown)")
        #expect(shown.at("resources", "0", "outputs", "traffic")?.object?.isEmpty == false, "\(shown)")
        #expect(try await project.converge("drift", "model.recipe").code == 0, "set by runs, never a difference")
        #expect(try await project.converge("plan", "model.recipe", "--check").code == 0)
        try await end(project)
    }

    @Test func `a model gets no more memory than its endpoint gives a copy`() async throws {
        let recipe = SmallModel.recipe.replacingOccurrences(
            of: "ModelServing {}", with: "ModelServing { memory: 128MiB }")
        let project = try Project([
            "model.recipe": recipe, "train.py": SmallModel.training, "serve.py": SmallModel.serving
        ])
        let refused = try await project.converge("run", "model.recipe", "--yes", "--set", "how=big")
        #expect(refused.code == 1 && refused.errors.contains("MemoryError"), "\(refused.errors)")
        let url = try await deploy("good", project)
        #expect(try await ask(url).status == 200)
        try project.write(recipe.replacingOccurrences(of: "128MiB", with: "1GiB"), to: "model.recipe")
        let more = try await project.converge("apply", "model.recipe", "--yes")
        #expect(more.code == 0, "\(more.errors)")
        let big = try await deploy("big", project)
        #expect(big == url)
        #expect(try await ask(url).body?.at("model") == "big")
        try await end(project)
    }
}
