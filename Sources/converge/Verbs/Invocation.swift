// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import PluginHost
import Shell
import Synchronization

/// The circumstances of a verb: where it prints, what module is at the prompt, and how it is interrupted.
final class Invocation: Sendable {
    @TaskLocal static var current: Invocation?

    let output: Output
    let vault: SecretVault
    let redactor: Redactor
    let interruption: Interruption
    /// The module at the prompt; nil for a verb on the command line.
    let prompt: PromptModule?
    private let engines: EngineShelf

    init(
        output: Output, vault: SecretVault, redactor: Redactor, interruption: Interruption, prompt: PromptModule?,
        engines: EngineShelf
    ) {
        self.output = output
        self.vault = vault
        self.redactor = redactor
        self.interruption = interruption
        self.prompt = prompt
        self.engines = engines
    }

    /// The circumstances of the running verb; a fresh set where none were given.
    static func here() -> Invocation {
        if let current { return current }
        let redactor = Redactor()
        return Invocation(
            output: Output(redactor: redactor), vault: SecretVault(redactor: redactor), redactor: redactor,
            interruption: Interruption(), prompt: nil, engines: EngineShelf())
    }

    func engine(_ project: Project, environment: String) -> Engine {
        engines.engine(project, environment) {
            Engine(project: project, environment: environment, redactor: redactor, vault: vault)
        }
    }
}

/// Engines that stay open while the process lives, so that a prompt opens each once.
final class EngineShelf: Sendable {
    private struct Key: Hashable {
        let project: Project
        let environment: String
    }

    private let engines = Mutex<[Key: Engine]>([:])

    func engine(_ project: Project, _ environment: String, _ make: () -> Engine) -> Engine {
        engines.withLock { engines in
            let key = Key(project: project, environment: environment)
            if let engine = engines[key] { return engine }
            let engine = make()
            engines[key] = engine
            return engine
        }
    }
}
