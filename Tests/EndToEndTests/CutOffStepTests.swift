// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Runs that are taken back although nobody knows whether one of their steps happened.
struct CutOffStepTests {
    private func statuses(_ answer: Project.Answer) throws -> [String: String] {
        let steps = try answer.json.at("steps")?.list ?? []
        return Dictionary(
            steps.map { ($0.at("name")?.string ?? "", $0.at("status")?.string ?? "") },
            uniquingKeysWith: { first, _ in first })
    }

    private func takeLog(_ project: Project) throws -> [String] {
        let lines = project.exists("log") ? try project.text(of: "log").split(separator: "\n").map(String.init) : []
        try project.write("", to: "log")
        return lines
    }

    /// Two steps, the second of which is cut off by a kill, or by Ctrl-C twice.
    private func cutOff(_ refund: String, by signals: [Int32]) async throws -> Project {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step reserve: Shell { @undo: release, run: "echo reserve >> log; echo R1" }
              step release: Shell { run: "echo release ${reserve.stdout} >> log" }
              step charge: Shell { @needs: [reserve], @undo: refund, run: "echo charge >> log; touch begun; until [ -e go ]; do sleep 0.02; done" }
              step refund: Shell { run: "echo \(refund) >> log; test ! -e broke" }
              finally { step tell: Shell { run: "echo tell ${outcome} >> log" } }
            }

            """
        ])
        let started = try project.start(["run", "w.recipe", "--yes"])
        try #require(try await eventually { project.exists("begun") })
        for (place, signal) in signals.enumerated() {
            // One that the process has not noticed would be one with the next.
            if place > 0 { try #require(try await eventually { !started.hasPending(signal) }) }
            started.send(signal)
        }
        _ = await started.end()
        return project
    }

    @Test(arguments: [[SIGKILL], [SIGINT, SIGINT]])
    func `a step that was cut off is taken back where that needs nothing which it gave`(_ signals: [Int32]) async throws
    {
        let project = try await cutOff("refund", by: signals)
        try project.write("", to: "broke")
        let failed = try await project.converge("cancel", "run-1", "--undo", "--json")
        #expect(failed.code == 1, "\(failed.output)\(failed.errors)")
        #expect(try takeLog(project) == ["reserve", "charge", "refund", "tell failed"])
        #expect(failed.errors.contains("Not taken back: reserve, charge."), "\(failed.errors)")
        try FileManager.default.removeItem(atPath: project.path("broke"))
        let answer = try await project.converge("cancel", "run-1", "--undo", "--json")
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        #expect(try takeLog(project) == ["refund", "release R1", "tell cancelled"])
        #expect(
            try statuses(answer) == [
                "reserve": "undone", "release": "succeeded", "charge": "undone", "refund": "succeeded",
                "tell": "succeeded"
            ])
        // It can be gone on with: what was taken back is done again.
        try project.write("", to: "go")
        let resumed = try await project.converge("resume", "run-1")
        #expect(resumed.code == 0, "\(resumed.output)\(resumed.errors)")
        #expect(!resumed.errors.contains("aken back") && !resumed.output.contains("taken back"), "\(resumed.errors)")
        #expect(try takeLog(project) == ["reserve", "charge", "tell succeeded"])
    }

    @Test(arguments: [[SIGKILL], [SIGINT, SIGINT]])
    func `a step that was cut off and cannot be taken back is named, and the run ends failed`(_ signals: [Int32])
        async throws
    {
        let project = try await cutOff("refund ${charge.stdout}", by: signals)
        let answer = try await project.converge("cancel", "run-1", "--undo")
        answer.expectRefusal("E0201", "nobody knows whether it happened", wayOut: "take it back by hand")
        #expect(answer.errors.contains("Not taken back: charge."), "\(answer.errors)")
        #expect(try takeLog(project) == ["reserve", "charge", "release R1", "tell failed"])
        // What it gave is known once it is gone on with.
        try project.write("", to: "go")
        let resumed = try await project.converge("resume", "run-1")
        #expect(resumed.code == 0, "\(resumed.output)\(resumed.errors)")
        #expect(try takeLog(project) == ["reserve", "charge", "tell succeeded"])
    }

    @Test func `a step of a part that was cut off is taken back with the whole`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow outer {
              step pre: Shell { @undo: un_pre, run: "echo pre >> log" }
              step un_pre: Shell { run: "echo un_pre >> log" }
              step rest: Run { @needs: [pre], workflow: "inner" }
              finally { step tell: Shell { run: "echo tell ${outcome} >> log" } }
            }
            workflow inner {
              step mk: Shell { @undo: rm, run: "echo mk >> log; touch begun; until [ -e go ]; do sleep 0.02; done" }
              step rm: Shell { run: "echo rm >> log" }
            }

            """
        ])
        let started = try project.start(["run", "w.recipe", "outer", "--yes"])
        try #require(try await eventually { project.exists("begun") })
        started.send(SIGKILL)
        _ = await started.end()
        let answer = try await project.converge("cancel", "run-1", "--undo")
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        #expect(answer.errors.contains("Taken back: pre, rest/mk."), "\(answer.errors)")
        let log = try takeLog(project)
        #expect(log.count == 5 && log.prefix(2) == ["pre", "mk"] && log.last == "tell cancelled", "\(log)")
        #expect(Set(log) == ["pre", "mk", "rm", "un_pre", "tell cancelled"])
    }
}
