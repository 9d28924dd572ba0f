// SPDX-License-Identifier: Apache-2.0

/// Work that only the host itself can do for a step: what it does for people otherwise.
public enum HostWork: Sendable, Hashable {
    /// Runs another workflow of the recipe as a part of this run. The response has `run` and `outputs`.
    case run(workflow: String, parameters: ObjectValue)
    /// Plans a recipe, by its path from the step's own; nil for the step's own recipe. The response has `summary`,
    /// `changes` and `deletes`.
    case plan(recipe: String?, parameters: ObjectValue)
    /// Applies a recipe. The response has `summary` and `outputs`.
    case apply(recipe: String?, parameters: ObjectValue)
}
