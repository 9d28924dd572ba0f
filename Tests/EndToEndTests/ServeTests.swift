// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import FoundationNetworking
import Testing

/// `converge serve` with schedules.
struct ServeTests {
    private static func recipe(_ schedule: String, run: String = "echo ${time} >> out.txt") -> String {
        """
        workflow tick {
          param time: Time
          step say: Shell { run: "\(run)" }
          on schedule \(schedule) { missed: "all", with: { time: event.time } }
        }

        """
    }

    /// One whose schedule is due every minute, and was not looked at for so many.
    private func missed(_ minutes: Int64, run: String = "echo ${time} >> out.txt") async throws -> ServedProject {
        let served = try ServedProject(["tick.recipe": Self.recipe("\"* * * * *\"", run: run)])
        try await served.lookOnce()
        try served.setBack(by: minutes * 60)
        return served
    }

    @Test func `missed times are made up for in their order, each once`() async throws {
        let served = try await missed(5)
        let daemon = try await served.serve()
        #expect(try await eventually { try served.firings().filter { $0.status == "done" }.count >= 5 })
        let answer = try await served.end(daemon)
        let firings = try served.firings()
        let subjects = firings.map(\.subject)
        #expect(subjects == subjects.sorted() && Set(subjects).count == subjects.count)
        let done = firings.filter { $0.status == "done" }
        #expect(try served.lines("out.txt").prefix(done.count) == done.map(\.subject).prefix(done.count))
        #expect(Set(done.compactMap(\.run)).count == done.count)
        #expect(try answer.events("fired").count == firings.count)
        #expect(try answer.events("succeeded").count == done.count)
        #expect(try answer.events("ended").count == 1)
        let run = try await served.project.converge("runs", "--json").json
        #expect(run.at("runs", "0", "status")?.string == "succeeded")
    }

    @Test func `a daemon that is killed again and again neither loses nor doubles a firing`() async throws {
        let served = try await missed(40)
        var generator = SystemRandomNumberGenerator()
        var kills = 0
        while try served.firings().filter({ $0.status == "done" }).count < 40 {
            try #require(kills < 300)
            let daemon = try served.project.start(["serve", "--json"])
            try await Task.sleep(nanoseconds: UInt64.random(in: 20_000_000...500_000_000, using: &generator))
            daemon.send(SIGKILL)
            let answer = await daemon.end()
            // One that was still about to take the lease of the one before says so, and is none.
            #expect(answer.code == -SIGKILL || answer.errors.contains("L0301"), "\(answer.errors)")
            kills += 1
        }
        let daemon = try await served.serve()
        #expect(try await eventually { try served.firings().allSatisfy { $0.status == "done" } })
        try await served.end(daemon)
        let firings = try served.firings()
        let expected = firings.map(\.subject)
        #expect(expected.count >= 40 && Set(expected).count == expected.count)
        #expect(Set(firings.compactMap(\.run)).count == firings.count, "each has a run of its own")
        #expect(try served.lines("out.txt").sorted() == expected.sorted(), "after \(kills) kills")
        let minutes = try expected.map { try #require(ISO8601DateFormatter().date(from: $0)).timeIntervalSince1970 }
        #expect(zip(minutes, minutes.dropFirst()).allSatisfy { $1 - $0 == 60 }, "no minute is left out: \(expected)")
    }

    @Test func `a machine that goes down again and again runs each time once`() async throws {
        let served = try await missed(12)
        var generator = SystemRandomNumberGenerator()
        var downs = 0
        while try served.firings().filter({ $0.status == "done" }).count < 12 {
            try #require(downs < 300)
            let daemon = try served.project.start(["serve", "--json"])
            try await Task.sleep(nanoseconds: UInt64.random(in: 200_000_000...900_000_000, using: &generator))
            daemon.send(SIGKILL)
            for pid in processes(with: served.project.folder.path) { kill(pid, SIGKILL) }
            _ = await daemon.end()
            downs += 1
        }
        let daemon = try await served.serve()
        #expect(try await eventually { try served.firings().allSatisfy { $0.status == "done" } })
        let answer = try await served.end(daemon)
        let firings = try served.firings()
        #expect(Set(firings.map(\.subject)).count == firings.count)
        #expect(Set(firings.compactMap(\.run)).count == firings.count, "\(answer.errors)")
        #expect(try Set(served.lines("out.txt")) == Set(firings.map(\.subject)), "after \(downs) times")
        let runs = try await served.project.converge("runs", "--json", "--limit", "500").json.at("runs")?.list ?? []
        let workflows = runs.filter { $0.at("workflow") == "tick" }
        #expect(workflows.count == firings.count && workflows.allSatisfy { $0.at("status") == "succeeded" }, "\(runs)")
    }

    @Test func `today is the day by the clock of the schedule that is due`() async throws {
        // At any time it is another day than in UTC in one of them.
        let zones = ["Pacific/Kiritimati", "Etc/GMT+12"]
        let workflows = zones.enumerated().map { position, zone in
            """
            workflow w\(position) {
              param day: Date = today()
              param by_zone: Date
              param time: Time
              param at: Time = now()
              step say: Shell { run: "echo ${day} ${by_zone} ${date(time)} ${at == time} >> out\(position).txt" }
              on schedule "* * * * *" { zone: "\(zone)", with: { by_zone: event.date, time: event.time } }
            }

            """
        }
        let served = try ServedProject(["zones.recipe": workflows.joined()])
        try await served.lookOnce()
        try served.setBack(by: 90)
        let daemon = try await served.serve()
        try #require(
            try await eventually {
                Set(try served.firings().filter { $0.status == "done" }.map(\.workflow)).count == zones.count
            })
        try await served.end(daemon)
        let lines = try served.lines("out0.txt") + served.lines("out1.txt")
        let days = lines.map { line in line.split(separator: " ").map { String($0) } }
        try #require(days.count > 1 && days.allSatisfy { $0.count == 4 }, "\(lines)")
        #expect(days.allSatisfy { $0[0] == $0[1] && $0[3] == "true" }, "\(lines)")
        #expect(days.contains { $0[0] != $0[2] }, "\(lines)")
    }

