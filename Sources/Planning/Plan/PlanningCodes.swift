// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension DiagnosticCode {
    package static let planCycle = DiagnosticCode(
        "G0101", "resources that wait for one another",
        "Each of these resources needs an output of the next, or names it in `@needs`, so that none can be made first. "
            + "Break the circle: pass a name instead of an output, or take one `@needs` out.")
    package static let planProtected = DiagnosticCode(
        "G0102", "a protected resource would be lost",
        "The resource was declared with `@protect`, which the ledger remembers, and the plan would delete or replace "
            + "it. Set `@protect: false` in its declaration; a declaration that was taken out must "
            + "be put back for it."
    )
    package static let planNameTaken = DiagnosticCode(
        "G0103", "two resources claim one earlier address",
        "`@formerly` says where a resource's row was recorded before; one row can move to one address only.")
    package static let planStale = DiagnosticCode(
        "G0104", "the plan is out of date",
        "Something moved since the plan was made: the ledger, the recipe, its parameters or the real thing. "
            + "Make a new plan, look at it and apply that.")
    package static let planUnreadable = DiagnosticCode(
        "G0105", "a file that is no whole plan",
        "A saved plan begins with its own mark and ends with a digest of its content. This file was cut, changed or "
            + "is something else. Make a new plan with `plan RECIPE --out FILE`.")
    package static let policyDenied = DiagnosticCode(
        "G0106", "a policy denies what is declared",
        "A `deny` rule of a policy holds for the resource, so nothing of the plan is applied. Change the declaration, or "
            + "exempt it by name and up to a day, with the reason: `@exempt: { POLICY: { until: DATE, why: \"…\" } }`. "
            + "Exemptions that are used are written to the audit trail.")
    package static let policyUndecidable = DiagnosticCode(
        "G0107", "a rule that cannot be decided in time",
        "A `deny` rule looks at something that only the denied operation itself makes, so that nobody could deny it in "
            + "time. What cannot be decided is refused, never let through. `ensure` is judged after the operation.")
    package static let policyNotEnsured = DiagnosticCode(
        "G0108", "what a policy ensures does not hold",
        "The condition of an `ensure` is false for the resource as it is. What was made stays and is recorded; what "
            + "depends on it is not begun, and nothing more of the module is applied until the declaration or the policy "
            + "changes, or the resource is exempted from it.")
    package static let planContrary = DiagnosticCode(
        "G0109", "contrary orders of replacement",
        "One resource says `create_first`, and one that it needs says `delete_first`, while both are made anew. The first "
            + "one's old self would lose what it needs before it goes.")
    package static let planUniqueName = DiagnosticCode(
        "G0110", "two things with one name",
        "`create_first` makes the new thing while the old one is still there, and both would have a name that the "
            + "platform knows only once.")
    static let planAdoptsAnother = DiagnosticCode(
        "G0111", "an adoption that would replace the thing",
        "The thing that `@adopt` names differs from the declaration in a create-only field, so that it would be deleted and "
            + "made anew at once. Adopting takes a thing over as it is.")
    static let planUnknownName = DiagnosticCode(
        "G0120", "an address that a plan does not have",
        "`--only`, `--except` and `--replace` take addresses such as `lake`, `note[\"a\"]` or `lake/bucket`; the name of a "
            + "loop's resources stands for all of them, and that of a module for everything in it.")
    static let planContradiction = DiagnosticCode(
        "G0121", "wishes for a plan that contradict one another",
        "What one option wants is left out by another: a resource and what it needs go together, and so do a resource that is "
            + "left out and what needs it.")
    /// The codes of planning.
    package static let allOfPlanning: [DiagnosticCode] =
        [
            .planCycle, .planProtected, .planNameTaken, .planStale, .planUnreadable, .policyDenied, .policyUndecidable,
            .policyNotEnsured, .planContrary, .planUniqueName, .planAdoptsAnother,
            .planUnknownName, .planContradiction
        ] + allOfCosts
}
