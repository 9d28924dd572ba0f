// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Synchronization

/// Keeps all prompts of a project but one from editing its scratch module; the kernel frees it at the process's death.
package final class PromptLock: Sendable {
    private let file = Mutex<LockFile?>(nil)

    private init() {}

    /// - Parameter project: The project's folder; its `.converge` is made where it is not there.
    /// - Returns: Nil where another prompt holds it.
    package static func take(project: String, command: String) throws(Diagnostic) -> PromptLock? {
        let files = LedgerFiles(project: project)
        do throws(StateFileError) {
            try StateFile.makeFolder(files.folder)
            let lock = PromptLock()
            let isTaken = try lock.file.withLock { file throws(StateFileError) in
                guard let taken = try LockFile.take(files.promptLock) else { return false }
                try taken.write(LeaseHolder.current(command: command).content)
                file = consume taken
                return true
            }
            return isTaken ? lock : nil
        } catch {
            throw error.diagnostic
        }
    }

    /// Who holds it, in words for a note; nil where that is not known.
    package static func holder(project: String) -> String? {
        LeaseHolder.read(LedgerFiles(project: project).promptLock).map { "\($0.description), since \($0.since)" }
    }

    /// True where another prompt, or this one, holds it. Makes no file.
    package static func isHeld(project: String) throws(Diagnostic) -> Bool {
        do throws(StateFileError) {
            return try LockFile.isHeld(LedgerFiles(project: project).promptLock)
        } catch {
            throw error.diagnostic
        }
    }

    package func free() {
        file.withLock { file in
            if let taken = file.take() { taken.free() }
        }
    }
}
