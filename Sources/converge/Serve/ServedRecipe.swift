// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import FoundationEssentials
import Glibc
import Ledger
import Planning

/// A recipe whose triggers are served, as it was when it was read last without errors.
struct ServedRecipe: Sendable {
    let workspace: Workspace
    let program: Program
    /// The digest under which the ledger keeps its texts.
    let source: String
    /// The path below the project's folder.
    let recorded: String?
    let settings: ObjectValue
    /// The files that it came from, as they were.
    let stamps: FileStamps

    var module: String { program.module }

    /// Its triggers, with their positions in their workflows.
    var triggers: [(identity: TriggerIdentity, workflow: WorkflowNode, index: Int, node: TriggerNode)] {
        program.workflows.flatMap { workflow in
            workflow.triggers.enumerated().map { index, node in
                (
                    TriggerIdentity(
                        environment: program.environment, module: program.module, workflow: workflow.name,
                        trigger: node.key), workflow, index, node
                )
            }
        }
    }

    /// Under what the ledger notes which texts are served, for the next process.
    static func identity(environment: String, module: String) -> TriggerIdentity {
        TriggerIdentity(environment: environment, module: module, workflow: "", trigger: "recipe")
    }

    /// Reads a recipe and keeps its texts.
    static func read(_ path: String, _ shared: SharedOptions) async throws -> ServedRecipe {
        let workspace = try Workspace(RecipeArgument(path), shared)
        // Taken first: what changes while it is read is read again.
        let before = FileStamps([path, workspace.engine.project.environmentsFile])
        let program = try await workspace.unattendedProgram()
        return try await kept(workspace, program, before)
    }

    /// The texts that were served last by an earlier process; nil where none were.
    static func last(
        _ path: String, _ shared: SharedOptions, near workspace: Workspace
    ) async throws -> ServedRecipe? {
        let engine = workspace.engine
        let module = engine.project.moduleName(ofRecipe: path)
        let identity = identity(environment: engine.environment, module: module)
        guard let mark = try await engine.ledger.mark(of: identity), let source = mark["source"]?.string,
            let texts = try await engine.ledger.texts(digest: source)
        else { return nil }
        let own = try Workspace.served(
            engine.project.relativePath(path), texts: texts, settings: mark["settings"]?.object ?? [:], shared,
            near: workspace)
        return try await kept(
            own, try await own.unattendedProgram(), FileStamps([path, engine.project.environmentsFile]))
    }

    private static func kept(
        _ workspace: Workspace, _ program: Program, _ before: FileStamps
    ) async throws -> ServedRecipe {
        let texts = workspace.texts()
        let imports = (texts?.imports ?? [:]).keys.map { path in
            path.hasPrefix("/") ? path : Paths.join(workspace.engine.project.folder, path)
        }
        let basis = try await workspace.engine.basis(texts, of: program)
        return ServedRecipe(
            workspace: workspace, program: program, source: basis?.source ?? "", recorded: workspace.recordedRecipe,
            settings: workspace.recordedSettings, stamps: before.adding(imports))
    }
}

/// What tells that one of several files was written.
struct FileStamps: Sendable, Hashable {
    private struct Stamp: Sendable, Hashable {
        var size: Int64
        var modified: Int64
        var number: UInt64
    }

    /// Nil for a file that is not there.
    private var stamps: [String: Stamp?] = [:]

    init(_ paths: [String]) { for path in paths { stamps[path] = Self.stamp(path) } }

    func adding(_ paths: [String]) -> FileStamps {
        var all = self
        for path in paths where all.stamps[path] == nil { all.stamps[path] = Self.stamp(path) }
        return all
    }

    /// The same files as they are now.
    var now: FileStamps { FileStamps(Array(stamps.keys)) }

    private static func stamp(_ path: String) -> Stamp? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Stamp(
            size: Int64(status.st_size),
            modified: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec),
            number: UInt64(status.st_ino))
    }
}
