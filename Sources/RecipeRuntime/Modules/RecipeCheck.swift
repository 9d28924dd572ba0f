// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Planning
package import RecipeSyntax

/// The door of this room: from a tree to a checked module.
package enum RecipeCheck {
    /// Checks a recipe and the files that it imports; contacts nobody.
    ///
    /// - Parameters:
    ///   - recipe: The parsed file; its own diagnostics are among the result's.
    ///   - path: Where the file lies, as `modules` understands it; imports are relative to its folder.
    ///   - environment: Whose connections the recipe finds, unless it has `use` lines of its own.
    ///   - view: The test from which the module is looked at; nil for the module by itself.
    ///   - packs: The way to the policies that the environment imports.
    /// - Returns: The module, and everything that is wrong with all files, file by file from top to bottom.
    package static func check(
        _ recipe: ParsedRecipe, at path: String, vocabulary: Vocabulary, environment: EnvironmentDefinition = .standard,
        modules: ModuleSource = .none, packs: ModuleSource = .none, from view: TestView? = nil
    ) -> (module: CheckedModule, diagnostics: [Diagnostic]) {
        let test = view.flatMap { recipe.file.test(named: $0.test) }
        let recipe = recipe.seen(from: view)
        let loader = ModuleLoader(modules, root: path)
        let reading = Report()
        reading.add(recipe.diagnostics)
        let files = loader.reachable(from: recipe, at: path, reading)
        let declared = DeclaredContracts(files.map(\.recipe.file), reading)
        let session = CheckSession(library: ContractLibrary(vocabulary, declared: declared), modules: loader)
        session.report.add(reading.diagnostics)
        session.connections = connections(of: recipe.file, environment, session)
        session.checkDeclaredContracts()
        let checker = ModuleChecker(session, source: recipe.file.source, path: path, test: test)
        let code = checker.check(recipe.file.statements, .file)
        let packs = environment.packs.map { policies(of: $0, packs, session) }
        session.checkExemptions(
            (files.map(\.recipe.file) + (packs?.files ?? [])).flatMap { $0.statements.compactMap(\.policyName) })
        session.checkApplied(vocabulary, environment, root: path)
        session.report.add(session.library.problemsOfTexts)
        let diagnostics = session.report.ordered.maskingSecrets.withoutConsequences
        let module = CheckedModule(
            code: code, packs: packs?.code, library: session.library, connections: session.connections,
            environment: environment, visibleNames: checker.visibleNames,
            importOutputs: checker.imports.map { $0.module?.outputTypes ?? [:] },
            hasLookups: session.hasLookups,
            outputTypes: checker.outputTypes.mapValues(\.schemaType),
            secrets: (environment.connections + session.connections.all).reduce(into: session.secrets) {
                $0.formUnion($1.settings.secrets)
            }, diagnostics: diagnostics)
        return (module, diagnostics)
    }

    /// What is wrong with a file's tests by themselves: names that are declared twice, and mistakes in what stands in them.
    ///
    /// - Parameter check: Checks the module from one of its tests.
    package static func problems(
        ofTestsIn recipe: ParsedRecipe, _ check: (TestView) throws -> [Diagnostic]
    ) rethrows -> [Diagnostic] {
        let source = recipe.file.source
        var found: [Diagnostic] = []
        var seen: [String: SourceRange] = [:]
        for test in recipe.file.tests {
            if let first = seen[test.name.text] {
                found.append(
                    Diagnostic(
                        .declaredTwice, "the test '\(test.name.text)' is there twice",
                        labels: [
                            DiagnosticLabel(source.place(test.name.range)),
                            DiagnosticLabel(source.place(first), "first here")
                        ], help: ["give one of them another name"]))
                continue
            }
            seen[test.name.text] = test.name.range
            let place = source.place(test.range)
            found += try check(TestView(test: test.name.text)).filter { diagnostic in
                diagnostic.labels.contains {
                    $0.place.file == place.file && place.start <= $0.place.start && $0.place.start < place.end
                }
            }
        }
        return found
    }

    /// The modules that an environment imports, and their files.
    private static func policies(
        of packs: PolicyPacks, _ modules: ModuleSource, _ recipe: CheckSession
    ) -> (code: ModuleCode, files: [RecipeFile]) {
        let loader = ModuleLoader(modules, root: packs.file)
        let session = CheckSession(library: recipe.library, modules: loader)
        session.connections = recipe.connections
        let checker = ModuleChecker(session, source: packs.source, path: packs.file)
        let code = checker.check(packs.imports.map(Statement.importModule), .file)
        for statement in packs.imports where loader.makesSomething(statement, at: packs.file) {
            session.report.add(
                Diagnostic(
                    .packMakes, "the pack of policies '\(statement.alias.text)' makes something",
                    at: packs.source.place(statement.path.range),
                    help: ["move its resources, workflows and outputs to a recipe of their own"]))
        }
        recipe.report.add(session.report.diagnostics)
        return (code, loader.files)
    }

    /// The recipe's own `use` lines where it has some, else those of the environment.
    private static func connections(
        of file: RecipeFile, _ environment: EnvironmentDefinition, _ session: CheckSession
    ) -> Connections {
        let reader = EnvironmentReader(session, file.source, path: "")
        var own: [ConnectionDefinition] = []
        for statement in file.statements {
            guard case .use(let use) = statement,
                let connection = reader.connection(
                    use, among: own, isOpen: use.mentionsDeclarations(of: file.statements))
            else { continue }
            own.append(connection)
        }
        for connection in environment.connections where session.library.vocabulary.plugin(connection.plugin) == nil {
            session.missingPlugins.insert(connection.plugin)
        }
        return Connections(own.isEmpty ? environment.connections : own)
    }
}

