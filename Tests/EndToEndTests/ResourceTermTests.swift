// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// `@ignore`, `@replace` and `@owner`.
struct ResourceTermTests {
    private func value(_ project: Project, _ address: String, _ path: String...) async throws -> Value? {
        let shown = try await project.converge("show", address, "--json").json.at("resources", "0")
        return path.reduce(shown) { $0?.at($1) }
    }

    private func edit(_ project: Project, _ from: String, _ to: String) async throws {
        let edit = try await project.program(
            "python3", "-c",
            """
            import glob, sqlite3, sys
            database = sqlite3.connect(glob.glob(".converge/local/default/*/catalog.db")[0])
            database.execute("update things set inputs = replace(inputs, ?, ?)", sys.argv[1:])
            database.commit()
            """, from, to)
        try #require(edit.code == 0, "\(edit.errors)")
    }

    @Test func `what others change in an ignored field stays, in plan, drift and later updates`() async throws {
        let project = try Project([
            "a.recipe": "resource l: local.Lake { retention: 8d, labels: { team: \"a\" }, @ignore: [labels.team] }\n"
        ])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try await edit(project, "\"team\":\"a\"", "\"team\":\"theirs\"")
        #expect(try await project.converge("drift", "a.recipe").code == 0)
        #expect(try await project.converge("plan", "a.recipe", "--check").code == 0)
        try project.write(
            "resource l: local.Lake { retention: 9d, labels: { team: \"a\" }, @ignore: [labels.team] }\n",
            to: "a.recipe")
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        #expect(try await value(project, "l", "inputs", "labels", "team") == "theirs")
        #expect(try await value(project, "l", "inputs", "retention") == "9d")
    }

    @Test func `the new one is made first, its readers follow, then the old one goes`() async throws {
        let project = try Project([:])
        func write(_ versioned: String) throws {
            try project.write(
                """
                resource l: DataLakeStorage { @replace: "create_first", \(versioned) }
                resource n: local.Note { text: l.id }

                """, to: "a.recipe")
        }
        try write("name: \"one\"")
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        let before = try await value(project, "l", "outputs", "id")
        try write("name: \"two\"")
        let apply = try await project.converge("apply", "a.recipe", "--yes", "--events")
        #expect(apply.code == 0, "\(apply.errors)")
        let ended = try apply.output.split(separator: "\n").map { try Value(json: String($0)) }
            .filter { $0.at("event") == "operation_ended" }.compactMap { $0.at("address")?.string }
        #expect(ended.last?.hasSuffix("~1") == true && ended.firstIndex(of: "n") == ended.count - 2, "\(ended)")
        let after = try await value(project, "l", "outputs", "id")
        #expect(before != after)
        #expect(try await value(project, "n", "inputs", "text") == after)
        let all = try await project.converge("show", "--json").json.at("resources")?.list ?? []
        #expect(!all.contains { $0.at("address")?.string?.contains("~") == true })
        #expect(try await project.converge("plan", "a.recipe", "--check").code == 0)
    }

    @Test func `a unique name that stays is refused with the ways out`() async throws {
        func text(_ artifacts: String) -> String {
            "resource l: local.Lake {}\nresource t: local.Tracker { name: \"runs\", \(artifacts)@replace: \"create_first\" }\n"
        }
        let project = try Project(["a.recipe": text("")])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try project.write(text("artifacts: l.id, "), to: "a.recipe")
        try await project.converge("apply", "a.recipe", "--yes").expectRefusal("G0110", "the same `name`")
    }

    @Test func `an owner is kept and shown`() async throws {
        let project = try Project(["a.recipe": "resource n: local.Note { text: \"a\", @owner: \"data team\" }\n"])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        #expect(try await value(project, "n", "owner") == "data team")
        try project.write("resource n: local.Note { text: \"a\", @owner: \"shop team\" }\n", to: "a.recipe")
        let apply = try await project.converge("apply", "a.recipe", "--yes")
        #expect(apply.code == 0 && apply.output.contains("n belongs to shop team now"), "\(apply.output)")
        #expect(try await project.converge("show", "n").output.contains("owner        shop team"))
    }

    @Test(arguments: [
        ("resource n: local.Note { text: \"a\", @ignore: [txt] }", "R0203"),
        ("resource n: local.Note { text: \"a\", @ignore: 5 }", "R0209"),
        ("resource l: DataLakeStorage { @ignore: [labels] }", "R0209"),
        ("resource l: DataLakeStorage { @ignore: [folder.labels] }", ""),
        ("resource n: local.Note { text: \"a\", @replace: \"never\" }", "R0207"),
        ("resource l: DataLakeStorage { @adopt: \"x\" }", "R0209")
    ])
    func `mistakes in terms are told at check`(text: String, code: String) async throws {
        let project = try Project(["a.recipe": text + "\n"])
        let found = try await project.converge("check", "a.recipe", "--json").json.at("diagnostics")?.list ?? []
        #expect(found.compactMap { $0.at("code")?.string } == (code.isEmpty ? [] : [code]), "\(found)")
    }
}
