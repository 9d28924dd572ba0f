// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// What an environment may cost in a month: everything that is recorded in it, and what a plan adds.
package struct Budget: Sendable, Hashable {
    /// What becomes of a plan that adds something whose cost nobody knows.
    package enum UnknownRule: String, Sendable, Hashable, CaseIterable {
        /// It is told, and the known part alone is compared.
        case allow
        /// It is refused.
        case deny
    }

    package var amount: Amount
    package var currency: String
    package var unknown: UnknownRule
    package var place: SourcePlace

    package init(amount: Amount, currency: String, unknown: UnknownRule, place: SourcePlace) {
        self.amount = amount
        self.currency = currency
        self.unknown = unknown
        self.place = place
    }

    package var shown: String { "\(amount.shown) \(currency)" }
}

/// A plan's cost beside what else there is in the environment, held against the environment's budget.
package struct PlanCost: Sendable, Hashable {
    /// Of what the plan is about.
    package var report: CostReport
    /// Of what other modules have in the environment.
    package var elsewhere: CostReport
    package var budget: Budget?
    package var environment: String

    package init(report: CostReport, elsewhere: CostReport, budget: Budget?, environment: String) {
        self.report = report
        self.elsewhere = elsewhere
        self.budget = budget
        self.environment = environment
    }

    /// What everything in the environment will cost in the budget's currency, as far as it is known.
    package func used(of budget: Budget) -> Amount {
        report.total.after[budget.currency].adding(elsewhere.total.after[budget.currency])
    }

    /// What the budget cannot be held against: unknown costs, and those in other currencies.
    package func undecided(by budget: Budget) -> [String] {
        var open = report.total.unknown + elsewhere.total.unknown
        for report in [report, elsewhere] {
            for currency in report.total.after.currencies
            where currency != budget.currency && !report.total.after[currency].isZero {
                open.append("\(report.total.after[currency].shown) \(currency), another currency")
            }
        }
        return open
    }

    /// Why the plan is not to be applied; nil where the budget lets it through, or there is none.
    ///
    /// What makes the environment cheaper is let through, also where it stays over its budget.
    package var refusal: Diagnostic? {
        guard let budget else { return nil }
        let total = report.total
        let used = used(of: budget)
        if used > budget.amount, total.after[budget.currency] > total.before[budget.currency] {
            let added = total.after[budget.currency].subtracting(total.before[budget.currency])
            return Diagnostic(
                .overBudget,
                "\(environment) may cost \(budget.shown) a month, and would cost \(used.shown) \(budget.currency)",
                labels: [DiagnosticLabel(budget.place, "the budget")],
                notes: ["this plan adds \(added.shown) \(budget.currency) a month"]
                    + total.unknown.map { "not counted, because it is not known: \($0)" },
                help: ["cost FILE    tells what costs how much", "change the declarations, or the budget"])
        }
        guard budget.unknown == .deny else { return nil }
        let unknown = report.items.filter { item in
            item.isChanged && item.after.map { !$0.isKnown && $0.unknown != item.before?.unknown } ?? false
        }
        if unknown.isEmpty { return nil }
        return Diagnostic(
            .budgetUndecided, "what this adds to the cost of \(environment) is not known, and its budget refuses that",
            labels: [DiagnosticLabel(budget.place, "the budget")],
            notes: unknown.map { "\($0.address): \(($0.after?.unknown ?? []).joined(separator: "; "))" },
            help: ["write `unknown: \"allow\"` into the budget to let it through and be told in each plan"])
    }
}