    @Test func `a run whose process dies goes on from where it was`() async throws {
        let run =
            "echo begin >> out.txt; if [ -e killed ]; then echo end >> out.txt; else touch killed; kill -9 $PPID; fi"
        let recipe = """
            workflow tick {
              step first: Shell { run: "echo first >> out.txt" }
              step last: Shell { @needs: [first], run: "\(run)" }
              on schedule "* * * * *"
            }

            """
        let served = try ServedProject(["tick.recipe": recipe])
        try await served.lookOnce()
        try served.setBack(by: 300)
        let daemon = try await served.serve()
        #expect(try await eventually { try served.firings().contains { $0.status == "done" } })
        let answer = try await served.end(daemon)
        let lines = try served.lines("out.txt")
        #expect(lines.filter { $0 == "first" }.count == (try served.firings().filter { $0.run != nil }.count))
        #expect(lines.contains("end"))
        #expect(try answer.events("died").count >= 1, "\(answer.errors)")
    }

    @Test func `the end of the daemon lets a step finish, and the next one goes on with the run`() async throws {
        let recipe = """
            workflow tick {
              step first: Shell { run: "touch begun; sleep 1; echo first >> out.txt" }
              step last: Shell { @needs: [first], run: "echo last >> out.txt" }
              on schedule "* * * * *"
            }

            """
        let served = try ServedProject(["tick.recipe": recipe])
        try await served.lookOnce()
        try served.setBack(by: 180)
        let daemon = try await served.serve()
        try #require(try await eventually { served.project.exists("begun") })
        let answer = try await served.end(daemon)
        #expect(try served.lines("out.txt") == ["first"])
        #expect(try answer.events("stopped").count == 1, "\(answer.errors)")
        let open = try served.firings().filter { $0.status == "stopping" }
        #expect(open.count == 1)
        let next = try await served.serve()
        #expect(try await eventually { try served.firings().first { $0.run == open.first?.run }?.status == "done" })
        let second = try await served.end(next)
        #expect(try served.lines("out.txt").prefix(2) == ["first", "last"])
        #expect(try second.events("resumed").count == 1, "\(second.errors)")
        #expect(processes(with: served.project.folder.path).isEmpty)
    }

    @Test func `only one daemon serves an environment`() async throws {
        let served = try ServedProject(["tick.recipe": Self.recipe("\"0 2 * * *\"")])
        let daemon = try await served.serve()
        let second = try await served.project.converge("serve")
        second.expectRefusal("L0301", "another process is serving the triggers of environment default")
        #expect(second.errors.contains("process \(daemon.pid)"))
        try await served.end(daemon)
    }

    @Test func `a recipe is read anew when it changes, and served as it was while it has errors`() async throws {
        let served = try ServedProject(["tick.recipe": Self.recipe("\"0 2 * * *\"")])
        let daemon = try await served.serve("tick.recipe")
        try #require(try await eventually { try served.marks() == 2 })
        try served.project.write(Self.recipe("\"0 3 * * *\""), to: "tick.recipe")
        try #require(try await eventually { daemon.errors.contains("\"read\"") })
        try served.project.write("workflow tick {\n  step say: Shel { run: \"x\" }\n}\n", to: "tick.recipe")
        try #require(try await eventually { daemon.errors.contains("\"broken\"") })
        let answer = try await served.end(daemon)
        #expect(try answer.events("read").count == 1, "\(answer.errors)")
        let broken = try answer.events("broken")
        #expect(broken.count == 1)
        #expect(broken.first?.at("diagnostics", "0", "code")?.string == "R0201")
        // A daemon that finds it so serves what the one before did.
        try served.setBack(by: 2 * 86_400)
        let next = try await served.serve("tick.recipe")
        #expect(try await eventually { try served.firings().contains { $0.status == "done" } })
        let second = try await served.end(next)
        #expect(try second.events("broken").count == 1)
        #expect(try served.firings().allSatisfy { $0.subject.hasSuffix("T03:00:00Z") })
    }

