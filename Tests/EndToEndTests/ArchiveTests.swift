// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Archives of folders beside a recipe, read by a program that nobody here wrote.
struct ArchiveTests {
    private static let recipe = #"""
        resource note: local.Note { text: archive({ "entry.py": "import main" }, "code") }
        """#
    private static let reader = """
        import base64, io, sys, zipfile
        archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(sys.stdin.read())))
        assert archive.testzip() is None
        for entry in archive.infolist():
            print(entry.filename, oct(entry.external_attr >> 16), archive.read(entry))
        """

    @Test func `an archive holds a folder's files and the texts beside them, and is the same for the same content`()
        async throws
    {
        let project = try Project([
            "r.recipe": Self.recipe, "code/main.py": "x = 1\n", "code/in/ä.txt": "", "code/.hidden": "no",
            "read.py": Self.reader
        ])
        #expect(try await project.converge("apply", "r.recipe", "--yes").code == 0)
        let read = try await project.program(
            "sh", "-c", "'\(Project.executable)' show note.text | python3 read.py")
        #expect(read.errors.isEmpty)
        #expect(
            read.output == """
                entry.py 0o100644 b'import main'
                in/ä.txt 0o100644 b''
                main.py 0o100644 b'x = 1\\n'

                """)
        #expect(try await project.converge("plan", "r.recipe", "--check").code == 0)
        try project.write("x = 2\n", to: "code/main.py")
        #expect(try await project.converge("plan", "r.recipe", "--check").code == 2)
    }

    @Test func `a folder that is not there is told at check`() async throws {
        let check = try await Project(["r.recipe": Self.recipe]).converge("check", "r.recipe")
        #expect(check.code == 1)
        #expect(check.errors.contains("R0406") && check.errors.contains("there is no folder 'code'"), "\(check.errors)")
    }
}
