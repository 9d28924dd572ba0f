// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

private func canMount() async throws -> Bool {
    let project = try Project()
    try FileManager.default.createDirectory(atPath: project.path("disk"), withIntermediateDirectories: true)
    return try await project.program(["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "disk"]).code == 0
}

/// A disk of few megabytes that is full in the midst of a command.
@Suite(.enabled("mounting is not permitted here") { try await canMount() })
struct FullDiskTests {
    /// Runs a script in a folder that is a disk of its own; what is to outlive it goes to the folder above.
    private func onSmallDisk(
        _ project: Project, _ script: String, environment: [String: String] = [:]
    ) async throws -> Project.Answer {
        try project.write(
            """
            mkdir -p disk && mount -t tmpfs -o size=8m tmpfs disk && cp *.recipe converge.project disk && cd disk || exit 9
            \(script)

            """, to: "script.sh")
        var words = ["env"] + environment.map { "\($0.key)=\($0.value)" }
        words += ["CONVERGE=\(Project.executable)", "unshare", "-rm", "sh", "script.sh"]
        return try await project.program(words)
    }

    @Test func `on a full disk a run records what it did, begins nothing and goes on when there is room`() async throws
    {
        let project = try Project([
            "converge.project": "environment default { use local }\n",
            "work.recipe": """
            workflow work {
              step first: Shell { run: "echo first >> ../ran; dd if=/dev/zero of=filler bs=4k 2>/dev/null || true" }
              step last: Shell { @needs: [first], run: "echo last >> ../ran" }
            }
            """
        ])
        let answer = try await onSmallDisk(
            project,
            """
            "$CONVERGE" run work.recipe --yes 2>../full.err; echo "full $?"
            cat ../ran
            dd if=/dev/zero of=more bs=4k 2>/dev/null
            "$CONVERGE" resume run-1 --yes 2>>../full.err; echo "still full $?"
            rm filler more
            "$CONVERGE" resume run-1 --yes; echo "room $?"
            cat ../ran
            """)
        let errors = try project.text(of: "full.err")
        #expect(errors.contains("error[L0202]"), "\(errors)")
        let lines = answer.output.split(separator: "\n").map(String.init)
        #expect(lines.contains("full 1") && lines.contains("still full 1") && lines.contains("room 0"), "\(answer)")
        #expect(try project.text(of: "ran") == "first\nlast\n", "\(answer.output)\(errors)")
    }

    @Test func `on a full disk what steps did is recorded however much they give, and nothing is done twice`()
        async throws
    {
        let project = try Project([
            "converge.project": "environment default { use local }\n",
            "work.recipe": """
            workflow work {
              for i in range(0, 300) {
                step s["k${i}"]: Shell { run: "head -c 20000 /dev/zero | tr '[:cntrl:]' a; echo ${i} >> ../ran" }
              }
            }
            """
        ])
        let answer = try await onSmallDisk(
            project,
            """
            "$CONVERGE" run work.recipe --yes 2>../full.err; echo "full $?"
            wc -l < ../ran
            dd if=/dev/zero of=filler bs=4k 2>/dev/null
            "$CONVERGE" runs >/dev/null; echo "runs $?"
            "$CONVERGE" show run-1 >/dev/null; echo "show $?"
            "$CONVERGE" plan work.recipe >/dev/null; echo "plan $?"
            rm filler; mount -o remount,size=60m .
            "$CONVERGE" resume run-1 --yes >/dev/null; echo "room $?"
            sort ../ran | uniq | wc -l; wc -l < ../ran
            """)
        let errors = try project.text(of: "full.err")
        #expect(errors.contains("error[L0202]") && errors.contains("warning[L0502]"), "\(errors)")
        #expect(errors.split(separator: "\n").count { $0.contains("[L0202]") } == 1, "\(errors)")
        let lines = answer.output.split(separator: "\n").map(String.init)
        let done = Int(lines.dropFirst().first ?? "") ?? 0
        #expect(lines.first == "full 1" && done > 20 && done < 300, "\(answer)")
        #expect(lines.dropFirst(2) == ["runs 0", "show 0", "plan 0", "room 0", "300", "300"], "\(answer)")
    }

    @Test func `an apply of much on a full disk does not name each of its resources`() async throws {
        let project = try Project([
            "converge.project": "environment default { use local }\n",
            "many.recipe": "for i in range(0, 4000) { resource x[\"k${i}\"]: local.Note { text: \"t${i}\" } }\n"
        ])
        let answer = try await onSmallDisk(
            project,
            """
            "$CONVERGE" apply many.recipe --yes >../full.out 2>../full.err; echo "full $?"
            mount -o remount,size=60m .
            "$CONVERGE" apply many.recipe --yes >/dev/null; echo "room $?"
            "$CONVERGE" plan many.recipe --check >/dev/null; echo "plan $?"
            """)
        let errors = try project.text(of: "full.err")
        #expect(answer.output == "full 1\nroom 0\nplan 0\n", "\(answer)\(errors)")
        let unbegun = errors.split(separator: "\n").count { $0.contains("✗") && $0.contains("cannot reserve room") }
        #expect(unbegun <= 32, "\(errors.prefix(2000))")
    }

    @Test func `on a full disk an apply records what it made, and makes nothing twice`() async throws {
        let project = try Project([
            "converge.project": "environment default { use local\n use safe }\n",
            "doors.recipe": """
            resource front: safe.Safe { label: "front" }
            for n in ["a", "b", "c"] { resource side[n]: safe.Safe { label: n } }
            resource back: safe.Safe { label: "back ${front.id}" }
            """
        ])
        let platform = try SafePlatform(password: "open")
        try await SafePlugin().install(in: project)
        try platform.write(project.path("disk/filler"), to: "fill")
        let answer = try await onSmallDisk(
            project,
            """
            "$CONVERGE" apply doors.recipe --yes --parallelism 1 2>../full.err; echo "full $?"
            rm filler
            "$CONVERGE" apply doors.recipe --yes; echo "room $?"
            "$CONVERGE" plan doors.recipe
            "$CONVERGE" show --json
            """,
            environment: platform.environment.merging(["CONVERGE_PLUGIN_PATH": project.path(".converge/plugins")]) {
                $1
            })
        let errors = try project.text(of: "full.err")
        #expect(errors.contains("error[L0202]"), "\(errors)")
        #expect(answer.output.contains("full 1\n") && answer.output.contains("room 0\n"), "\(answer)")
        #expect(answer.output.contains("Nothing to change"), "\(answer)")
        #expect(try platform.made.sorted() == ["back", "front", "side[\"a\"]", "side[\"b\"]", "side[\"c\"]"])
        #expect(try platform.count == 5)
    }
}
