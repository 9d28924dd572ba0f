// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeRuntime
import RecipeSyntax
import Shell

/// What one recipe becomes on two platforms, and what binds it to one of them.
struct PlatformComparison: Sendable {
    /// A declared resource.
    struct Resource: Sendable {
        let name: String
        let kind: String
        /// What carries it, by platform; nil where nothing does.
        let carriers: [Carrier?]
        /// The plugin of a native kind; nil for a capability.
        let plugin: String?

        struct Carrier: Sendable {
            let service: String
            let kinds: [String]
        }
    }

    /// A declared step.
    struct Step: Sendable {
        let name: String
        let kind: String
        let isCarried: [Bool]
    }

    let platforms: [String]
    private(set) var resources: [Resource] = []
    private(set) var steps: [Step] = []
    /// What of the recipe is of one platform alone, with its line.
    private(set) var bindings: [String] = []
    /// What is wrong with the recipe on each platform.
    let problems: [[Diagnostic]]

    private let vocabulary: Vocabulary

    /// - Parameter problems: By platform.
    init(_ recipe: RecipeFile, on platforms: [String], _ vocabulary: Vocabulary, problems: [[Diagnostic]]) {
        self.platforms = platforms
        self.vocabulary = vocabulary
        self.problems = problems
        collect(recipe.statements, recipe.source)
    }

    /// True where the recipe can be planned on each of the platforms.
    var isPortable: Bool {
        bindings.isEmpty && !problems.contains { all in all.contains { $0.severity == .error } }
    }

    private mutating func collect(_ statements: [Statement], _ source: SourceText) {
        for statement in statements {
            switch statement {
            case .use(let use):
                bind("`use \(use.provider.text)` binds the recipe to it", use.range, source)
            case .resource(let node): add(node, source)
            case .step(let node):
                steps.append(
                    Step(
                        name: node.name.text, kind: node.kind.text,
                        isCarried: platforms.map { vocabulary.carries(step: node.kind.text, on: $0) }))
            case .workflow(let node): collect(node.body.statements, source)
            case .finally(let node): collect(node.body.statements, source)
            case .forLoop(let node): collect(node.body.statements, source)
            case .ifElse(let node):
                for branch in node.branches { collect(branch.body.statements, source) }
                collect(node.otherwise?.statements ?? [], source)
            default: continue
            }
        }
    }

    private mutating func add(_ node: ResourceDeclaration, _ source: SourceText) {
        var service: String?
        for entry in node.fields.entries {
            guard case .meta(let name) = entry.key else { continue }
            switch name.text {
            case "service":
                if case .string(let text) = entry.value { service = text.plainText }
                bind("`@service` of \(node.name.text) names a service of one platform", entry.key.range, source)
            case "native": bind("`@native` of \(node.name.text) changes parts of one platform", entry.key.range, source)
            case "on": bind("`@on` of \(node.name.text) names a connection", entry.key.range, source)
            default: continue
            }
        }
        let kind = node.kind.text
        var plugin: String?
        var carriers = [Resource.Carrier?](repeating: nil, count: platforms.count)
        switch vocabulary.explain(kind) {
        case .capability(let contract):
            carriers = platforms.map { platform in
                let offered = contract.services.filter { $0.provider == platform }
                return offered.first { service == nil || $0.service == service }.map {
                    Resource.Carrier(service: $0.service, kinds: $0.kinds)
                }
            }
        case .resourceKind(_, let owner):
            plugin = owner
            carriers = platforms.map { $0 == owner ? Resource.Carrier(service: "", kinds: [kind]) : nil }
            bind("\(node.name.text) is a kind of \(owner)", node.kind.range, source)
        default: break
        }
        resources.append(Resource(name: node.name.text, kind: kind, carriers: carriers, plugin: plugin))
    }

    private mutating func bind(_ text: String, _ range: SourceRange, _ source: SourceText) {
        bindings.append("line \(source.place(range).start.line): \(text)")
    }

    // MARK: Shown

    func text(_ style: TextStyle, width: Int?) -> String {
        let heads = platforms.map { $0.uppercased() }
        let renderer = TableRenderer(style: style, width: width)
        var text = renderer.text(
            ["RESOURCE", "KIND"] + heads,
            resources.map { resource in
                [resource.name, resource.kind]
                    + resource.carriers.map { carrier in
                        guard let carrier else { return "· nothing" }
                        let made = carrier.kinds.joined(separator: ", ")
                        return carrier.service.isEmpty ? made : "\(carrier.service): \(made)"
                    }
            })
        if !steps.isEmpty {
            text += renderer.text(
                ["STEP", "KIND"] + heads,
                steps.map { step in [step.name, step.kind] + step.isCarried.map { $0 ? "✓" : "·" } })
        }
        text += style(.heading, "Portability") + "\n"
        let portable = resources.filter { $0.plugin == nil }.count
        text += "  \(portable) of \(resources.count) resources are declared by capabilities\n"
        for binding in bindings { text += "  \(binding)\n" }
        for (platform, problems) in zip(platforms, problems) {
            let errors = problems.filter { $0.severity == .error }
            text += "  \(platform): " + (errors.isEmpty ? "can be planned\n" : "cannot be planned\n")
            for error in errors {
                let place = error.labels.first.map { "line \($0.place.start.line): " } ?? ""
                text += "    \(place)\(error.message) [\(error.code.text)]\n"
                for note in error.notes { text += "      \(note)\n" }
            }
        }
        return text
    }

    var document: ObjectValue {
        [
            "platforms": .list(platforms.map { .string($0) }), "portable": .bool(isPortable),
            "resources": .list(
                resources.map { resource in
                    let carriers = zip(platforms, resource.carriers).map { platform, carrier in
                        (
                            platform,
                            carrier.map { carrier -> Value in
                                .object([
                                    "service": carrier.service.isEmpty ? .null : .string(carrier.service),
                                    "creates": .list(carrier.kinds.map { .string($0) })
                                ])
                            } ?? .null
                        )
                    }
                    return .object([
                        "name": .string(resource.name), "kind": .string(resource.kind),
                        "on": .object(ObjectValue(carriers))
                    ])
                }),
            "steps": .list(
                steps.map { step in
                    .object([
                        "name": .string(step.name), "kind": .string(step.kind),
                        "on": .object(ObjectValue(zip(platforms, step.isCarried).map { ($0, .bool($1)) }))
                    ])
                }),
            "bindings": .list(bindings.map { .string($0) }),
            "problems": .object(
                ObjectValue(
                    zip(platforms, problems).map { platform, problems in
                        (platform, .list(problems.map { .object(DiagnosticDocument.object($0)) }))
                    }))
        ]
    }
}
