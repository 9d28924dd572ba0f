// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import RecipeSyntax

/// The way to the text of an imported file: the only thing that this room reads.
package struct ModuleSource: Sendable {
    package let load: @Sendable (_ path: String) throws -> SourceText
    let look: @Sendable (_ path: String) throws -> SourceText?

    /// - Parameters:
    ///   - load: Reads the file at a path that was joined from the importing file's folder and the written path; what
    ///     it throws is told at the import.
    ///   - look: Reads a recipe that a step plans or applies, which is no part of this one; nil where it is of no
    ///     account what it says now.
    package init(
        _ load: @escaping @Sendable (_ path: String) throws -> SourceText,
        look: @escaping @Sendable (_ path: String) throws -> SourceText? = { _ in nil }
    ) {
        self.load = load
        self.look = look
    }

    /// Of modules that import nothing.
    package static let none = ModuleSource { path in
        throw Diagnostic(.importUnreadable, "there are no files here")
    }
}

/// A file of the check, compiled, and what importers see of it.
struct CheckedFile: Sendable {
    let code: ModuleCode
    let parameters: [ContractParameter]
    let outputTypes: [String: RecipeType]
}

/// Reads and checks imported files, each once.
final class ModuleLoader {
    private let source: ModuleSource
    private var parsed: [String: ParsedRecipe] = [:]
    private var checked: [String: CheckedFile] = [:]
    /// The files that are being checked, outermost first.
    private var chain: [String] = []
    /// Imports that cannot be followed, by file and place, so that each is told once.
    private var failed: Set<String> = []
    static let deepest = 64

    init(_ source: ModuleSource, root: String) {
        self.source = source
        chain = [root]
    }

    /// The tree of an imported file; nil, and a report, where it cannot be had.
    func parse(_ node: ImportStatement, in importer: SourceText, at importerPath: String, _ report: Report) -> (
        path: String, recipe: ParsedRecipe
    )? {
        let path = Self.join(importerPath, node.path.text)
        if let known = parsed[path] { return (path, known) }
        if failed.contains(path) { return nil }
        do {
            let recipe = Recipe.parse(try source.load(path))
            report.add(recipe.diagnostics)
            parsed[path] = recipe
            return (path, recipe)
        } catch {
            failed.insert(path)
            let reason = (error as? any DiagnosticError)?.diagnostic.message
            report.add(
                Diagnostic(
                    .importUnreadable, reason ?? "'\(node.path.text)' cannot be read: \(error)",
                    at: importer.place(node.path.range),
                    help: ["paths are relative to the folder of the importing file"]))
            return nil
        }
    }

    /// The checked module that an import means; nil where it cannot be had, which is reported.
    func load(_ node: ImportStatement, from module: ModuleChecker) -> CheckedFile? {
        guard let importerPath = module.path else {
            module.report(.misplaced, "a plugin's text imports a file", at: node.range)
            return nil
        }
        guard let (path, recipe) = parse(node, in: module.source, at: importerPath, module.session.report) else {
            return nil
        }
        if let known = checked[path] { return known }
        if let start = chain.firstIndex(of: path) {
            let names = (chain[start...] + [path]).map { $0.split(separator: "/").last.map(String.init) ?? $0 }
            module.report(
                .importCircle,
                names.count == 2
                    ? "a file imports itself" : "files import one another: \(names.joined(separator: " -> "))",
                at: node.path.range,
                help: ["move what both need into a third file"])
            return nil
        }
        guard chain.count < Self.deepest else {
            module.report(.importCircle, "imports are nested deeper than \(Self.deepest)", at: node.path.range)
            return nil
        }
        chain.append(path)
        defer { chain.removeLast() }
        let checker = ModuleChecker(module.session, source: recipe.file.source, path: path, isImported: true)
        let code = checker.check(recipe.file.statements, .file)
        let file = CheckedFile(
            code: code,
            parameters: code.scope.slots.compactMap {
                if case .parameter(let parameter) = $0.form { parameter.contract } else { nil }
            }, outputTypes: checker.outputTypes)
        checked[path] = file
        return file
    }

