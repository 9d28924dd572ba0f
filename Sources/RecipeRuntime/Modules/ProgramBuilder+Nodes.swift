// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

extension ProgramBuilder {
    /// - Parameter isPartial: True where a parameter without a value is no error.
    func throwIfFailed(isPartial: Bool = false) throws(Diagnostics) {
        var all = report.ordered
        // What a lookup will tell, or a parameter that is not given yet, nobody can decide before it.
        let isUnsettled = all.contains { $0.code == .parameterMissing }
        if isUnsettled || !program.wanted.isEmpty { all.removeAll { $0.code == .lookupLate } }
        guard all.contains(where: { $0.severity == .error && (!isPartial || $0.code != .parameterMissing) }) else {
            return
        }
        if isUnsettled || !program.wanted.isEmpty { all.removeAll { $0.code == .unknownAtPlan } }
        if all.isEmpty { return }
        throw Diagnostics(all)
    }

    /// The parameters of the root, each with its rule looked at.
    func settleParameters(of root: ModuleInstance) -> ObjectValue {
        var values = ObjectValue()
        for (position, slot) in root.code.scope.slots.enumerated() {
            guard case .parameter(let parameter) = slot.form else { continue }
            do throws(EvaluationError) {
                let value = try session.slot(SlotPlace(level: 0, index: position), root.scope)
                if value.containsUnknown {
                    if report.diagnostics.contains(where: { $0.code == .parameterMissing }) { continue }
                    throw unknownAtPlan("the parameter '\(slot.name)'", value, parameter.range, root.scope)
                }
                values[slot.name] = value
            } catch {
                if let diagnostic = error.diagnostic { report.add(diagnostic) }
            }
        }
        if !report.hasErrors(besides: .parameterMissing) {
            for (position, slot) in root.code.scope.slots.enumerated() {
                guard case .parameter(let parameter) = slot.form, parameter.condition != nil else { continue }
                let rule = ModuleInstance.OpenRule(
                    parameter: parameter, position: position, scope: root.scope, field: nil, giver: root.scope,
                    range: parameter.range)
                do throws(EvaluationError) {
                    _ = try session.holds(rule)
                } catch {
                    if let diagnostic = error.diagnostic { report.add(diagnostic) }
                }
            }
        }
        return values
    }

    func evaluateOutputs(of root: ModuleInstance) {
        for output in root.code.outputs {
            do throws(EvaluationError) {
                _ = try root.output(output.name, session)
            } catch {
                if let diagnostic = error.diagnostic { report.add(diagnostic) }
            }
        }
    }

    // MARK: The program's nodes

    func nodes(of root: ModuleInstance) -> [ResourceNode] {
        let instances = root.resources
        var places = PlaceReader()
        return instances.map { node($0, &places) }
    }

    private func node(_ instance: ResourceInstance, _ places: inout PlaceReader) -> ResourceNode {
        let form: ResourceNode.Form
        switch instance.code.contract.form {
        case .native(let schema, _): form = .native(kind: schema, provider: instance.alias)
        case .capability(let contract):
            let natives = instance.natives
            form = .composite(
                CompositeForm(
                    capability: contract.name, provider: instance.alias, service: instance.service,
                    mappingVersion: instance.mappingVersion, children: natives, facets: contract.facets))
        }
        var fieldPlaces: [String: SourcePlace] = [:]
        for (position, rule) in instance.code.contract.fields.enumerated() where instance.gives(position) {
            guard let (range, source) = instance.declaredPlace(of: position) else { continue }
            fieldPlaces[rule.name] = places.place(range, source)
        }
        let declared = instance.declared
        return ResourceNode(
            address: instance.address, form: form, dependencies: instance.dependencies,
            protection: instance.terms.protection, formerly: instance.terms.formerly,
            place: places.place(declared.code.range, declared.scope.code.source), fieldPlaces: fieldPlaces,
            ignored: instance.terms.ignored, replacement: instance.terms.replacement, adopted: instance.terms.adopted,
            owner: instance.terms.owner)
    }

    func outputNodes(of root: ModuleInstance) -> [OutputNode] {
        root.code.outputs.map {
            OutputNode(name: $0.name, doc: $0.doc, place: root.code.source.place($0.range))
        }
    }
}

/// Makes places, many of which are on the same line: its text is taken out of the file once.
struct PlaceReader {
    private var excerpt: (file: String, line: Int, text: String)?

    mutating func place(_ range: SourceRange, _ source: SourceText) -> SourcePlace {
        let start = source.position(of: Int(range.lower))
        let text: String
        if let excerpt, excerpt.line == start.line, excerpt.file == source.name {
            text = excerpt.text
        } else {
            text = source.line(start.line)
            excerpt = (source.name, start.line, text)
        }
        return SourcePlace(file: source.name, start: start, end: source.position(of: Int(range.upper)), excerpt: text)
    }
}
