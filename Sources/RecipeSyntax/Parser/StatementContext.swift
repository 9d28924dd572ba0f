// SPDX-License-Identifier: Apache-2.0

/// What a statement stands in. Loops and conditions stand in what surrounds them.
enum StatementContext: String, Hashable {
    case file
    case workflow
    case policy
    case capability
    case shape
    case mapping
    case environment
    case test

    /// With its article, for messages.
    var phrase: String {
        switch self {
        case .environment: "an environment"
        default: "a " + rawValue
        }
    }
}

/// A word with which a statement begins, verbs apart. `for` and `if` are reserved words besides.
enum StatementWord: String, CaseIterable {
    case param, `let`, def, resource, step, workflow, `import`, policy, deny, warn, ensure, output, capability, feature
    case offers, access, shape, mapping, lacks, environment, use, set, budget, on, finally, test, expect
    case expectError = "expect_error"

    /// What such a statement may stand in.
    var contexts: Set<StatementContext> {
        switch self {
        case .param: [.file, .workflow, .capability, .shape, .test]
        case .let: [.file, .workflow, .policy, .capability, .mapping, .test]
        case .def: [.file, .workflow, .mapping, .test]
        case .resource: [.file, .mapping, .test]
        case .step, .on, .finally: [.workflow]
        case .workflow, .policy: [.file, .test]
        case .import: [.file, .mapping, .environment, .test]
        case .deny, .warn, .ensure: [.policy]
        case .output: [.file, .workflow, .capability, .mapping, .test]
        case .capability, .shape, .mapping, .environment, .test: [.file]
        case .feature, .offers, .access: [.capability]
        case .lacks: [.mapping]
        case .use: [.file, .environment, .test]
        case .set, .budget: [.environment]
        case .expect, .expectError: [.test]
        }
    }
}
