// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// Collects the names that expressions mention, without those that they bind themselves.
struct Mentions {
    private(set) var names: [Name] = []
    private var bound: [String] = []

    mutating func visit(_ expression: Expression) {
        switch expression {
        case .literal, .invalid: break
        case .string(let string):
            for part in string.parts { if case .hole(let hole, _) = part { visit(hole) } }
        case .name(let name): if !bound.contains(name.text) { names.append(name) }
        case .list(let list): for element in list.elements { visit(element) }
        case .listComprehension(let node):
            visit(node.clause) { mentions in mentions.visit(node.element) }
        case .object(let object): visit(object)
        case .objectComprehension(let node):
            visit(node.clause) { mentions in
                mentions.visit(node.key)
                mentions.visit(node.value)
            }
        case .member(let member): visit(member.base)
        case .index(let index):
            visit(index.base)
            visit(index.index)
        case .call(let call):
            visit(call.function)
            for argument in call.arguments { visit(argument.value) }
        case .unary(let unary): visit(unary.operand)
        case .binary(let binary):
            visit(binary.left)
            visit(binary.right)
        case .conditional(let node):
            visit(node.condition)
            visit(node.consequence)
            visit(node.alternative)
        case .lambda(let lambda):
            bound.append(lambda.parameter.text)
            visit(lambda.body)
            bound.removeLast()
        case .lookup(let lookup): visit(lookup.query)
        }
    }

    /// The values of an object, and of its meta fields those that name declarations.
    mutating func visit(_ object: ObjectExpression) {
        for entry in object.entries {
            switch entry.key {
            case .meta(let name) where name.text == "on" || name.text == "formerly": continue
            case .meta(let name) where name.text == "undo":
                // The step that takes another one back reads what that one gave, and not the other way round.
                if case .index(let index) = entry.value { visit(index.index) }
                continue
            case .computed(let key): visit(key)
            default: break
            }
            visit(entry.value)
        }
    }

    private mutating func visit(_ clause: ComprehensionClause, _ body: (inout Mentions) -> Void) {
        visit(clause.collection)
        bound.append(clause.variable.text)
        if let condition = clause.condition { visit(condition) }
        body(&self)
        bound.removeLast()
    }

    /// The body of a definition, with its parameters bound.
    mutating func visit(_ definition: DefDeclaration) {
        bound += definition.parameters.map(\.name.text)
        visit(definition.body)
        bound.removeLast(definition.parameters.count)
    }
}
