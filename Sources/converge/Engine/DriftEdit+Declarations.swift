// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// Where a recipe declares what has drifted.
extension DriftEdit {
    /// The one declaration that says what the resource is.
    func find(_ address: Address) -> Result<ResourceDeclaration, Reason> {
        let name = String(address.text.prefix { $0 != "/" && $0 != "[" })
        if address.text.contains("/") { return .failure(Reason(text: partOf(name, address))) }
        let found = Self.declarations(of: name, in: statements)
        if !found.contains(where: \.isRepeated) {
            let meant = found.map(\.node).filter { declares($0, address) }
            if meant.count == 1, found.count == 1 || meant[0].key != nil { return .success(meant[0]) }
        }
        let isOfBranches = found.count > 1 && found.allSatisfy { !$0.isRepeated && $0.node.key == nil }
        let spot = place(of: name)
        return .failure(
            Reason(
                text: isOfBranches
                    ? "several branches declare it\(spot): change the one that holds"
                    : "several are declared in one place\(spot): change what tells them apart"))
    }

    /// What may be done of a thing that is declared by another text.
    private func partOf(_ name: String, _ address: Address) -> String {
        if case .importModule(let node)? = Self.declaring(name, in: statements) {
            let rest = address.text.dropFirst(name.count + 1)
            return
                "it is declared as \(rest) by \(node.path.text), which is imported here\(place(of: name)): change it "
                + "there, or what is given to it"
        }
        return "it is a part of \(name)\(place(of: name)): change what that is given, or `@native` of it"
    }

    /// True where the declaration is that of the address.
    func declares(_ node: ResourceDeclaration, _ owner: Address) -> Bool {
        guard let key = node.key else { return owner.text == node.name.text }
        guard case .string(let literal) = key, let text = literal.plainText else { return false }
        return owner.text == "\(node.name.text)[\(Value.string(text).literal)]"
    }

    private struct Declared {
        let node: ResourceDeclaration
        /// Stands in a loop.
        let isRepeated: Bool
    }

    private static func declarations(
        of name: String, in statements: [Statement], isRepeated: Bool = false
    ) -> [Declared] {
        statements.flatMap { statement -> [Declared] in
            switch statement {
            case .resource(let node) where node.name.text == name: [Declared(node: node, isRepeated: isRepeated)]
            case .forLoop(let loop): declarations(of: name, in: loop.body.statements, isRepeated: true)
            case .ifElse(let node):
                declarations(
                    of: name, in: node.branches.flatMap(\.body.statements) + (node.otherwise?.statements ?? []),
                    isRepeated: isRepeated)
            default: []
            }
        }
    }

    /// Where a name is declared, in parentheses.
    func place(of name: String) -> String {
        guard let statement = Self.declaring(name, in: statements) else { return "" }
        let place = source.place(statement.range)
        return " (\(place.file):\(place.start.line))"
    }

    private static func declaring(_ name: String, in statements: [Statement]) -> Statement? {
        for statement in statements {
            switch statement {
            case .resource(let node) where node.name.text == name: return statement
            case .param(let node) where node.name.text == name: return statement
            case .letBinding(let node) where node.name.text == name: return statement
            case .importModule(let node) where node.alias.text == name: return statement
            case .forLoop(let loop):
                if let found = declaring(name, in: loop.body.statements) { return found }
            case .ifElse(let node):
                let inner = node.branches.flatMap(\.body.statements) + (node.otherwise?.statements ?? [])
                if let found = declaring(name, in: inner) { return found }
            default: continue
            }
        }
        return nil
    }
}
