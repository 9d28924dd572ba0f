// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

extension ProgramBuilder {
    /// The addresses that `@formerly` of a resource says.
    ///
    /// One with a key had the same key under the earlier name, or was a single thing of that name.
    func formers(
        of instance: ResourceInstance, _ codes: [FormerCode], _ module: ModuleInstance
    ) throws(EvaluationError) -> [Address] {
        if codes.isEmpty { return [] }
        var texts: [String] = []
        for code in codes {
            let written = try text(of: code, at: instance.code.nameRange, instance.scope)
            texts += try absolute(written, in: module)
        }
        guard let key = instance.key else { return texts.map { Address($0) } }
        return texts.flatMap { text in
            [Address(text)] + (text.hasSuffix("]") ? [] : [Address("\(text)[\(Value.string(key).literal)]")])
        }
    }

    /// What a declaration that is decided later may have been called, without keys: by its own `@formerly`, and by that of
    /// the modules around it.
    func formerNames(of name: String, _ codes: [FormerCode], _ module: ModuleInstance) -> [String] {
        var prefixes: [String] = []
        do throws(EvaluationError) {
            prefixes = try formerPrefixes(of: module)
        } catch {
            if let diagnostic = error.diagnostic { report.add(diagnostic) }
        }
        let own = codes.compactMap { code -> String? in
            guard case .text(let text)? = code.pieces.first else { return nil }
            return String(text.prefix { $0 != "[" })
        }
        return prefixes.map { $0 + name }
            + own.flatMap { text in
                text.hasPrefix("/")
                    ? [String(text.dropFirst())] : ([module.prefix] + prefixes).map { $0 + text }
            }
    }

    /// What stood before the names of a module's resources earlier: it, or one around it, was imported under another
    /// name.
    func formerPrefixes(of module: ModuleInstance) throws(EvaluationError) -> [String] {
        if let known = module.formers { return known }
        var found: [String] = []
        if let owner = module.owner {
            found = owner.terms.formerly.map { $0.text + "/" }
        } else if let outer = module.outer, let (code, scope) = module.importing {
            found = try formerPrefixes(of: outer).map { $0 + code.alias + "/" }
            for former in code.formerly {
                let written = try text(of: former, at: code.range, scope)
                found += try absolute(written, in: outer).map { $0 + "/" }
            }
        }
        module.formers = found
        return found
    }

    /// An address as the recipe itself would have it; several where the module had other names.
    private func absolute(_ text: String, in module: ModuleInstance) throws(EvaluationError) -> [String] {
        // One that begins with a stroke is the recipe's own, wherever the module is.
        if text.hasPrefix("/") { return [String(text.dropFirst())] }
        return try [module.prefix + text] + formerPrefixes(of: module).map { $0 + text }
    }

    private func text(
        of former: FormerCode, at range: SourceRange, _ scope: ScopeInstance
    ) throws(EvaluationError) -> String {
        var text = ""
        for piece in former.pieces {
            switch piece {
            case .text(let piece): text += piece
            case .name(let code): text += try session.key(try session.evaluate(code, in: scope), range, scope)
            case .key(let code):
                let key = try session.key(try session.evaluate(code, in: scope), range, scope)
                text += Value.string(key).literal
            }
        }
        return text
    }
}
