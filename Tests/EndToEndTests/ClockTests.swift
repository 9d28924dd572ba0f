// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// A clock that is set back between commands and while one works.
struct ClockTests {
    /// The machine's time, and a day before it once a file `back` is in the folder of the process.
    private static let clock = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <time.h>
        #include <unistd.h>
        int clock_gettime(clockid_t clock, struct timespec *out) {
            int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
            int result = real(clock, out);
            if (clock == CLOCK_REALTIME && access("back", F_OK) == 0) out->tv_sec -= 86400;
            return result;
        }

        """

    @Test func `a clock that goes backwards changes no order, no length and no name`() async throws {
        let project = try Project([
            "clock.c": Self.clock,
            "work.recipe": """
            param text: String = "one"
            resource note: local.Note { text: text }
            workflow work {
              step first: Shell { run: "touch back" }
              step last: Shell { @needs: [first], run: "true" }
            }
            """
        ])
        let built = try await project.program(["clang", "-shared", "-fPIC", "clock.c", "-o", "clock.so", "-ldl"])
        try #require(built.code == 0, "\(built.errors)")
        func converge(_ words: String...) async throws -> Project.Answer {
            let answer = try await project.run(words, environment: ["LD_PRELOAD": project.path("clock.so")])
            #expect(answer.code == 0, "\(words): \(answer.output)\(answer.errors)")
            return answer
        }
        _ = try await converge("apply", "work.recipe", "--yes")
        // It is set back while the run works.
        _ = try await converge("run", "work.recipe", "--yes")
        #expect(project.exists("back"))
        _ = try await converge("apply", "work.recipe", "--yes", "--set", "text=two")
        _ = try await converge("run", "work.recipe", "--yes")

        let runs = try #require(try await converge("runs", "--json").json.at("runs")?.list)
        #expect(runs.compactMap { $0.at("id")?.string } == ["run-4", "apply-3", "run-2", "apply-1"])
        for run in runs {
            let (started, ended) = (run.at("started")?.string ?? "", run.at("ended")?.string ?? "")
            #expect(!started.isEmpty && started <= ended, "\(run)")
        }
        // The later ones are a day earlier indeed.
        #expect((runs[1].at("started")?.string ?? "") < (runs[3].at("started")?.string ?? ""))
        let steps = try #require(try await converge("show", "run-2", "--json").json.at("steps")?.list)
        #expect(steps.count == 2)
        for step in steps {
            #expect((step.at("started")?.string ?? "") <= (step.at("ended")?.string ?? ""), "\(step)")
        }
        #expect(!(try await converge("runs").output.contains("-1 day")))
        let versions = try #require(try await converge("history", "work.recipe", "--json").json.at("versions")?.list)
        #expect(versions.compactMap { $0.at("id")?.string } == ["apply-3", "apply-1"])
        let plan = try await converge("plan", "work.recipe", "--set", "text=two")
        #expect(plan.output.contains("Nothing to change"), "\(plan.output)")
        _ = try await converge("rollback", "apply-1", "--yes")
        #expect(try await converge("show", "note", "--json").output.contains("\"one\""))
        #expect(try await converge("audit", "verify").code == 0)
    }
}