    /// A recipe that a step of a file plans or applies, and the way to what it imports.
    ///
    /// - Returns: Nil where it is of no account what it says now; else it, or why it cannot be read.
    func applied(_ name: String, at file: String) -> Result<(path: String, text: SourceText), RecipeFault>? {
        let path = Self.join(file, name)
        do {
            return try source.look(path).map { .success((path, $0)) }
        } catch {
            let reason = (error as? any DiagnosticError)?.diagnostic.message
            return .failure(RecipeFault(message: reason ?? "'\(name)' cannot be read: \(error)"))
        }
    }

    struct RecipeFault: Error { let message: String }

    /// The files of recipes that steps plan or apply, which are read as they are now.
    var beside: ModuleSource {
        let look = source.look
        return ModuleSource { path in
            guard let text = try look(path) else { throw Diagnostic(.importUnreadable, "it is not looked at") }
            return text
        }
    }

    /// The imported files that were read so far.
    var files: [RecipeFile] { parsed.sorted { $0.key < $1.key }.map(\.value.file) }

    /// True for an import whose module, or one that it imports itself, is more than policies.
    func makesSomething(_ node: ImportStatement, at importer: String) -> Bool {
        guard let code = checked[Self.join(importer, node.path.text)]?.code else { return false }
        return code.makesSomething
    }

    /// Every file that can be reached by imports, the root's own first; unreadable ones are left out.
    func reachable(from root: ParsedRecipe, at path: String, _ report: Report) -> [(path: String, recipe: ParsedRecipe)]
    {
        var found = [(path: path, recipe: root)]
        var seen: Set<String> = [path]
        var position = 0
        while position < found.count {
            let file = found[position]
            position += 1
            for node in Self.imports(in: file.recipe.file.statements) {
                guard let next = parse(node, in: file.recipe.file.source, at: file.path, report),
                    seen.insert(next.path).inserted
                else { continue }
                found.append(next)
            }
        }
        return found
    }

    private static func imports(in statements: [Statement]) -> [ImportStatement] {
        statements.flatMap { statement -> [ImportStatement] in
            switch statement {
            case .importModule(let node): return [node]
            case .forLoop(let node): return imports(in: node.body.statements)
            case .ifElse(let node):
                return node.branches.flatMap { imports(in: $0.body.statements) }
                    + imports(in: node.otherwise?.statements ?? [])
            default: return []
            }
        }
    }

    /// A path relative to the folder of another, without `.` and needless `..`.
    static func join(_ file: String, _ path: String) -> String {
        if path.hasPrefix("/") { return path }
        var parts = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().map(String.init)
        for part in path.split(separator: "/") {
            switch part {
            case ".": continue
            case ".." where !parts.isEmpty && parts.last != ".." && parts.last != "": parts.removeLast()
            default: parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }
}

extension ModuleCode {
    fileprivate var makesSomething: Bool {
        !resources.isEmpty || !workflows.isEmpty || !outputs.isEmpty || imports.contains { $0.module.makesSomething }
    }
}

extension ModuleChecker {
    func checkImport(_ index: Int) {
        let draft = imports[index]
        let checker = ExpressionChecker(module: self, scope: draft.scope)
        guard let module = draft.module else {
            for entry in draft.statement.parameters?.entries ?? [] {
                if case .meta = entry.key { continue }
                _ = checker.check(entry.value)
            }
            return
        }
        let alias = draft.statement.alias.text
        let rules = FieldRules(
            kind: "the module '\(alias)'", fields: module.parameters.map { FieldRule($0.schema, $0.type) },
            index: Dictionary(
                module.parameters.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first }),
            help: [])
        let given = GivenFields(draft.statement.parameters, orNoneAt: draft.statement.range)
        var seen: Set<String> = []
        var formers: [FormerCode] = []
        let arguments = checkFields(given, rules, checker) { name, value in
            if checkMetaName(name, &seen, MetaFields.ofImports, "an import") { formers = formerly(value, checker) }
        }
        let file = ModuleLoader.join(path ?? "", draft.statement.path.text)
        imports[index].code = ImportCode(
            alias: alias, module: module.code, folder: ModuleLoader.join(file, ""), arguments: arguments,
            formerly: formers, range: draft.statement.range)
    }
}
