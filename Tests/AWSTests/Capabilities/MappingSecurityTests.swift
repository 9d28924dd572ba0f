// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import MappingTrials
import Testing

/// What must hold of everything that any mapping makes in any of its forms.
@Suite("Mappings of AWS are safe by default")
struct MappingSecurityTests {
    /// A mapping with all its forms.
    struct Tried: CustomTestStringConvertible, Sendable {
        let name: String
        let forms: [MappingTrial.Form]

        var testDescription: String { name }
    }

    private static let all: [Tried] = ((try? PluginTexts().trials) ?? []).map {
        Tried(name: $0.description, forms: $0.report().forms)
    }

    @Test func `looks at every mapping`() throws {
        let trials = try PluginTexts().trials
        #expect(!trials.isEmpty && Self.all.count == trials.count)
        #expect(Self.all.allSatisfy { !$0.forms.isEmpty })
    }

    @Test("rights name their actions, and their resources where AWS knows them by name", arguments: all)
    func rights(_ tried: Tried) {
        for form in tried.forms {
            var statements = form.natives.flatMap { address, native in
                PolicyStatement.all(in: .object(native.inputs)).map { (address, $0) }
            }
            statements += PolicyStatement.all(in: .object(form.outputs)).map { ("access", $0) }
            for (place, statement) in statements where statement.isAllowing {
                let wide = statement.actions.filter { $0 == "*" || $0.hasSuffix(":*") }
                #expect(wide.isEmpty, "\(form.name), \(place): \(wide)")
                if statement.resources.contains("*") {
                    let narrow = statement.actions.filter { SafetyRules.unnamed[$0] == nil }
                    #expect(narrow.isEmpty, "\(form.name), \(place): \(narrow) on every resource")
                }
                let everybody = statement.principal.string == "*" || statement.principal.at("AWS")?.string == "*"
                #expect(!everybody || form.asks("public: true"), "\(form.name), \(place): everybody may")
            }
        }
    }

    @Test("things are encrypted, closed to the internet, and kept no longer than is said", arguments: all)
    func things(_ tried: Tried) {
        for form in tried.forms {
            for (address, native) in form.natives {
                for rule in SafetyRules.fields[native.kind.name] ?? [] where !form.asks(rule.unless) {
                    let value = Value.object(native.inputs).at(rule.path) ?? .null
                    let path = rule.path.joined(separator: ".")
                    #expect(rule.holds(value), "\(form.name), \(address): \(path) is \(value)")
                }
                #expect(
                    !Self.texts(.object(native.inputs)).contains("0.0.0.0/0") || native.kind.name == "aws.ec2.Route",
                    "\(form.name), \(address) is open to the internet")
            }
            for (address, _) in form.natives where form.natives[address]?.kind.name == "aws.s3.Bucket" {
                let parent = address.split(separator: "/").dropLast().joined(separator: "/")
                let beside = form.natives.filter { $0.key.hasPrefix(parent + "/") }.map(\.value.kind.name)
                for kind in SafetyRules.besideBuckets {
                    #expect(beside.contains(kind), "\(form.name), \(address) has no \(kind)")
                }
            }
        }
    }

    @Test("a key that is given encrypts everything that can be", arguments: all)
    func key(_ tried: Tried) {
        guard let form = tried.forms.first(where: { $0.name == "key" }) else { return }
        let key = "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d"
        for (address, native) in form.natives
        where SafetyRules.isSealed(native.kind) && !address.contains(SafetyRules.unsealedPart) {
            #expect(Self.texts(.object(native.inputs)).contains(key), "\(address) is not encrypted by the key")
        }
        // Who works with what is encrypted may use the key.
        let uses = form.natives.filter { $0.value.kind.name == "aws.iam.RolePolicy" }.flatMap {
            PolicyStatement.all(in: .object($0.value.inputs))
        }
        #expect(uses.allSatisfy { !$0.actions.contains("kms:*") })
    }

    @Test("labels reach everything that takes tags", arguments: all)
    func labels(_ tried: Tried) {
        guard let form = tried.forms.first(where: { $0.name == "labels" }) else { return }
        for (address, native) in form.natives where native.kind.fields.contains(where: { $0.name == "tags" }) {
            #expect(native.inputs["tags"]?.at("one")?.string == "trial", "\(address) has no labels")
        }
    }

    @Test("a name that is given is that of the thing", arguments: all)
    func name(_ tried: Tried) throws {
        let form = try #require(tried.forms.first { $0.name == "name" }, "no name can be given")
        #expect(form.natives.contains { Self.texts(.object($0.value.inputs)).contains("trial-name") })
    }

    private static func texts(_ value: Value) -> [String] {
        switch value {
        case .string(let text): [text]
        case .list(let items): items.flatMap(texts)
        case .object(let object): object.flatMap { texts($0.value) }
        default: []
        }
    }
}

extension MappingTrial.Form {
    /// Whether the recipe asks for what a rule is the opposite of.
    func asks(_ text: String?) -> Bool { text.map(self.text.contains) ?? false }
}
