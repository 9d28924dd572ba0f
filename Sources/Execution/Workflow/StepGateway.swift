// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// The execution's way to the executors of steps.
package protocol StepGateway: Sendable {
    /// The executor of a step kind: the named plugin's, or that of the plugin which has the kind.
    func executor(of kind: String, plugin: String?) throws(CallError) -> any StepExecutor

    var services: any HostServices { get }
}

/// Planning and applying recipes for steps of a run.
package protocol RecipeWork: Sendable {
    /// Plans or applies a recipe; nothing for other work.
    ///
    /// - Parameter request: The step that asks for it.
    func perform(_ work: HostWork, for request: StepRequest) async throws(CallError) -> StepResponse
}
