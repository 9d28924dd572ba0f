// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import RecipeRuntime

/// Draws what `explain` knows of a name.
package struct ExplanationRenderer: Sendable {
    private let style: TextStyle
    private let width: Int?
    private let overflow: TableRenderer.Overflow

    /// - Parameter overflow: What becomes of what is wider than `width`.
    package init(style: TextStyle, width: Int?, overflow: TableRenderer.Overflow = .cut) {
        self.style = style
        self.width = width
        self.overflow = overflow
    }

    package func text(_ statement: StatementGuide) -> String {
        head(statement.word, "a statement", statement.meaning) + "  \(statement.form)\n"
    }

    package func text(_ explanation: Explanation) -> String {
        switch explanation {
        case .capability(let capability): return text(capability)
        case .resourceKind(let kind, let plugin):
            return head(kind.name, "a resource kind of the plugin '\(plugin)'", kind.doc)
                + table("Fields", kind.fields.map { row($0) }) + rules(kind.rules)
                + table("Outputs", kind.outputs.map { row($0) }) + list("Offers", kind.facets)
                + list("Made anew", kind.createsFirst ? ["the new one first, where it can be"] : [])
                + list("Inside", kind.records.map(\.name)) + example(kind.example)
        case .record(let record, let kind):
            return head("\(kind).\(record.name)", "what objects inside of \(kind) hold", "")
                + table(
                    "Fields",
                    record.members.map { [$0.name, $0.type.description, $0.isRequired ? "required" : "", ""] })
        case .stepKind(let kind, let executors):
            return head(kind.name, "a step kind", kind.doc) + table("Fields", kind.fields.map { row($0) })
                + rules(kind.rules) + table("Outputs", kind.outputs.map { row($0) }) + list("Needs", kind.facets)
                + list("Executed by", executors)
                + (kind.placement.map { "\(style(.heading, "Placed by"))  the field `\($0)`\n" } ?? "")
                + lacks(kind.lacks) + example(kind.example)
        case .shape(let name, let fields):
            return head(name, "a shape", "") + table("Fields", fields.map { row($0) })
        case .function(let function):
            let parameters = function.parameters.map { "\($0.name): \($0.type)" }.joined(separator: ", ")
            return head("\(function.name)(\(parameters)) -> \(function.result)", "a function", function.doc)
                + example(function.example)
        case .trigger(let trigger): return text(trigger)
        case .facet(let name, let offeredBy, let neededBy):
            return head(name, "a facet: what steps use of a resource", "") + list("Offered by", offeredBy)
                + list("Needed by", neededBy)
        case .plugin(let name, let version, let doc, let settings):
            return head("\(name) \(version)", "a plugin", doc) + table("Settings of `use`", settings.map { row($0) })
        }
    }

    private func text(_ trigger: TriggerContract) -> String {
        let only = trigger.events.count == 1 ? trigger.events[0].fields : []
        var text = head("on \(trigger.word)", "a trigger", trigger.doc) + "  \(trigger.form)\n"
        text += table("Fields", (trigger.options + [TriggerContract.with]).map { row($0) })
        text += table("`event` has", (TriggerContract.common + only).map { row($0) })
        for (form, fields) in trigger.events where trigger.events.count > 1 && !fields.isEmpty {
            text += table("and of \(form.rawValue)", fields.map { row($0) })
        }
        return text + example(trigger.example)
    }

    /// A diagnostic code's meaning.
    package func text(_ code: DiagnosticCode) -> String {
        style(.heading, "\(code.text): \(code.title)") + "\n" + wrapped(code.explanation) + "\n"
    }

    private func text(_ capability: CapabilityExplanation) -> String {
        let kind = capability.isActivity ? "work, carried out by steps" : "a thing"
        let name = capability.functionality.isEmpty ? kind : "\(capability.functionality): \(kind)"
        var text = head(capability.name, name, capability.doc)
        text += table("Fields", capability.parameters.map { row($0) })
        text += table("Outputs", capability.outputs.map { row($0.schema, $0.feature.map { "of \($0)" }) })
        if !capability.features.isEmpty {
            text += style(.heading, "Features") + "\n"
            for feature in capability.features {
                let condition = feature.condition.map { " when \($0)" } ?? ""
                text += hanging("\(feature.name)\(condition)\(feature.doc.isEmpty ? "" : ": \(feature.doc)")", 2) { $0 }
            }
        }
        text += list("Offers", capability.facets) + list("Access", capability.accessLevels)
        text += list("Steps", capability.steps)
        if capability.isActivity { return text + example(capability.example) }
        text += style(.heading, "Fulfilled by") + "\n"
        if capability.services.isEmpty { text += "  nobody yet\n" }
        for service in capability.services {
            let line = "\(service.provider) (\(service.service), version \(service.version)): "
            text += hanging(line + service.kinds.joined(separator: ", "), 2) { $0 }
            for lack in service.lacks {
                text += hanging("lacks \(lack.name): \(lack.reason)", 4) { style(.dim, $0) }
            }
        }
        return text + example(capability.example)
    }

    private func head(_ name: String, _ kind: String, _ doc: String) -> String {
        style(.heading, name) + style(.dim, "  \(kind)") + "\n" + (doc.isEmpty ? "" : "\(wrapped(doc))\n")
    }

    private func row(_ parameter: ParameterExplanation) -> [String] {
        var cells = row(parameter.schema, parameter.rule)
        if let computed = parameter.computedDefault { cells[2] = computed }
        return cells
    }

    private func row(_ field: FieldSchema, _ note: String? = nil) -> [String] {
        let presence: String =
            switch field.presence {
            case .required: "required"
            case .optional(let value): value.literal
            case .computed: ""
            }
        var notes = [field.doc]
        if field.change == .replaces, field.presence != .computed { notes.append("create-only") }
        if let alteration = field.alteration { notes.append(alteration.doc) }
        if let expected = field.expected {
            notes.append("anything else than \(expected.literal) is drift")
        } else if field.change == .operational {
            notes.append("set by runs")
        }
        if field.isSensitive { notes.append("sensitive") }
        if !field.allowed.isEmpty { notes.append("one of " + field.allowed.map(\.literal).joined(separator: ", ")) }
        if let note { notes.append(note) }
        return [
            field.name, (field.inside ?? field.type).description, presence,
            notes.filter { !$0.isEmpty }.joined(separator: "; ")
        ]
    }

    private func table(_ heading: String, _ rows: [[String]]) -> String {
        if rows.isEmpty { return "" }
        let body = TableRenderer(style: .plain, width: width.map { $0 - 2 }).text(
            ["", "", "", ""], rows, overflow: overflow)
        let lines = body.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
        return style(.heading, heading) + "\n" + lines.map { $0.isEmpty ? "" : "  \($0)\n" }.joined()
    }

    private func rules(_ rules: [KindRule]) -> String {
        if rules.isEmpty { return "" }
        return style(.heading, "Where") + "\n" + rules.map { "  \($0.condition)\n" }.joined()
    }

    private func lacks(_ lacks: [KindLack]) -> String {
        if lacks.isEmpty { return "" }
        return style(.heading, "Lacks") + "\n" + lacks.map { "  \($0.feature): \($0.reason)\n" }.joined()
    }

    private func list(_ heading: String, _ items: [String]) -> String {
        items.isEmpty ? "" : style(.heading, heading) + "  " + items.joined(separator: ", ") + "\n"
    }

    private func example(_ text: String) -> String {
        if text.isEmpty { return "" }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)\n" }.joined()
        return style(.heading, "Example") + "\n" + lines
    }

    private func wrapped(_ text: String) -> String {
        let limit = min(width ?? 100, 100)
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, DisplayWidth.of(line) + DisplayWidth.of(String(word)) + 1 > limit {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return (lines + [line]).joined(separator: "\n")
    }

    /// Rows of the terminal's width, those after the first two columns further in.
    private func hanging(_ text: String, _ indent: Int, _ dress: (String) -> String) -> String {
        guard let width, overflow == .wrapped else { return String(repeating: " ", count: indent) + dress(text) + "\n" }
        let rows = TextCut.wrap(text, max(width - indent - 2, 20))
        return rows.enumerated().map { number, row in
            String(repeating: " ", count: number == 0 ? indent : indent + 2) + dress(row) + "\n"
        }.joined()
    }
}
