// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// A capability's defaults, rules and features as code.
struct CapabilityCode: Sendable {
    /// Its parameters in the contract's order, then its `let`s.
    let scope: ScopeCode
    let features: [Feature]
    let diagnostics: [Diagnostic]

    struct Feature: Sendable {
        let name: String
        /// Nil for one that only its outputs or other kinds ask for.
        let condition: Code?
        let range: SourceRange
    }
}

/// A shape's defaults and rules as code.
struct ShapeCode: Sendable {
    let scope: ScopeCode
    let diagnostics: [Diagnostic]
}

extension ContractLibrary {
    func compiledCapability(_ contract: CapabilityContract) -> CapabilityCode {
        compiled("capability \(contract.name)") {
            let session = CheckSession(library: self, modules: ModuleLoader(.none, root: ""))
            let module = ModuleChecker(session, source: contract.source, path: nil)
            for parameter in contract.parameters { module.declare(parameter) }
            var features: [(name: Name?, feature: CapabilityContract.Feature)] = []
            for statement in contract.declaration.body.statements {
                switch statement {
                case .letBinding(let node): module.declare(node)
                case .output(let node):
                    if let type = node.type { _ = session.type(type, in: contract.source) }
                    if let feature = node.feature, !contract.features.contains(where: { $0.name == feature.text }) {
                        module.report(
                            .featureUnknown, "\(contract.name) has no feature '\(feature.text)'", at: feature.range)
                    }
                default: break
                }
            }
            for statement in contract.declaration.body.statements {
                guard case .feature(let node) = statement,
                    let feature = contract.features.first(where: { $0.name == node.name.text })
                else { continue }
                features.append((node.name, feature))
            }
            module.checkItems(module.arrange())
            var codes = features.map { name, feature in
                CapabilityCode.Feature(
                    name: feature.name,
                    condition: feature.condition.map {
                        ExpressionChecker(module: module, scope: module.root).condition($0, "`when`")
                    }, range: name?.range ?? SourceRange(0, 0))
            }
            if !features.contains(where: { $0.feature.name == CapabilityContract.customerKey }),
                let place = module.root.find("key"), case .slot(let slot) = place
            {
                codes.append(
                    CapabilityCode.Feature(
                        name: CapabilityContract.customerKey,
                        condition: .comparison(.notEqual, .slot(slot), .constant(.null), SourceRange(0, 0)),
                        range: SourceRange(0, 0)))
            }
            return CapabilityCode(scope: module.root.code(), features: codes, diagnostics: session.report.ordered)
        }
    }

    func compiledShape(_ contract: ShapeContract) -> ShapeCode {
        compiled("shape \(contract.name)") {
            let session = CheckSession(library: self, modules: ModuleLoader(.none, root: ""))
            let module = ModuleChecker(session, source: contract.source, path: nil)
            for parameter in contract.parameters { module.declare(parameter) }
            module.checkItems(module.arrange())
            return ShapeCode(scope: module.root.code(), diagnostics: session.report.ordered)
        }
    }
}

extension ModuleChecker {
    /// Declares a parameter of a contract, whether a text declares it or every contract has it.
    func declare(_ parameter: ContractParameter) {
        if let node = parameter.declaration {
            let type = session.type(node.type, in: source)
            let code = ParameterCode(contract: parameter, defaultValue: nil, condition: nil, range: node.name.range)
            let slot = root.addSlot(parameter.name, .parameter(code), type, node.name.range)
            declare(node.name, .slot(slot), in: root, .parameter(node, root, slot))
            return
        }
        let nowhere = SourceRange(0, 0)
        let code = ParameterCode(contract: parameter, defaultValue: nil, condition: nil, range: nowhere)
        let slot = root.addSlot(parameter.name, .parameter(code), parameter.type, nowhere)
        root.bindings[parameter.name] = (.slot(slot), nowhere)
    }

    func declare(_ node: LetDeclaration) {
        let slot = root.addSlot(node.name.text, .binding(.constant(.null)), .poison, node.name.range)
        declare(node.name, .slot(slot), in: root, .binding(node, root, slot))
    }
}

extension CheckSession {
    /// Compiles a contract that a recipe uses, and tells once what is wrong with its text.
    func checkContract(_ contract: CapabilityContract) {
        guard reportedContracts.insert(contract.name).inserted else { return }
        report.add(library.compiledCapability(contract).diagnostics)
    }
}
