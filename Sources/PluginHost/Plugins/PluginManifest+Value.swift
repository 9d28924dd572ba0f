// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

// A manifest as a value. It is read by every command, so it is neither made nor read by `Codable`, which needs ten
// times as long; what is not said has its usual meaning, which keeps the file short.

extension PluginManifest {
    /// The manifest as its file has it: see `ManifestIndex`.
    func content() throws(Diagnostic) -> String {
        var body = ManifestBody()
        body.add(
            "resourceKinds", resourceKinds.all.map { ($0.name, $0.hasSensitive ? ["sensitive"] : [], $0.value) })
        body.add("texts", try Self.elements(texts) { $0.declarations.map(\.words) })
        body.add("priceTables", try Self.elements(priceTables) { _ in [] })
        body.add("exportTables", try Self.elements(exportTables) { _ in [] })
        let head: Value = [
            "layout": .int(Self.layout), "name": .string(name), "module": .string(module),
            "version": .string(version), "doc": .string(doc), "fingerprint": .string(fingerprint),
            "sha256": .string(sha256), "provider": provider?.value ?? .null,
            "stepKinds": .list(stepKinds.map(\.value)), "executors": .texts(executors),
            "functions": .list(functions.map(\.value)), "verbs": .list(verbs.map(\.value)),
            "services": .texts(services),
            "diagnosticCodes": .list(
                diagnosticCodes.map {
                    ["code": .string($0.text), "title": .string($0.title), "explanation": .string($0.explanation)]
                }), "index": body.end()
        ]
        return String(head.json().dropLast()) + "\n" + body.text
    }

    private static func elements(
        _ texts: ManifestTexts, _ marks: (PluginText) -> [String]
    ) throws(Diagnostic) -> [(name: String, marks: [String], value: Value)] {
        try texts.all().map { ($0.path, marks($0), ["path": .string($0.path), "text": .string($0.text)]) }
    }

    /// - Parameter index: Where the parts stand that are read when they are asked for; nil where all of them are in the
    ///   object.
    init(_ object: ManifestObject, _ index: ManifestIndex?) throws(ManifestProblem) {
        name = try object.text("name")
        module = try object.text("module")
        version = try object.text("version")
        doc = try object.text("doc")
        fingerprint = try object.text("fingerprint")
        sha256 = try object.text("sha256")
        provider = try object.object("provider").map(ProviderSchema.init(manifest:))
        stepKinds = try object.items("stepKinds", StepKindSchema.init(manifest:))
        executors = try object.texts("executors")
        functions = try object.items("functions", FunctionSchema.init(manifest:))
        verbs = try object.items("verbs", VerbSchema.init(manifest:))
        services = try object.texts("services")
        if let index {
            (resourceKinds, texts) = (index.kinds, index.texts)
            (priceTables, exportTables) = (index.priceTables, index.exportTables)
        } else {
            resourceKinds = ManifestKinds(try object.items("resourceKinds", ResourceKindSchema.init(manifest:)))
            texts = try Self.texts("texts", of: object)
            priceTables = try Self.texts("priceTables", of: object)
            exportTables = try Self.texts("exportTables", of: object)
        }
        diagnosticCodes = try object.items("diagnosticCodes") { (code) throws(ManifestProblem) in
            DiagnosticCode(try code.text("code"), try code.text("title"), try code.text("explanation"))
        }
    }

    private static func texts(_ key: String, of object: ManifestObject) throws(ManifestProblem) -> ManifestTexts {
        ManifestTexts(
            try object.items(key) { (text) throws(ManifestProblem) in
                PluginText(path: try text.text("path"), text: try text.text("text"))
            })
    }
}

extension Value {
    fileprivate static func texts(_ texts: [String]) -> Value { .list(texts.map { .string($0) }) }
}

extension ProviderSchema {
    fileprivate var value: Value {
        ["doc": .string(doc), "settings": .list(settings.map(\.value)), "rules": .list(rules.map(\.value))]
    }

