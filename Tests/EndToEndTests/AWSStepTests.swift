// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Steps over things of AWS, and things that use one another, by the scripts of Tests/Moto.
@Suite(.enabled(if: MotoScript.isInstalled, "moto is not installed"))
struct AWSStepTests {
    @Test func `tables go into a bucket and back`() async throws {
        #expect(try await said(by: "steps.py") == "steps: carried")
    }

    @Test(.enabled(if: MotoScript.has("pgserver, pg8000"), "Tests/Moto/requirements.txt is not installed"))
    func `a warehouse of Redshift takes steps, and finds them again after a kill`() async throws {
        #expect(try await said(by: "warehouse.py") == "warehouse: loaded, transformed, killed and resumed")
    }

    @Test(.enabled(if: MotoScript.has("mlflow, flask"), "mlflow is not installed"))
    func `training is tracked by MLflow, and its model registered there`() async throws {
        #expect(try await said(by: "tracking.py") == "tracking: trained, registered and evaluated")
    }

    @Test func `what is made anew goes before what it uses, cluster, nodes and network`() async throws {
        #expect(try await said(by: "order.py") == "order: kept")
    }

    @Test func `a machine that somebody stopped stays so, but where a change needs it to start`() async throws {
        #expect(try await said(by: "resting.py") == "resting: left at rest, and woken by what needs it")
    }

    @Test func `a change for which a machine is stopped may be killed at any call, and it runs again`() async throws {
        let machine = MotoScript.recipes.appendingPathComponent("ec2.Instance.recipe").path
        let said = try await said(by: "kills.py", ["--part", "update"], machine)
        #expect(said.hasPrefix("ec2.Instance: survived "), "\(said)")
    }

    @Test func `all that is there is adopted at once, as it is`() async throws {
        let platform = Project.repository.appendingPathComponent("Tests/Moto/platform.recipe").path
        let said = try await said(by: "adoption.py", [], platform)
        // moto says on its own what it does not know.
        let last = said.components(separatedBy: "\n").last ?? ""
        #expect(last.hasPrefix("adoption: all of it, as it was"), "\(said)")
    }

    private func said(
        by script: String, _ options: [String] = [], _ words: String...
    ) async throws -> String {
        let project = try Project()
        let file = Project.repository.appendingPathComponent("Tests/Moto/\(script)").path
        let answer = try await project.program(
            ["python3", "-W", "ignore", file] + options + [Project.executable] + words)
        return answer.output.trimmingCharacters(in: .newlines)
    }
}
