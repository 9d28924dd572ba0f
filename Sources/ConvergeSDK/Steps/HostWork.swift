// SPDX-License-Identifier: Apache-2.0

/// Work that only the host itself can do for a step: what it does for people otherwise.
public enum HostWork: Sendable, Hashable {
    /// Runs another workflow of the recipe as a part of this run. The response has `run` and `outputs`.
    case run(workflow: String, parameters: ObjectValue)
    /// Plans a recipe, by its path from the step's own; nil for the step's own recipe. The response has `summary`,
    /// `changes`, `deletes` and `digest`.
    case plan(recipe: String?, parameters: ObjectValue)
    /// Applies a recipe; where a digest is given, only by the plan that it stands for. The response has `summary` and
    /// `outputs`.
    case apply(recipe: String?, parameters: ObjectValue, agreed: String?)
}
