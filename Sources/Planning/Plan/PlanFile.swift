// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// A saved plan: a first line that marks it, one line of JSON, and a last line with the digest of what stands before.
package struct PlanFile: Sendable, Hashable {
    /// What must not have moved when the plan is applied.
    package struct Binding: Sendable, Hashable {
        /// The recipe, relative to the project's folder.
        package var recipe: String
        /// Digests of the source texts that the program was made from, by path.
        package var sources: ObjectValue
        /// `--set` values.
        package var settings: ObjectValue
        /// Digests of the parameters' values, by name.
        package var parameters: ObjectValue
        /// Version and digest of each plugin, by name.
        package var plugins: ObjectValue
        /// Digests of what was observed of each thing, its version included, by address.
        package var observations: ObjectValue
        package var isDestroy: Bool

        package init(
            recipe: String, sources: ObjectValue, settings: ObjectValue, parameters: ObjectValue = [:],
            plugins: ObjectValue = [:], observations: ObjectValue, isDestroy: Bool
        ) {
            self.recipe = recipe
            self.sources = sources
            self.settings = settings
            self.parameters = parameters
            self.plugins = plugins
            self.observations = observations
            self.isDestroy = isDestroy
        }

        /// The names of which two sets of digests say different things.
        package static func moved(_ before: ObjectValue, _ now: ObjectValue) -> [String] {
            Set(before.keys).union(now.keys).filter { before[$0] != now[$0] }.sorted()
        }
    }

    package var plan: Plan
    package var binding: Binding

    package init(plan: Plan, binding: Binding) {
        self.plan = plan
        self.binding = binding
    }

    /// The first bytes of every plan file.
    package static let mark = Array("converge-plan 1\n".utf8)

    /// True where the bytes begin as a plan file does.
    package static func isPlan(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: mark) }

    /// - Parameter digest: SHA-256 as hexadecimal digits.
    package func encoded(digest: ([UInt8]) -> String) -> [UInt8] {
        let body = Self.mark + Array(Value.object(document).json(.exact).utf8) + [UInt8(ascii: "\n")]
        return body + Array(digest(body).utf8) + [UInt8(ascii: "\n")]
    }

    /// - Returns: The file and its own digest, which names it once and for all.
    /// - Throws: A diagnostic for bytes that are no whole plan file.
    package static func decode(
        _ bytes: [UInt8], name: String, digest: ([UInt8]) -> String
    ) throws(Diagnostic) -> (file: PlanFile, digest: String) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard isPlan(bytes), lines.count == 4, lines[3].isEmpty else { throw unreadable(name, "it is cut or changed") }
        let body = Array(bytes[..<lines[1].endIndex]) + [UInt8(ascii: "\n")]
        let stated = String(decoding: lines[2], as: UTF8.self)
        guard digest(body) == stated else { throw unreadable(name, "its digest does not match its content") }
        do throws(JSONError) {
            guard let object = try Value(json: lines[1]).object, let file = PlanFile(document: object) else {
                throw JSONError(offset: 0, reason: "it is of another version")
            }
            return (file, stated)
        } catch {
            throw unreadable(name, error.reason)
        }
    }

    private static func unreadable(_ name: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            .planUnreadable, "\(name) is no whole plan: \(reason)",
            help: ["plan RECIPE --out \(name)    makes a new one"])
    }
}

extension PlanFile {
    private var document: ObjectValue {
        [
            "recipe": .string(binding.recipe), "sources": .object(binding.sources),
            "settings": .object(binding.settings), "parameters": .object(binding.parameters),
            "plugins": .object(binding.plugins), "observations": .object(binding.observations),
            "destroy": .bool(binding.isDestroy), "environment": .string(plan.environment),
            "module": .string(plan.module), "ledger_version": .int(plan.ledgerVersion),
            "selection": .object(Self.object(plan.selection)), "left_out": .list(plan.leftOut.map { .string($0.text) }),
            "outputs": .object(plan.outputs), "changes": .list(plan.changes.map { .object(Self.object($0)) })
        ]
    }

    private init?(document: ObjectValue) {
        guard let recipe = document["recipe"]?.string, let sources = document["sources"]?.object,
            let settings = document["settings"]?.object, let parameters = document["parameters"]?.object,
            let plugins = document["plugins"]?.object, let observations = document["observations"]?.object,
            let isDestroy = document["destroy"]?.bool, let environment = document["environment"]?.string,
            let module = document["module"]?.string, let version = document["ledger_version"]?.int,
            let outputs = document["outputs"]?.object, let items = document["changes"]?.list
        else { return nil }
        let changes = items.compactMap { $0.object.flatMap { Self.change($0) } }
        guard changes.count == items.count else { return nil }
        var plan = Plan(
            environment: environment, module: module, ledgerVersion: version, changes: changes, outputs: outputs)
        plan.leftOut = document["left_out"]?.list?.compactMap(\.string).map { Address($0) } ?? []
        plan.selection = Self.selection(document["selection"]?.object ?? [:])
        self.init(
            plan: plan,
            binding: Binding(
                recipe: recipe, sources: sources, settings: settings, parameters: parameters, plugins: plugins,
                observations: observations, isDestroy: isDestroy))
    }

