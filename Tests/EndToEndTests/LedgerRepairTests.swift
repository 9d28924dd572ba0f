// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// A damaged ledger as a person meets it.
struct LedgerRepairTests {
    @Test func `a damaged ledger is refused, repaired after a question, and goes on`() async throws {
        let project = try Project([
            "notes.recipe": """
            resource kept: local.Note { text: "kept" }
            resource needle: local.Note { text: "needle" }
            """
        ])
        #expect(try await project.converge("apply", "notes.recipe", "--yes").code == 0)
        let whole = try await project.converge("ledger", "repair", "--yes")
        #expect(whole.code == 0 && whole.output.contains("nothing to repair"))

        var content = Data(try project.bytes(of: ".converge/ledger.db"))
        while let place = content.range(of: Data("needle\"}".utf8)) {
            content.replaceSubrange(place, with: Data("noodle\"}".utf8))
        }
        try project.write(bytes: Array(content), to: ".converge/ledger.db")
        let refused = try await project.converge("plan", "notes.recipe")
        #expect(refused.code == 1 && refused.errors.contains("L0104") && refused.errors.contains("ledger repair"))

        let asked = try await project.converge("ledger", "repair")
        #expect(asked.code == 1 && asked.errors.contains("X0103"), "\(asked.output)\(asked.errors)")
        #expect(asked.output.contains("taken  resource default/notes/needle, from ledger-"), "\(asked.output)")
        #expect(try Data(project.bytes(of: ".converge/ledger.db")) == content)

        let repaired = try await project.converge("ledger", "repair", "--yes", "--json")
        #expect(repaired.code == 0, "\(repaired.errors)")
        #expect(try repaired.document["taken"]?.list?.contains("resource default/notes/needle") == true)
        let aside = try #require(try repaired.document["kept_aside"]?.string)
        #expect(FileManager.default.contents(atPath: aside) == content)
        let plan = try await project.converge("plan", "notes.recipe")
        #expect(plan.code == 0 && plan.output.contains("Nothing to change"), "\(plan.output)\(plan.errors)")
        #expect(try await project.converge("audit").output.contains("repair"))
        #expect(try await project.converge("apply", "notes.recipe", "--yes").code == 0)

        try FileManager.default.removeItem(atPath: project.path(".converge/ledger.db"))
        let gone = try await project.converge("ledger", "repair", "--yes")
        #expect(gone.code == 1 && gone.errors.contains("L0101"), "\(gone.output)\(gone.errors)")
    }

    @Test func `state on a network file system is refused, and a link to a disk is the way out`() async throws {
        let project = try Project([
            "notes.recipe": "resource kept: local.Note { text: \"kept\" }\n",
            // Tells of one folder alone that it lies on such a file system.
            "nfs.c": """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <stdlib.h>
            #include <string.h>
            #include <sys/vfs.h>
            int statfs(const char *path, struct statfs *out) {
                int (*real)(const char *, struct statfs *) = dlsym(RTLD_NEXT, "statfs");
                int result = real(path, out);
                char *whole = realpath(path, NULL);
                if (whole && strstr(whole, "/remote")) out->f_type = 0x6969;
                free(whole);
                return result;
            }
            """
        ])
        let built = try await project.program(["clang", "-shared", "-fPIC", "nfs.c", "-o", "nfs.so", "-ldl"])
        try #require(built.code == 0, "\(built.errors)")
        for folder in ["remote", "local"] {
            try FileManager.default.createDirectory(
                atPath: project.path(folder), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        try FileManager.default.createSymbolicLink(
            atPath: project.path(".converge"), withDestinationPath: project.path("remote"))
        let environment = ["LD_PRELOAD": project.path("nfs.so")]
        let refused = try await project.converge("apply", "notes.recipe", "--yes", environment: environment)
        #expect(refused.code == 1 && refused.errors.contains("error[L0110]"), "\(refused.errors)")
        #expect(!project.exists("remote/ledger.db"))
        try FileManager.default.removeItem(atPath: project.path(".converge"))
        try FileManager.default.createSymbolicLink(
            atPath: project.path(".converge"), withDestinationPath: project.path("local"))
        let applied = try await project.converge("apply", "notes.recipe", "--yes", environment: environment)
        #expect(applied.code == 0 && project.exists("local/ledger.db"), "\(applied.errors)")
    }
}