    @Test func `a recipe that cannot be read and never could is refused`() async throws {
        let served = try ServedProject(["tick.recipe": "workflow tick {\n  on schedule \"0 25 * * *\"\n}\n"])
        let answer = try await served.project.converge("serve", "tick.recipe")
        answer.expectRefusal("R0802", "the hour is a number from 0 to 23, not '25'", wayOut: "explain schedule")
    }

    @Test func `a firing whose run cannot begin is told and recorded`() async throws {
        let recipe = """
            workflow tick {
              param n: Int = 1 where n > 5
              step say: Shell { run: "echo ${n} >> out.txt" }
              on schedule "* * * * *" { with: { n: if event.zone == "UTC" then 2 else 9 } }
            }

            """
        let served = try ServedProject(["tick.recipe": recipe.replacingOccurrences(of: "= 1", with: "= 9")])
        try await served.lookOnce()
        try served.setBack(by: 90)
        let daemon = try await served.serve()
        #expect(try await eventually { try served.firings().contains { $0.status == "refused" } })
        let answer = try await served.end(daemon)
        #expect(try answer.events("refused").count >= 1, "\(answer.errors)")
        let firings = try served.firings()
        #expect(firings.contains { $0.status == "refused" && $0.note.contains("R0502") }, "\(firings)")
        #expect(!served.project.exists("out.txt"))
    }

    @Test func `figures and health are told on request`() async throws {
        let served = try await missed(3)
        let daemon = try await served.serve("--listen", "127.0.0.1:0")
        let port = try await daemon.listeningPort()
        #expect(try await eventually { try served.firings().filter { $0.status == "done" }.count >= 3 })
        func get(_ path: String) async throws -> (Int, String) {
            let url = try #require(URL(string: "http://127.0.0.1:\(port)\(path)"))
            let (data, response) = try await URLSession.shared.data(from: url)
            return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
        }
        let health = try await get("/healthz")
        #expect(health.0 == 200 && health.1.contains("\"ok\""))
        let metrics = try await get("/metrics")
        let labels = "module=\"tick\",workflow=\"tick\",trigger=\"schedule \\\"* * * * *\\\"\""
        #expect(metrics.1.contains("converge_runs_total{\(labels),status=\"succeeded\"} "), "\(metrics.1)")
        #expect(metrics.1.contains("# TYPE converge_firings_total counter\n"))
        #expect(metrics.1.contains("converge_recipes 1\n"))
        let run = "purpose=\"workflow\",module=\"tick\",workflow=\"tick\""
        #expect(metrics.1.contains("converge_recorded_runs{\(run),status=\"succeeded\"} "), "\(metrics.1)")
        #expect(metrics.1.contains("# TYPE converge_run_duration_seconds histogram\n"))
        #expect(metrics.1.contains("converge_run_duration_seconds_bucket{\(run),le=\"+Inf\"} "))
        #expect(metrics.1.contains("converge_lease_held{lease=\"serve\"} 1\n"))
        #expect(metrics.1.contains("# TYPE converge_journal_commits_total counter\n"))
        #expect(metrics.1.contains("converge_ledger_readable 1\n"))
        #expect(try await get("/nothing").0 == 404)
        try await served.end(daemon)
        let busy = try await served.project.converge("serve", "--listen", "0.0.0.0:80")
        #expect(busy.code == 64 && busy.errors.contains("127.0.0.1:8080"))
    }

    @Test func `show tells the next times of schedules, and what they did last`() async throws {
        let served = try await missed(1)
        let daemon = try await served.serve()
        #expect(try await eventually { try served.firings().contains { $0.status == "done" } })
        try await served.end(daemon)
        let json = try await served.project.converge("show", "tick.recipe", "--json", "--next", "5").json
        let trigger = try #require(json.at("triggers", "0"))
        #expect(trigger.at("trigger")?.string == "schedule \"* * * * *\"")
        #expect(trigger.at("next")?.list?.count == 5)
        #expect(trigger.at("last", "run")?.string?.hasPrefix("run-") == true)
        let text = try await served.project.converge("show", "tick.recipe").output
        #expect(text.contains("STARTED BY") && text.contains("schedule \"* * * * *\""), "\(text)")
    }
}
