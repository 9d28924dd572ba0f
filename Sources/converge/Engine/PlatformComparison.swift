// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
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
        /// The platforms on which a condition leaves it out.
        let isLeftOut: [Bool]
        /// The plugin of a native kind; nil for a capability.
        let plugin: String?

        struct Carrier: Sendable {
            let service: String
            /// The kind of each thing that the recipe makes there; where it cannot be planned, those that it may make.
            let kinds: [String]
            let isPlanned: Bool
        }
    }

    /// A declared step.
    struct Step: Sendable {
        let name: String
        let kind: String
        let isCarried: [Bool]
        /// True where it runs on the machine that runs the workflow, whatever the platform is.
        let runsHere: Bool
    }

    let platforms: [String]
    private(set) var resources: [Resource] = []
    private(set) var steps: [Step] = []
    /// What of the recipe is of one platform alone, with its line.
    private(set) var bindings: [String] = []
    /// What is wrong with the recipe on each platform.
    let problems: [[Diagnostic]]

    private let vocabulary: Vocabulary
    /// What the recipe means on each platform; nil where it cannot be planned there, or is decided in part by an apply.
    private let programs: [Program?]

    /// What a recipe comes to on one platform.
    struct Reading: Sendable {
        let program: Program?
        let problems: [Diagnostic]
    }

    /// - Parameter readings: By platform.
    init(_ recipe: RecipeFile, on platforms: [String], _ vocabulary: Vocabulary, _ readings: [Reading]) {
        self.platforms = platforms
        self.vocabulary = vocabulary
        problems = readings.map(\.problems)
        programs = readings.map { $0.program.flatMap { $0.deferrals.isEmpty ? $0 : nil } }
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
                        isCarried: platforms.map { vocabulary.carries(step: node.kind.text, on: $0) },
                        runsHere: vocabulary.runsHere(step: node.kind.text)))
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
        let made = programs.map { $0.map { Self.kinds(of: node.name.text, in: $0) } }
        var plugin: String?
        var carriers = [Resource.Carrier?](repeating: nil, count: platforms.count)
        switch vocabulary.explain(kind) {
        case .capability(let contract):
            carriers = zip(platforms, made).map { platform, made in
                let offered = contract.services.filter { $0.provider == platform }
                return offered.first { service == nil || $0.service == service }.map {
                    Resource.Carrier(service: $0.service, kinds: made ?? $0.kinds, isPlanned: made != nil)
                }
            }
        case .resourceKind(_, let owner):
            plugin = owner
            carriers = zip(platforms, made).map { platform, made in
                platform == owner ? Resource.Carrier(service: "", kinds: made ?? [kind], isPlanned: made != nil) : nil
            }
            bind("\(node.name.text) is a kind of \(owner)", node.kind.range, source)
        default: break
        }
        resources.append(
            Resource(
                name: node.name.text, kind: kind, carriers: carriers, isLeftOut: made.map { $0?.isEmpty ?? false },
                plugin: plugin))
    }

    /// The kind of each native thing that a declaration makes.
    private static func kinds(of name: String, in program: Program) -> [String] {
        program.resources.filter { node in
            let address = node.address.text
            return address == name || address.hasPrefix(name + "/") || address.hasPrefix(name + "[")
        }.compactMap(\.kindSchema?.name)
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
            resources.map { [$0.name, $0.kind] + cells(of: $0, isNarrow: width != nil) }, overflow: .wrapped)
        if !steps.isEmpty {
            text += "\n"
            text += renderer.text(
                ["STEP", "KIND"] + heads,
                steps.map { step in
                    [step.name, step.kind] + step.isCarried.map { $0 ? "✓" : step.runsHere ? "here" : "·" }
                })
        }
        text += legend
        text += "\n"
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

    private func cells(of resource: Resource, isNarrow: Bool) -> [String] {
        zip(resource.carriers, resource.isLeftOut).map { carrier, isLeftOut in
            if isLeftOut { return "left out" }
            guard let carrier else { return "· nothing" }
            let made = isNarrow ? KindCounts.byService(carrier.kinds) : KindCounts.each(carrier.kinds)
            return carrier.service.isEmpty ? made : "\(carrier.service): \(made)"
        }
    }

    /// What the words of the tables mean, as far as they occur.
    private var legend: String {
        var text = ""
        if resources.contains(where: { $0.isLeftOut.contains(true) }) {
            text += "left out: a condition of the recipe leaves it out there\n"
        }
        if steps.contains(where: { $0.runsHere && $0.isCarried.contains(false) }) {
            text += "here: on the machine that runs the workflow\n"
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
                                    "creates": .list(KindCounts.names(carrier.kinds).map { .string($0) }),
                                    "things": carrier.isPlanned ? .int(Int64(carrier.kinds.count)) : .null
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
                        "name": .string(step.name), "kind": .string(step.kind), "here": .bool(step.runsHere),
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
