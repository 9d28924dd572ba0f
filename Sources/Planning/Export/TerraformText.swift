// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// Values as Terraform's JSON syntax has them, where every text is a template.
package enum TerraformText {
    /// A text that means itself.
    package static func escaped(_ text: String) -> String {
        text.replacing("${", with: "$${").replacing("%{", with: "%%{")
    }

    /// A name that Terraform takes: letters, digits, `_` and `-`, not beginning with a digit.
    package static func name(_ text: String) -> String {
        var name = ""
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45: name.append(Character(UnicodeScalar(byte)))
            default: if name.last != "_", !name.isEmpty { name.append("_") }
            }
        }
        while name.last == "_" { name.removeLast() }
        guard let first = name.utf8.first else { return "thing" }
        return (48...57).contains(first) || first == 45 ? "_" + name : name
    }
}

/// What an exported thing is called, and what of it others can refer to.
package struct TerraformAddress: Sendable, Hashable {
    package var type: String
    package var name: String

    package init(type: String, name: String) {
        self.type = type
        self.name = name
    }

    package var text: String { "\(type).\(name)" }
}

/// Turns recorded values into Terraform's: secrets become variables, what comes from another thing's output a reference
/// to it.
package struct TerraformValues: Sendable {
    /// A variable that stands for a secret.
    package struct Variable: Sendable, Hashable {
        package var name: String
        package var description: String
    }

    /// An output of a thing that is exported, and what it is there.
    package struct Known: Sendable {
        package var value: Value
        package var reference: String

        package init(value: Value, reference: String) {
            self.value = value
            self.reference = reference
        }
    }

    package private(set) var variables: [Variable] = []
    private var variableNames: [String: String] = [:]

    /// What is shorter is not looked for inside of other texts.
    private static let shortest = 8

    package init() {}

    /// - Parameters:
    ///   - known: Outputs of the things that this one depends on.
    ///   - secret: What a value that must not be written is called; nil where it may be written.
    package mutating func terraform(_ value: Value, _ known: [Known], secret: String?) -> Value {
        if value.isNull { return .null }
        if let found = known.first(where: { $0.value == value }) { return .string("${\(found.reference)}") }
        if case .secret(let reference) = value {
            return .string("${var.\(variable(reference.name, key: "\(reference.source):\(reference.name)"))}")
        }
        if let secret { return .string("${var.\(variable(secret, key: "field " + secret))}") }
        switch value {
        case .string(let text): return .string(Self.text(text, known))
        case .template(let template):
            var text = ""
            for part in template.parts {
                switch part {
                case .text(let plain): text += TerraformText.escaped(plain)
                case .hole(let hole):
                    let inner = terraform(hole, known, secret: nil)
                    text += inner.string ?? TerraformText.escaped(inner.literal)
                }
            }
            return .string(text)
        case .list(let items):
            var list: [Value] = []
            for item in items { list.append(terraform(item, known, secret: nil)) }
            return .list(list)
        case .object(let object):
            var entries: ObjectValue = [:]
            for entry in object { entries[entry.key] = terraform(entry.value, known, secret: nil) }
            return .object(entries)
        case .size(let bytes): return .int(bytes)
        case .percent(let number): return .float(number)
        case .reference(let reference):
            return .string(
                TerraformText.escaped(reference.name.isEmpty ? reference.resource?.text ?? "" : reference.name))
        case .duration, .date, .time: return .string(value.literal)
        default: return value
        }
    }

    /// The text with references where it holds what another thing gave.
    private static func text(_ text: String, _ known: [Known]) -> String {
        for item in known {
            guard let inner = item.value.string, inner.utf8.count >= shortest, let place = text.firstRange(of: inner)
            else { continue }
            return Self.text(String(text[..<place.lowerBound]), known) + "${\(item.reference)}"
                + Self.text(String(text[place.upperBound...]), known)
        }
        return TerraformText.escaped(text)
    }

    private mutating func variable(_ wish: String, key: String) -> String {
        if let known = variableNames[key] { return known }
        var name = TerraformText.name(wish)
        let taken = Set(variableNames.values)
        var number = 2
        while taken.contains(name) {
            name = TerraformText.name(wish) + "_\(number)"
            number += 1
        }
        variableNames[key] = name
        variables.append(Variable(name: name, description: key.hasPrefix("field ") ? wish : "the secret \(wish)"))
        return name
    }
}
