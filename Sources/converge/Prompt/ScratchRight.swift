// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Ledger

/// A prompt's right to change the scratch module: asked for at the first change and kept until a file is opened or the
/// session ends.
final class ScratchRight: Sendable {
    private let project: Project
    private let lock = Locked<PromptLock?>(nil)

    init(project: Project) { self.project = project }

    /// - Throws: A diagnostic that names the prompt which has it.
    func take() throws(Diagnostic) {
        if lock.value != nil { return }
        guard let taken = try PromptLock.take(project: project.folder, command: "converge") else {
            throw Diagnostic(
                .moduleBusy, "another prompt is changing this module", notes: holder.map { [$0] } ?? [],
                help: ["quit the other prompt, or edit a file of your own: `open FILE`"])
        }
        lock.value = taken
    }

    /// What is told where another prompt has it; nil where none does.
    func notice() throws(Diagnostic) -> String? {
        guard lock.value == nil, try PromptLock.isHeld(project: project.folder) else { return nil }
        return
            "Another prompt is changing this module\(holder.map { " (\($0))" } ?? ""); it can only be looked at here."
    }

    private var holder: String? { PromptLock.holder(project: project.folder).map { "held by \($0)" } }

    func free() {
        lock.withLock { lock in
            lock?.free()
            lock = nil
        }
    }
}
