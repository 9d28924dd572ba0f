// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import FoundationEssentials
import Glibc
import PluginHost
import RecipeSyntax

/// Where a test acts: the project, with a state of its own that is thrown away.
struct TestBed: Sendable {
    let project: Project
    let view: TestView

    /// Makes a bed below the folder for temporary files.
    static func make(for project: Project, view: TestView) throws(Diagnostic) -> TestBed {
        let parent = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        var template = Array("\(parent)/converge-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Diagnostic(
                .testBedMissing, "no folder can be made in '\(parent)': \(String(cString: strerror(errno)))",
                help: ["make room there, or name another folder by TMPDIR"])
        }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return TestBed(project: Project(folder: project.folder, bed: path), view: view)
    }

    /// Takes the folder away with everything in it.
    func remove() throws { try FileManager.default.removeItem(atPath: project.stateRoot) }
}
