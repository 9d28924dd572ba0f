// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// Compiles expressions that plugins ship as data: over the fields of a kind and a few names of the host's.
///
/// The code has one slot for each field, in the order of the contract, and one for each name behind them.
final class KindScope {
    private let session: CheckSession
    private let fields: NameScope
    private let title: String

    /// - Parameters:
    ///   - names: What else may be read. A field of the same name counts first.
    ///   - title: What the texts are, for diagnostics: `rules of acme.Poster`.
    init(
        kind: String, fields rules: [FieldRule], index: [String: Int], names: [String], title: String,
        _ library: ContractLibrary
    ) {
        session = CheckSession(library: library, modules: ModuleLoader(.none, root: ""))
        self.title = title
        let nowhere = SourceRange(0, 0)
        fields = NameScope(parent: nil, source: SourceText(name: kind, ""), level: 0)
        for field in rules {
            // A rule about one of several types holds for the others, which is seen once the value is there.
            let type = if case .either = field.type.unwrapped { RecipeType.any } else { field.type }
            let slot = fields.addSlot(field.name, .variable, type, nowhere)
            fields.bindings[field.name] = (.slot(slot), nowhere)
        }
        for name in names {
            let slot = fields.addSlot(name, .variable, .any, nowhere)
            if index[name] == nil { fields.bindings[name] = (.slot(slot), nowhere) }
        }
    }

    /// What is wrong with the texts so far.
    var diagnostics: [Diagnostic] { session.report.ordered }

    /// The scope in which the code is evaluated; once everything is compiled.
    func scope() -> ScopeCode { fields.code() }

    /// - Parameter type: What the expression must give; nil for anything.
    func code(_ text: String, as type: RecipeType?) -> Code {
        let parsed = Recipe.parse(SourceText(name: "<\(title)>", "= " + text), mode: .prompt)
        session.report.add(parsed.diagnostics)
        guard parsed.diagnostics.isEmpty, parsed.file.statements.count == 1,
            case .expression(let statement) = parsed.file.statements[0]
        else { return .invalid }
        let module = ModuleChecker(session, source: parsed.file.source, path: nil, around: fields)
        let checker = ExpressionChecker(module: module, scope: module.root)
        guard let type else { return checker.item(statement.expression, as: nil).code }
        return checker.check(statement.expression, as: type, "the \(title)")
    }
}
