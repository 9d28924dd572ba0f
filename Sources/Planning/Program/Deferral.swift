// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// Something that a plan cannot decide before a part of it is applied: what a loop goes through, a condition, a key.
package struct Deferral: Sendable, Hashable {
    /// What is undecided, such as `what the loop goes through`.
    package var subject: String
    /// What it waits for, such as `note.id`.
    package var origin: String
    /// What may be declared once it is decided: addresses without keys.
    package var names: [String]
    /// What `@formerly` of these says, likewise: rows that they may go on with.
    package var formerNames: [String]
    package var place: SourcePlace

    package init(
        subject: String, origin: String, names: [String], formerNames: [String] = [], place: SourcePlace
    ) {
        self.subject = subject
        self.origin = origin
        self.names = names
        self.formerNames = formerNames
        self.place = place
    }

    /// True for what may be declared, and for everything below it.
    package func mayDeclare(_ address: Address) -> Bool {
        (names + formerNames).contains { name in
            guard address.text.hasPrefix(name) else { return false }
            let rest = address.text.utf8.dropFirst(name.utf8.count)
            return rest.first.map { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "/") } ?? true
        }
    }

    private static let mark = "a later phase: "

    /// What is read of something that is not decided yet.
    package static func unknown(_ name: String) -> Value { .unknown(UnknownValue(origin: mark + name)) }

    /// What a value waits for that is not decided yet; nil where it waits for nothing of the kind.
    package static func origin(in value: Value) -> String? {
        var found: String?
        _ = value.contains { part in
            guard case .unknown(let unknown) = part, unknown.origin.hasPrefix(mark) else { return false }
            found = String(unknown.origin.dropFirst(mark.count))
            return true
        }
        return found
    }
}
