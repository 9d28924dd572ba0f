// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// Declarations of things that are there, as a person would write them.
struct AdoptedText {
    let kind: ResourceKindSchema
    /// Expressions for texts that are the ids of resources: references instead of literal ids.
    private var references: [String: String] = [:]
    private var taken: Set<String>

    /// - Parameters:
    ///   - references: What is declared already: the platform's own name of a thing, and how a recipe reads it.
    ///   - taken: Names that the recipe has.
    init(kind: ResourceKindSchema, references: [String: String], taken: [String]) {
        self.kind = kind
        self.references = references
        self.taken = Set(taken)
    }

    /// The declarations, in the order of the things.
    mutating func declarations(of things: [ListedResource]) -> [String] {
        let named = things.map { thing in (thing, name(of: thing)) }
        for (thing, name) in named where references[thing.id] == nil {
            // Where the id is an output, others can read it.
            if let output = kind.outputs.first(where: { thing.outputs[$0.name]?.string == thing.id }) {
                references[thing.id] = "\(name).\(output.name)"
            }
        }
        return named.map { declaration(of: $0, $1) }
    }

    private mutating func name(of thing: ListedResource) -> String {
        let wish = thing.inputs["name"]?.string ?? thing.outputs["name"]?.string ?? ""
        let own = kind.name.split(separator: ".").last.map { $0.lowercased() } ?? "thing"
        var base = String(wish.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        if base.first?.isLetter != true || base.count > 40 { base = own }
        var name = base
        var number = 2
        while taken.contains(name) || Recipe.reservedWords.contains(name) || Recipe.verbs.contains(name) {
            name = "\(base)_\(number)"
            number += 1
        }
        taken.insert(name)
        return name
    }

    private func declaration(of thing: ListedResource, _ name: String) -> String {
        var lines: [String] = []
        var ignored: [String] = []
        for field in kind.fields where field.presence != .computed && field.change != .operational {
            let value = thing.inputs[field.name] ?? .null
            if field.isSensitive {
                if value.isNull, !field.isRequired { continue }
                // What it is nobody may write down; what is there stays.
                lines.append("\(field.name): secret(\"\(name.uppercased())_\(field.name.uppercased())\")")
                ignored.append(field.name)
            } else if value != (field.defaultValue ?? .null) || field.isRequired {
                lines.append("\(field.name): \(text(value, except: thing.id))")
            }
        }
        lines.append("@adopt: \(Value.string(thing.id).literal)")
        if !ignored.isEmpty { lines.append("@ignore: [\(ignored.joined(separator: ", "))]") }
        return "resource \(name): \(kind.name) {\n" + lines.map { "  \($0)\n" }.joined() + "}\n"
    }

    private func text(_ value: Value, except own: String) -> String {
        switch value {
        case .string(let text): text == own ? value.literal : references[text] ?? value.literal
        case .list(let items): "[" + items.map { self.text($0, except: own) }.joined(separator: ", ") + "]"
        case .object(let object):
            object.isEmpty
                ? "{}"
                : "{ "
                    + object.map { "\(Value.object([$0.key: .null]).key): \(text($0.value, except: own))" }
                    .joined(separator: ", ") + " }"
        default: value.literal
        }
    }
}

extension Value {
    /// The one key of an object as a recipe writes it.
    fileprivate var key: String {
        guard let name = object?.keys.first else { return "" }
        let isPlain =
            name.first.map { $0.isASCII && ($0.isLetter || $0 == "_") } ?? false
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            && !Recipe.reservedWords.contains(name)
        return isPlain ? name : Value.string(name).literal
    }
}
