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

    /// A setting that says where things are: with another value of it they are made anew.
    private static func place(_ name: String, _ doc: String) -> FieldSchema {
        FieldSchema(
            name, .optional(.string), doc, presence: .optional(defaultValue: .null), change: .replaces)
    }
}
