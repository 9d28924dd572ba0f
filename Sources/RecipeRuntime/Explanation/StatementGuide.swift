// SPDX-License-Identifier: Apache-2.0

/// What `explain` says of the words with which statements begin.
package struct StatementGuide: Sendable, Hashable {
    package var word: String
    /// How it is written, with its parts in capitals.
    package var form: String
    /// One line about it.
    package var meaning: String

    private init(_ word: String, _ form: String, _ meaning: String) {
        self.word = word
        self.form = form
        self.meaning = meaning
    }

    package static func of(_ word: String) -> StatementGuide? { all.first { $0.word == word } }

    /// In the order in which they are usually met.
    package static let all = [
        StatementGuide(
            "resource", "resource NAME: KIND { FIELD: VALUE }",
            "A thing, by the capability that it must have or by a platform's own kind"),
        StatementGuide(
            "workflow", "workflow NAME { param … step … output … }", "Work: steps that `run NAME` executes in order"),
        StatementGuide(
            "step", "step NAME: KIND { FIELD: VALUE }",
            "One operation of a workflow; it begins once what it reads is there"),
        StatementGuide(
            "param", "param NAME: TYPE = DEFAULT where RULE \"DOC\"", "An input, given by `--set NAME=VALUE`"),
        StatementGuide(
            "on", "on schedule | data | drift | metric | webhook | workflow … { FIELD: VALUE }",
            "What starts the workflow by itself while `converge serve` runs; `explain schedule` and so on tell of each"),
        StatementGuide(
            "finally", "finally { step … }",
            "In a workflow: steps for the end of a run, whatever became of it; `outcome` says how it ended"),
        StatementGuide("let", "let NAME = EXPRESSION", "A value with a name"),
        StatementGuide("def", "def NAME(PARAMETER: TYPE) -> TYPE = EXPRESSION", "A function without effects"),
        StatementGuide("output", "output NAME = EXPRESSION", "A result, printed after `apply` and read by importers"),
        StatementGuide(
            "for", "for NAME in LIST { resource NAME[KEY]: KIND { … } }", "Declarations for each item of a list"),
        StatementGuide("if", "if CONDITION { … } else { … }", "Declarations on a condition"),
        StatementGuide(
            "import", "import \"PATH.recipe\" as NAME { PARAMETER: VALUE }", "Another recipe as a module of this one"),
        StatementGuide(
            "policy", "policy NAME for KIND { deny when CONDITION \"WHY\"; warn when …; ensure CONDITION \"WHY\" }",
            "What may not be, of every thing of a kind; `self` is the thing"),
        StatementGuide("deny", "deny when CONDITION \"WHY\"", "In a policy: nothing of such a plan is applied"),
        StatementGuide("warn", "warn when CONDITION \"WHY\"", "In a policy: the plan tells it"),
        StatementGuide("ensure", "ensure CONDITION \"WHY\"", "In a policy: must hold once the operation is done"),
        StatementGuide(
            "test", "test NAME { resource … apply; run …; expect CONDITION \"WHY\" }",
            "What is tried on a local platform of its own; `converge test` runs it"),
        StatementGuide("expect", "expect CONDITION \"WHY\"", "In a test: what must hold there"),
        StatementGuide(
            "expect_error", "expect_error \"CODE\" { … }", "In a test: declarations or commands that must be refused"),
        StatementGuide("use", "use PROVIDER as ALIAS { SETTING: VALUE }", "A connection to a platform"),
        StatementGuide(
            "environment", "environment NAME { use … set … import … }",
            "Connections, parameters and policies of one surrounding, in converge.project"),
        StatementGuide("set", "set PARAMETER = VALUE", "A parameter's value in an environment"),
        StatementGuide(
            "budget", "budget \"AMOUNT CURRENCY\" { unknown: \"allow\" | \"deny\" }",
            "In an environment: what its things may cost in a month"),
        StatementGuide(
            "capability", "capability NAME { param … output … feature … offers … }", "A portable contract"),
        StatementGuide("shape", "shape NAME { param … }", "A record type of a contract"),
        StatementGuide(
            "mapping", "mapping CAPABILITY on PROVIDER service \"NAME\" version N { … }",
            "How a provider's service fulfils a capability")
    ]
}
