// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The settings of a `use aws` line.
struct AWSSettings: Sendable, Hashable {
    var region: String?
    var profile: String?
    /// The ARN of a role that is taken over the credentials that are found.
    var role: String?
    /// The address of all services, in place of AWS's own.
    var endpoint: String?
    /// The account that this connection may work in; nil for any.
    var account: String?
    /// How often a call is tried in all.
    var maxAttempts = 5
    /// How long AWS may take for one answer.
    var timeout: Duration = .seconds(60)

    init() {}

    init(_ settings: ObjectValue) throws(AWSFailure) {
        let text = { (name: String) in settings[name]?.string.flatMap { $0.isEmpty ? nil : $0 } }
        region = text("region")
        profile = text("profile")
        role = text("role")
        endpoint = text("endpoint")
        // An account's number may have been written without quotes.
        account =
            text("account")
            ?? settings["account"]?.int.map { number in
                let digits = String(number)
                return String(repeating: "0", count: Swift.max(0, 12 - digits.count)) + digits
            }
        if let attempts = settings["max_attempts"]?.int {
            guard (1...20).contains(attempts) else {
                throw AWSFailure(.settings("'max_attempts' is \(attempts); it lies between 1 and 20"))
            }
            maxAttempts = Int(attempts)
        }
        if let timeout = settings["timeout"]?.duration {
            guard timeout > .zero else { throw AWSFailure(.settings("'timeout' is not longer than nothing")) }
            self.timeout = timeout
        }
        if let account, account.utf8.count != 12 || !account.utf8.allSatisfy({ (48...57).contains($0) }) {
            throw AWSFailure(.settings("'account' is '\(account)'; an account's number has 12 digits"))
        }
        if let role, !role.hasPrefix("arn:") || !role.contains(":role/") {
            throw AWSFailure(
                .settings("'role' is '\(role)'; a role's ARN looks like arn:aws:iam::123456789012:role/name"))
        }
    }

    /// The settings as the `use` line declares them.
    static let schema: [FieldSchema] = [
        place("region", "The region; without it that of AWS_REGION or of the profile"),
        .optional(
            "profile", .optional(.string), default: .null, "A profile of the shared config and credentials files"),
        .optional(
            "role", .optional(.string), default: .null,
            "The ARN of a role to work as, taken with the credentials that are found"),
        .optional(
            "endpoint", .optional(.url), default: .null, "The address of all services, such as a local server's"),
        place("account", "The number of the only account to work in; another one is refused"),
        .optional("max_attempts", .int, default: 5, "How often a call is tried in all"),
        .optional(
            "timeout", .duration, default: .duration(.seconds(60)), "How long AWS may take for one answer")
    ]

    /// What is told of the settings where the `use` line is read; `init` holds to the same what only a run tells.
    static let rules: [KindRule] = [
        KindRule(
            .awsSettings,
            where: "endpoint == null or starts_with(endpoint, \"http://\") or starts_with(endpoint, \"https://\")",
            field: "endpoint", message: "'${endpoint ?? \"\"}' is no address of a server",
            help: ["endpoint: \"http://127.0.0.1:5000\""]),
        KindRule(
            .awsSettings,
            where:
                "account == null or length(account) == 12 and all(characters(account), c => c in characters(\"0123456789\"))",
            field: "account", message: "'${account ?? \"\"}' is no account's number, which has 12 digits",
            help: ["account: \"123456789012\""]),
        KindRule(
            .awsSettings, where: "role == null or starts_with(role, \"arn:\") and contains(role, \":role/\")",
            field: "role", message: "'${role ?? \"\"}' is no role's ARN",
            help: ["role: \"arn:aws:iam::123456789012:role/name\""]),
        KindRule(
            .awsSettings, where: "max_attempts >= 1 and max_attempts <= 20", field: "max_attempts",
            message: "a call is tried 1 to 20 times, not ${max_attempts}", help: ["max_attempts: 5"]),
        KindRule(
            .awsSettings, where: "timeout > 0s", field: "timeout",
            message: "AWS has to have some time for an answer, not ${timeout}", help: ["timeout: 60s"])
    ]

    /// A setting that says where things are: with another value of it they are made anew.
    private static func place(_ name: String, _ doc: String) -> FieldSchema {
        FieldSchema(
            name, .optional(.string), doc, presence: .optional(defaultValue: .null), change: .replaces)
    }
}
