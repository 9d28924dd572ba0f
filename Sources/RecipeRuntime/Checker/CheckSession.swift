// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// One check: what was found, what names mean, and the files that were read.
final class CheckSession {
    let report = Report()
    let library: ContractLibrary
    let modules: ModuleLoader

    init(library: ContractLibrary, modules: ModuleLoader) {
        self.library = library
        self.modules = modules
    }

    /// Those of the root recipe or of the environment.
    var connections = Connections([])
    /// The plugins that `use` lines name and nobody has: their kinds stand for anything.
    var missingPlugins: Set<String> = []
    /// True where something is looked up.
    var hasLookups = false
    /// The secrets that the texts name.
    var secrets: Set<SecretReference> = []
    /// The recipes that steps plan or apply, with the places that name them.
    var applied: [AppliedRecipe] = []
    /// The policies that `@exempt` names, with their places.
    var exemptions: [(policy: String, place: SourcePlace)] = []
    /// Problems of contracts' texts are told once.
    var reportedContracts: Set<String> = []
    /// The suggestions for names that are not there, by scope.
    private var suggestions: [ObjectIdentifier: [String: String?]] = [:]
    private var suggestionsLeft = 500

    /// What was probably meant by a name that nothing has in a scope.
    ///
    /// To find out costs a look at every name. A text with hundreds of different names that are not there is not
    /// mended name by name, and gets no more suggestions.
    func nearest(_ name: String, in scope: NameScope, among names: () -> [String]) -> String? {
        let key = ObjectIdentifier(scope)
        if let known = suggestions[key]?[name] { return known }
        guard suggestionsLeft > 0 else { return nil }
        suggestionsLeft -= 1
        let found = NearestName.find(name, in: names())
        suggestions[key, default: [:]][name] = found
        return found
    }

    func type(_ written: TypeExpression, in source: SourceText) -> RecipeType {
        switch library.type(written) {
        case .success(let type): return type
        case .failure(let unknown):
            let name = unknown.written.name.text
            switch unknown.reason {
            case .argumentCount(let count):
                report.add(
                    Diagnostic(
                        .unknownType, "\(name) takes \(ExpressionChecker.count(count, "type")) in `< >`",
                        at: source.place(unknown.written.range), help: [count == 0 ? name : "\(name)<String>"]))
            case .name:
                if let plugin = Self.plugin(of: name), missingPlugins.contains(plugin) { return .poison }
                let nearest = NearestName.find(
                    name, in: ValueType.simpleNames + ["List", "Map", "Secret"] + library.typeNames)
                report.add(
                    Diagnostic(
                        .unknownType, "there is no type '\(name)'", at: source.place(unknown.written.range),
                        nearest.map { "did you mean '\($0)'?" } ?? ""))
            }
            return .poison
        }
    }

    /// The plugin that a dotted kind names.
    static func plugin(of kind: String) -> String? {
        guard let dot = kind.firstIndex(of: ".") else { return nil }
        return String(kind[..<dot])
    }
}
