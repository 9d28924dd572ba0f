// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

extension ModuleChecker {
    func checkResource(_ index: Int) {
        let draft = resources[index]
        let node = draft.declaration
        let checker = ExpressionChecker(module: self, scope: draft.scope)
        let key = node.key.map { checker.check($0, as: .string, "the key of '\(node.name.text)'") }
        var meta = ResourceMetaDraft()
        guard let contract = draft.contract else {
            checkFieldsOfUnknownKind(node.fields, checker) { checkMeta($0, $1, checker, &meta) }
            return
        }
        let rules = FieldRules(
            kind: contract.name, fields: contract.fields, index: contract.fieldIndex, records: contract.records)
        let fields = checkFields(GivenFields(node.fields), rules, checker) { name, value in
            checkMeta(name, value, checker, &meta)
        }
        if !contract.isCapability, let misplaced = meta.onlyForCapabilities {
            report(
                .metaMisused,
                "'@\(misplaced.text)' is for capabilities, and \(contract.name) is a kind of one platform",
                at: misplaced.range, help: ["take it out"])
        }
        let openRules = node.fields.isWhole ? checkRules(contract, fields, at: node.kind.range) : []
        if contract.isCapability, let misplaced = meta.onlyForNatives {
            report(
                .metaMisused,
                "'@\(misplaced.text)' is for kinds of one platform, and \(contract.name) may consist of several things",
                at: misplaced.range, help: ["declare the platform's own kind, or leave it out"])
        }
        checkIgnored(meta.ignored, contract)
        resources[index].code = ResourceCode(
            name: node.name.text, contract: contract, key: key, fields: fields, openRules: openRules, meta: meta.code,
            nameRange: node.name.range, range: SourceRange(Int(node.range.lower), Int(node.kind.range.upper)))
    }

    /// The meta fields of a resource while they are read.
    struct ResourceMetaDraft {
        var on: (alias: String, range: SourceRange)?
        var service: (code: Code, range: SourceRange)?
        var needs: [NeedCode] = []
        var protect: (code: Code, range: SourceRange)?
        var formerly: [FormerCode] = []
        var native: [ResourceMetaCode.Override] = []
        var exemptions: [ExemptionCode] = []
        var ignored: [IgnoredCode] = []
        var replace: (code: Code, range: SourceRange)?
        var adopt: (code: Code, range: SourceRange)?
        var owner: (code: Code, range: SourceRange)?
        var seen: Set<String> = []
        var onlyForCapabilities: Name?
        var onlyForNatives: Name?

        var code: ResourceMetaCode? {
            if seen.isEmpty { return nil }
            return ResourceMetaCode(
                on: on, service: service, needs: needs, protect: protect, formerly: formerly, native: native,
                exemptions: exemptions, ignored: ignored, replace: replace, adopt: adopt, owner: owner)
        }
    }

    private func checkMeta(
        _ name: Name, _ value: Expression, _ checker: ExpressionChecker, _ meta: inout ResourceMetaDraft
    ) {
        guard checkMetaName(name, &meta.seen, MetaFields.ofResources, "a resource") else {
            return
        }
        switch name.text {
        case "on": meta.on = alias(value)
        case "service":
            meta.service = (checker.check(value, as: .string, "'@service'"), value.range)
            meta.onlyForCapabilities = name
        case "needs": meta.needs = needs(value, checker)
        case "protect": meta.protect = (checker.check(value, as: .bool, "'@protect'"), value.range)
        case "formerly": meta.formerly = formerly(value, checker)
        case "ignore": meta.ignored = ignored(value)
        case "replace":
            meta.replace = (
                checker.check(value, as: .string, allowed: ["create_first", "delete_first"], "'@replace'"), value.range
            )
        case "adopt":
            meta.adopt = (checker.check(value, as: .string, "'@adopt'"), value.range)
            meta.onlyForNatives = name
        case "owner": meta.owner = (checker.check(value, as: .string, "'@owner'"), value.range)
        case "exempt": meta.exemptions = exemptions(value, checker)
        case "native":
            meta.native = native(value, checker)
            meta.onlyForCapabilities = name
        default: break
        }
    }

