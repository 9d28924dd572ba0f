// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension DiagnosticCode {
    static let overBudget = DiagnosticCode(
        "G0130", "a plan over the budget",
        "The environment has a `budget` in converge.project, and what is recorded in it together with what the plan adds "
            + "would cost more in a month, by the price tables of the plugins. Nothing of the plan is applied. A plan that "
            + "makes the environment cheaper is let through.")
    static let budgetUndecided = DiagnosticCode(
        "G0131", "a cost that is not known under a strict budget",
        "The environment's `budget` says `unknown: \"deny\"`, and the plan adds something of which no price table tells "
            + "what it costs, or whose cost depends on its use or on what only the apply makes known.")
    package static let priceTableUnreadable = DiagnosticCode(
        "G0132", "a price table that cannot be read",
        "A plugin ships prices as JSON in a form of their own, which docs/plugins.md describes. Prices that cannot be read "
            + "are no prices: they would be missing from an estimate.")
    /// The codes of estimates and budgets.
    static let allOfCosts: [DiagnosticCode] = [.overBudget, .budgetUndecided, .priceTableUnreadable]
}
