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
    /// Problems of contracts' texts are told once.
    var reportedContracts: Set<String> = []

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