    fileprivate init(manifest object: ManifestObject) throws(ManifestProblem) {
        self.init(doc: try object.text("doc"), settings: try object.items("settings", FieldSchema.init(manifest:)))
        rules = try object.items("rules", KindRule.init(manifest:))
    }
}

extension ResourceKindSchema {
    fileprivate var value: Value {
        [
            "name": .string(name), "version": .int(Int64(version)), "doc": .string(doc), "example": .string(example),
            "fields": .list(fields.map(\.value)), "outputs": .list(outputs.map(\.value)), "facets": .texts(facets),
            "isListable": .bool(isListable), "isListedWhole": .bool(isListedWhole), "rules": .list(rules.map(\.value)),
            "records": .list(records.map(\.value)), "createsFirst": .bool(createsFirst),
            "spans": .texts(spans)
        ]
    }

    init(manifest object: ManifestObject) throws(ManifestProblem) {
        self.init(
            name: try object.text("name"), version: try object.number("version", default: 1),
            doc: try object.text("doc"), example: try object.text("example"),
            fields: try object.items("fields", FieldSchema.init(manifest:)),
            outputs: try object.items("outputs", FieldSchema.init(manifest:)), facets: try object.texts("facets"),
            isListable: try object.flag("isListable"), isListedWhole: try object.flag("isListedWhole"),
            rules: try object.items("rules", KindRule.init(manifest:)))
        records = try object.items("records", RecordSchema.init(manifest:))
        createsFirst = try object.flag("createsFirst")
        spans = try object.texts("spans")
    }
}

extension RecordSchema {
    fileprivate var value: Value {
        [
            "name": .string(name),
            "members": .texts(members.map { "\($0.name)\($0.isRequired ? "!" : ""): \($0.type)" })
        ]
    }

    fileprivate init(manifest object: ManifestObject) throws(ManifestProblem) {
        var members: [RecordMember] = []
        for text in try object.texts("members") {
            guard let colon = text.firstIndex(of: ":"),
                let type = ValueType(String(text[text.index(after: colon)...]))
            else { throw ManifestProblem(words: "'\(text)' is no member of a record") }
            let name = text[..<colon]
            members.append(
                RecordMember(
                    String(name.hasSuffix("!") ? name.dropLast() : name), type, isRequired: name.hasSuffix("!")))
        }
        self.init(name: try object.text("name"), members: members)
    }
}

extension StepKindSchema {
    fileprivate var value: Value {
        [
            "name": .string(name), "version": .int(Int64(version)), "doc": .string(doc), "example": .string(example),
            "fields": .list(fields.map(\.value)), "outputs": .list(outputs.map(\.value)),
            "placement": placement.map { .string($0) } ?? .null, "isPure": .bool(isPure), "facets": .texts(facets),
            "rules": .list(rules.map(\.value)), "lacks": .list(lacks.map(\.value)), "mayWait": .bool(mayWait)
        ]
    }

    fileprivate init(manifest object: ManifestObject) throws(ManifestProblem) {
        self.init(
            name: try object.text("name"), version: try object.number("version", default: 1),
            doc: try object.text("doc"), example: try object.text("example"),
            fields: try object.items("fields", FieldSchema.init(manifest:)),
            outputs: try object.items("outputs", FieldSchema.init(manifest:)),
            placement: try object.optionalText("placement"), isPure: try object.flag("isPure"),
            facets: try object.texts("facets"), rules: try object.items("rules", KindRule.init(manifest:)),
            lacks: try object.items("lacks", KindLack.init(manifest:)))
        mayWait = try object.flag("mayWait")
    }
}

extension KindLack {
    fileprivate var value: Value {
        [
            "feature": .string(feature), "condition": condition.map { .string($0) } ?? .null, "field": .string(field),
            "reason": .string(reason), "help": .texts(help)
        ]
    }