    private static func object(_ selection: PlanSelection) -> ObjectValue {
        [
            "only": .list(selection.only.map { .string($0) }), "except": .list(selection.except.map { .string($0) }),
            "replace": .list(selection.replace.map { .string($0) }), "refresh_only": .bool(selection.isRefreshOnly),
            "offline": .bool(selection.isOffline)
        ]
    }

    private static func selection(_ object: ObjectValue) -> PlanSelection {
        func names(_ key: String) -> [String] { object[key]?.list?.compactMap(\.string) ?? [] }
        var selection = PlanSelection()
        (selection.only, selection.except, selection.replace) = (names("only"), names("except"), names("replace"))
        selection.isRefreshOnly = object["refresh_only"]?.bool ?? false
        selection.isOffline = object["offline"]?.bool ?? false
        return selection
    }

    private static func object(_ change: PlannedChange) -> ObjectValue {
        [
            "address": .string(change.address.text), "kind": .string(change.kind),
            "alias": .string(change.provider.alias), "plugin": .string(change.provider.plugin),
            "settings": .object(change.provider.settings), "version": .int(Int64(change.schemaVersion)),
            "action": .string(change.action.rawValue), "reasons": .list(change.reasons.map { .string($0) }),
            "fields": .list(change.fields.map { .object(object($0)) }),
            "drift": .list(change.drift.map { .object(object($0)) }),
            "from": change.movedFrom.map { .string($0.text) } ?? .null, "inputs": .object(change.inputs),
            "needs": .list(change.dependencies.map { .string($0.text) }), "protected": .bool(change.isProtected),
            "adopted": change.adopted.map { .string($0) } ?? .null, "owner": change.owner.map { .string($0) } ?? .null,
            "ignored": .list(change.ignored.map { .string($0) }), "creates_first": .bool(change.createsFirst),
            "successor": change.successor.map { .string($0.text) } ?? .null,
            "goes_first": .bool(change.goesFirst), "after": .list(change.after.map { .string($0.text) })
        ]
    }

    private static func change(_ object: ObjectValue) -> PlannedChange? {
        guard let address = object["address"]?.string, let kind = object["kind"]?.string,
            let alias = object["alias"]?.string, let plugin = object["plugin"]?.string,
            let settings = object["settings"]?.object, let version = object["version"]?.int,
            let action = object["action"]?.string.flatMap({ PlannedAction(rawValue: $0) }),
            let reasons = object["reasons"]?.list, let fields = object["fields"]?.list,
            let drift = object["drift"]?.list, let inputs = object["inputs"]?.object,
            let needs = object["needs"]?.list, let isProtected = object["protected"]?.bool
        else { return nil }
        var change = PlannedChange(
            address: Address(address), kind: kind,
            provider: ProviderUse(alias: alias, plugin: plugin, settings: settings), schemaVersion: Int(version),
            action: action, reasons: reasons.compactMap(\.string),
            fields: fields.compactMap { $0.object.flatMap { difference($0) } },
            drift: drift.compactMap { $0.object.flatMap { difference($0) } },
            movedFrom: object["from"]?.string.map { Address($0) }, inputs: inputs,
            dependencies: needs.compactMap { $0.string.map { Address($0) } }, isProtected: isProtected)
        change.adopted = object["adopted"]?.string
        change.owner = object["owner"]?.string
        change.ignored = object["ignored"]?.list?.compactMap(\.string) ?? []
        change.createsFirst = object["creates_first"]?.bool ?? false
        change.successor = object["successor"]?.string.map { Address($0) }
        change.goesFirst = object["goes_first"]?.bool ?? false
        change.after = object["after"]?.list?.compactMap { $0.string.map { Address($0) } } ?? []
        return change
    }

    private static func object(_ difference: FieldDifference) -> ObjectValue {
        var object: ObjectValue = [
            "path": .string(difference.path), "replaces": .bool(difference.replaces),
            "sensitive": .bool(difference.isSensitive), "secret": .bool(difference.isOfSecret),
            "shrinks": .bool(difference.shrinks)
        ]
        if !difference.isSensitive {
            object["before"] = difference.before
            object["after"] = difference.after
        }
        return object
    }

    private static func difference(_ object: ObjectValue) -> FieldDifference? {
        guard let path = object["path"]?.string, let replaces = object["replaces"]?.bool,
            let isSensitive = object["sensitive"]?.bool
        else { return nil }
        var difference = FieldDifference(
            path: path, before: object["before"], after: object["after"], replaces: replaces, isSensitive: isSensitive)
        difference.isOfSecret = object["secret"]?.bool ?? false
        difference.shrinks = object["shrinks"]?.bool ?? false
        return difference
    }
}
