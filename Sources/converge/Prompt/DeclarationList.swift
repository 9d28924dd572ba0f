// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// The declarations of a module as texts, among which a new one of the same name takes the old one's place.
struct DeclarationList: Sendable {
    let declarations: [String]

    init(_ declarations: [String]) { self.declarations = declarations }

    /// The declarations of a whole text, commands left out.
    init(parsing source: SourceText) throws(Diagnostics) {
        let parsed = Recipe.parse(source)
        if !parsed.diagnostics.isEmpty { throw Diagnostics(parsed.diagnostics) }
        declarations = parsed.file.statements.filter(\.isDeclaration).map { source.text(of: $0.range) }
    }

    /// - Returns: The new list, and whether a declaration was replaced.
    func adding(_ text: String, _ statement: Statement) throws(Diagnostics) -> (declarations: [String], replaced: Bool)
    {
        guard let name = Self.name(of: statement) else { return (declarations + [text], false) }
        for (offset, other) in declarations.enumerated() {
            let parsed = Recipe.parse(SourceText(name: "<prompt>", other))
            guard parsed.file.statements.contains(where: { Self.name(of: $0) == name }) else { continue }
            var changed = declarations
            changed[offset] = text
            return (changed, true)
        }
        return (declarations + [text], false)
    }

    func adding(parsing text: String) throws(Diagnostics) -> [String] {
        let parsed = Recipe.parse(SourceText(name: "<prompt>", text))
        guard let statement = parsed.file.statements.first else { return declarations }
        return try adding(text, statement).declarations
    }

    /// The name that a declaration binds in its module; nil for one that binds none.
    private static func name(of statement: Statement) -> String? {
        switch statement {
        case .param(let node): node.name.text
        case .letBinding(let node): node.name.text
        case .def(let node): node.name.text
        case .resource(let node) where node.key == nil: node.name.text
        case .workflow(let node): node.name.text
        case .importModule(let node): node.alias.text
        case .output(let node): "output \(node.name.text)"
        default: nil
        }
    }
}