    fileprivate init(manifest object: ManifestObject) throws(ManifestProblem) {
        self.init(
            try object.text("feature"), when: try object.optionalText("condition"), field: try object.text("field"),
            try object.text("reason"), help: try object.texts("help"))
    }
}

extension KindRule {
    fileprivate var value: Value {
        [
            "code": .string(code), "condition": .string(condition), "field": .string(field),
            "message": .string(message), "help": .texts(help)
        ]
    }

    fileprivate init(manifest object: ManifestObject) throws(ManifestProblem) {
        self.init(
            code: try object.text("code"), condition: try object.text("condition"), field: try object.text("field"),
            message: try object.text("message"), help: try object.texts("help"))
    }
}

extension FunctionSchema {
    fileprivate var value: Value {
        [
            "name": .string(name), "doc": .string(doc), "parameters": .list(parameters.map(\.value)),
            "isVariadic": .bool(isVariadic), "result": .string(result.description), "example": .string(example)
        ]
    }

    fileprivate init(manifest object: ManifestObject) throws(ManifestProblem) {
        self.init(
            name: try object.text("name"), doc: try object.text("doc"),
            parameters: try object.items("parameters", FieldSchema.init(manifest:)),
            isVariadic: try object.flag("isVariadic"), result: try object.type("result"),
            example: try object.text("example"))
    }
}

extension VerbSchema {
    fileprivate var value: Value { ["name": .string(name), "doc": .string(doc), "example": .string(example)] }

    fileprivate init(manifest object: ManifestObject) throws(ManifestProblem) {
        self.init(name: try object.text("name"), doc: try object.text("doc"), example: try object.text("example"))
    }
}

extension FieldSchema {
    private static let changes: [(String, FieldChange)] = [
        ("updates", .updates), ("replaces", .replaces), ("operational", .operational)
    ]

    fileprivate var value: Value {
        var object: ObjectValue = ["name": .string(name), "type": .string(type.description), "doc": .string(doc)]
        if let defaultValue { object["default"] = defaultValue }
        if presence == .computed { object["isComputed"] = true }
        if change != .updates {
            object["change"] = Self.changes.first { $0.1 == change }.map { .string($0.0) }
        }
        if isSensitive { object["isSensitive"] = true }
        if !allowed.isEmpty { object["allowed"] = .list(allowed) }
        if let example { object["example"] = example }
        if let expected { object["expected"] = expected }
        if isUnique { object["unique"] = true }
        if isOpen { object["open"] = true }
        if let inside { object["inside"] = .string(inside.description) }
        if sameness != .exact { object["sameness"] = .string(sameness.rawValue) }
        switch alteration {
        case .grows?: object["grows"] = true
        case .parts(let names)?: object["alters"] = .texts(names)
        default: break
        }
        return .object(object)
    }

    fileprivate init(manifest object: ManifestObject) throws(ManifestProblem) {
        let presence: FieldPresence =
            if let value = object["default"] {
                .optional(defaultValue: value)
            } else if try object.flag("isComputed") {
                .computed
            } else {
                .required
            }
        self.init(
            try object.text("name"), try object.type("type"), try object.text("doc"), presence: presence,
            change: try object.word("change", Self.changes, default: .updates),
            isSensitive: try object.flag("isSensitive"), allowed: try object.list("allowed"),
            example: object["example"])
        expected = object["expected"]
        isUnique = object["unique"] == .bool(true)
        isOpen = object["open"] == .bool(true)
        if object["inside"] != nil { inside = try object.type("inside") }
        if object["grows"] == .bool(true) {
            alteration = .grows
        } else if object["alters"] != nil {
            alteration = .parts(try object.texts("alters"))
        }
        // A newer plugin may know more; what is not understood is compared as it is.
        sameness = object["sameness"]?.string.flatMap { FieldSameness(rawValue: $0) } ?? .exact
    }
}
