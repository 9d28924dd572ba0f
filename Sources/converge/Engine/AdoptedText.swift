// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// Declarations of things that are there, as a person would write them.
struct AdoptedText {
    /// What a declaration is of.
    private struct Subject {
        let kind: ResourceKindSchema
        let thing: ListedResource
        let name: String
    }

    private var references: AdoptedReferences
    private var taken: Set<String>
    /// The one name that was asked for; nil to make one.
    private let wish: String?

    /// - Parameters:
    ///   - references: How a recipe reads the texts of what is declared already.
    ///   - taken: Names that the recipe has.
    ///   - wish: The name of the declaration, where there is one only.
    init(references: AdoptedReferences, taken: [String], wish: String? = nil) {
        self.references = references
        self.taken = Set(taken)
        self.wish = wish
    }

    /// The declarations, in the order of the things.
    mutating func declarations(of groups: [FreeThings.Group]) -> [String] {
        var subjects: [Subject] = []
        for group in groups {
            for thing in group.things {
                subjects.append(Subject(kind: group.kind, thing: thing, name: name(of: thing, group.kind)))
            }
        }
        for subject in subjects {
            references.add(outputs: subject.thing.outputs, of: subject.kind, id: subject.thing.id, as: subject.name)
        }
        return subjects.map { declaration(of: $0) }
    }

    private mutating func name(of thing: ListedResource, _ kind: ResourceKindSchema) -> String {
        let unique = kind.fields.first { $0.isUnique }?.name
        let names = [
            wish, thing.inputs["name"]?.string, thing.outputs["name"]?.string,
            unique.flatMap { thing.inputs[$0]?.string },
            thing.inputs["tags"]?.object?["Name"]?.string
        ]
        let wish = names.lazy.compactMap(\.self).first ?? ""
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

    private mutating func declaration(of subject: Subject) -> String {
        let (kind, thing, name) = (subject.kind, subject.thing, subject.name)
        var lines: [String] = []
        var ignored: [String] = []
        for field in kind.fields where field.presence != .computed && field.change != .operational {
            let told = thing.inputs[field.name] ?? .null
            if field.isSensitive {
                if told.isNull, !field.isRequired { continue }
                // What it is nobody may write down; what is there stays.
                lines.append("\(field.name): secret(\"\(name.uppercased())_\(field.name.uppercased())\")")
                ignored.append(field.name)
                continue
            }
            let value = field.inside.map { told.kept(by: $0, kind.records) } ?? told
            if field.isOpen, value.list?.isEmpty ?? value.object?.isEmpty ?? false { continue }
            if value != (field.defaultValue ?? .null) || field.isRequired {
                lines.append("\(field.name): \(text(value, in: subject))")
            }
        }
        lines.append("@adopt: \(Value.string(thing.id).literal)")
        if !ignored.isEmpty { lines.append("@ignore: [\(ignored.joined(separator: ", "))]") }
        return "resource \(name): \(kind.name) {\n" + lines.map { "  \($0)\n" }.joined() + "}\n"
    }

    private mutating func text(_ value: Value, in subject: Subject) -> String {
        switch value {
        case .string(let text):
            return references.expression(for: text, in: subject.name) ?? value.literal
        case .list(let items):
            var texts: [String] = []
            for item in items { texts.append(text(item, in: subject)) }
            return "[" + texts.joined(separator: ", ") + "]"
        case .object(let object):
            if object.isEmpty { return "{}" }
            var texts: [String] = []
            for entry in object {
                texts.append("\(Value.object([entry.key: .null]).key): \(text(entry.value, in: subject))")
            }
            return "{ " + texts.joined(separator: ", ") + " }"
        default: return value.literal
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

    /// The value without what a platform tells in it and does not take.
    fileprivate func kept(by type: ValueType, _ records: [RecordSchema]) -> Value {
        switch (self, type.unwrapped) {
        case (.list(let items), .list(let element)): return .list(items.map { $0.kept(by: element, records) })
        case (.object(let object), .map(let element)):
            return .object(ObjectValue(object.map { ($0.key, $0.value.kept(by: element, records)) }))
        case (.object(let object), .named(let name)):
            guard let record = records.first(where: { $0.name == name }) else { return self }
            return .object(
                ObjectValue(
                    object.compactMap { entry in
                        record.member(entry.key).map { (entry.key, entry.value.kept(by: $0.type, records)) }
                    }))
        default: return self
        }
    }
}
