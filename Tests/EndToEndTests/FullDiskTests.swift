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