extension [Diagnostic] {
    /// Without what was found where the text itself is wrong: it follows from that.
    fileprivate var withoutConsequences: [Diagnostic] {
        let broken = filter(\.isOfSyntax).compactMap(\.labels.first?.place)
        if broken.isEmpty { return self }
        let places = Dictionary(grouping: broken, by: \.file)
        return filter { diagnostic in
            guard !diagnostic.isOfSyntax, let place = diagnostic.labels.first?.place else { return true }
            return !(places[place.file] ?? []).contains { $0.start < place.end && place.start < $0.end }
        }
    }
}

extension Statement {
    fileprivate var policyName: String? {
        if case .policy(let node) = self { node.name.text } else { nil }
    }
}

extension Diagnostic {
    fileprivate var isOfSyntax: Bool { code.text.hasPrefix("S") }
}

extension DeclaredContracts {
    /// The contracts that the files declare, with a report of those declared twice.
    init(_ files: [RecipeFile], _ report: Report) {
        var places: [String: SourcePlace] = [:]
        for file in files {
            let source = file.source
            for statement in file.statements {
                let name: Name
                switch statement {
                case .capability(let node): name = node.name
                case .shape(let node): name = node.name
                case .mapping(let node):
                    mappings.append(MappingOrigin(declaration: node, source: source, plugin: nil))
                    continue
                default: continue
                }
                let place = source.place(name.range)
                if let first = places[name.text] {
                    report.add(
                        Diagnostic(
                            .declaredTwice, "'\(name.text)' is declared twice",
                            labels: [DiagnosticLabel(place), DiagnosticLabel(first, "first here")]))
                    continue
                }
                places[name.text] = place
                switch statement {
                case .capability(let node): capabilities[name.text] = Origin(declaration: node, source: source)
                case .shape(let node): shapes[name.text] = Origin(declaration: node, source: source)
                default: break
                }
            }
        }
    }
}

extension CheckSession {
    /// Checks the contracts that the recipe's own files declare, used or not.
    func checkDeclaredContracts() {
        for name in library.declared.shapes.keys.sorted() {
            if let shape = library.shape(named: name) { report.add(library.compiledShape(shape).diagnostics) }
        }
        for name in library.declared.capabilities.keys.sorted() {
            if let capability = library.capability(named: name) { checkContract(capability) }
        }
        for origin in library.declared.mappings {
            let name = origin.declaration.capability
            guard let capability = library.capability(named: name.text) else {
                let names = library.vocabulary.texts.names(of: .capability) + Array(library.declared.capabilities.keys)
                let nearest = NearestName.find(name.text, in: names)
                report.add(
                    Diagnostic(
                        .unknownKind, "there is no capability '\(name.text)'", at: origin.source.place(name.range),
                        nearest.map { "did you mean '\($0)'?" } ?? ""))
                continue
            }
            checkContract(capability)
            report.add(library.compiledMapping(origin, capability).diagnostics)
        }
    }
}