    /// Whether the meta field may stand here; what may not is reported.
    func checkMetaName(
        _ name: Name, _ seen: inout Set<String>, _ known: [String], _ owner: String
    ) -> Bool {
        guard known.contains(name.text) else {
            let nearest = NearestName.find(name.text, in: known)
            report(
                .metaUnknown, "there is no '@\(name.text)' for \(owner)", at: name.range,
                nearest.map { "did you mean '@\($0)'?" } ?? "",
                notes: nearest == nil ? ["there is " + known.map { "@" + $0 }.joined(separator: ", ")] : [])
            return false
        }
        if !seen.insert(name.text).inserted {
            report(.repeatedField, "'@\(name.text)' is given twice", at: name.range, help: ["keep one of them"])
            return false
        }
        return true
    }

    /// The connection that `@on` names.
    func alias(_ value: Expression) -> (alias: String, range: SourceRange)? {
        let name: String
        switch value {
        case .invalid: return nil
        case .name(let written): name = written.text
        case .string(let string) where string.plainText != nil: name = string.plainText ?? ""
        default:
            report(
                .metaMisused, "'@on' takes the name of a connection", at: value.range, help: ["@on: aws"])
            return nil
        }
        guard session.connections.isKnown(name) else {
            let names = session.connections.aliases
            let nearest = NearestName.find(name, in: names)
            report(
                .connectionUnknown, "there is no connection '\(name)'", at: value.range,
                nearest.map { "did you mean '\($0)'?" } ?? "",
                notes: names.isEmpty ? [] : ["there is " + names.joined(separator: ", ")],
                help: ["use PLUGIN as \(name)    makes it one"])
            return nil
        }
        return (name, value.range)
    }

    func needs(_ value: Expression, _ checker: ExpressionChecker) -> [NeedCode] {
        let items: [Expression]
        if case .list(let list) = value { items = list.elements } else { items = [value] }
        return items.compactMap { need($0, checker) }
    }

    /// What `name[KEY]` names, and the key; the whole where there is none.
    func keyed(_ value: Expression, _ checker: ExpressionChecker) -> (base: Expression, key: Code?) {
        guard case .index(let index) = value else { return (value, nil) }
        return (index.base, checker.check(index.index, as: .string, "the key"))
    }

    private func need(_ value: Expression, _ checker: ExpressionChecker) -> NeedCode? {
        let (base, key) = keyed(value, checker)
        guard case .name(let name) = base else {
            if !value.isInvalid {
                report(
                    .metaMisused, "'@needs' takes names of declarations", at: value.range,
                    help: ["@needs: [orders, lake]"])
            }
            return nil
        }
        switch checker.scope.find(name.text) {
        case .resource(let index)?: return NeedCode(target: .resource(index), key: key, range: value.range)
        case .step(let index)?: return NeedCode(target: .step(index), key: key, range: value.range)
        case .module(let index)? where key == nil: return NeedCode(target: .module(index), key: nil, range: value.range)
        case .poison?: return nil
        case nil:
            _ = checker.check(base)
            return nil
        default:
            report(.metaMisused, "'\(name.text)' is nothing that could be waited for", at: value.range)
            return nil
        }
    }

    private func native(_ value: Expression, _ checker: ExpressionChecker) -> [ResourceMetaCode.Override] {
        guard case .object(let object) = value else {
            if !value.isInvalid {
                report(
                    .metaMisused, "'@native' takes fields by child", at: value.range,
                    help: ["@native: { bucket: { … } }"])
            }
            return []
        }
        return object.entries.compactMap { entry in
            guard let child = entry.key.plain, case .object(let fields) = entry.value else {
                report(
                    .metaMisused, "'@native' takes fields by child", at: entry.key.range,
                    help: ["@native: { bucket: { … } }"])
                return nil
            }
            let codes = fields.entries.compactMap { field -> (name: String, FieldCode)? in
                guard let name = field.key.plain else { return nil }
                let checked = checker.item(field.value, as: nil)
                return (name, FieldCode(code: checked.code, range: field.value.range, keyRange: field.key.range))
            }
            return ResourceMetaCode.Override(child: child, childRange: entry.key.range, fields: codes)
        }
    }
}

/// The meta fields that there are.
enum MetaFields {
    static let ofResources = [
        "on", "service", "needs", "protect", "formerly", "native", "exempt", "ignore", "replace", "adopt", "owner"
    ]
    static let ofImports = ["formerly"]
    static let ofSteps = [
        "on", "needs", "when", "retry", "timeout", "on_failure", "cache", "concurrency", "recover", "undo", "rate",
        "priority"
    ]
}
