// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax
import Shell

extension PromptSession {
    /// Takes in what others made of the module's file since it was read; what was typed before is not lost when the
    /// file is.
    func readAgain() throws(Diagnostic) {
        let home = module.home
        guard let kept = try keeper.text(of: home), kept != module.text else { return }
        module.move(to: home, text: kept)
        let what =
            switch home {
            case .scratch: "Another prompt changed this module; it"
            case .file(let path): "\(Paths.shown(path)) was changed meanwhile and"
            }
        output.say(output.errorStyle(.dim, what + " is read anew."))
    }

    /// What must come before a change of the module: that it is this prompt's to change, and that it is as it is kept.
    func beginChange() throws(Diagnostic) {
        if module.home == .scratch { try right.take() }
        try readAgain()
    }

    func declare(_ statement: Statement, _ source: SourceText) async -> Answer {
        let typed = TypedText(statement.range, of: source)
        do {
            try beginChange()
            let added = module.text.adding(typed.text)
            let (surroundings, home) = (surroundings(), module.home)
            let told: String
            do {
                told = try await Interruptible.value(output) {
                    try surroundings.answer(to: statement, in: added.module, home: home)
                }
            } catch let problems as Diagnostics {
                let name = RecipeOrigin.module(added.module, home: home).source.name
                let told = typed.asTyped(problems, in: name, at: added.place)
                throw added.replaces ? typed.blaming(told) : told
            }
            try keep(added.module)
            if added.replaces { output.print(output.style(.dim, "replaces the declaration of that name")) }
            output.print(told, terminator: "")
            return .done
        } catch let several as Diagnostics {
            tell(several.all)
        } catch let one as any DiagnosticError {
            tell([one.diagnostic])
        } catch {
            tell([Diagnostic(.callFailed, "\(error)")])
        }
        return .failed
    }

    /// `fmt` without a file: the module at the prompt, in place, and as it is then.
    func format(_ words: [String]) -> Answer {
        let (onlyChecks, isJSON) = (words.contains("--check"), words.contains("--json"))
        return answer { () throws(Diagnostics) in
            try alone { () throws(Diagnostic) in onlyChecks ? try readAgain() : try beginChange() }
            let name = RecipeOrigin.module(of: module).source.name
            let formatted = try Recipe.format(SourceText(name: name, module.text.text))
            let isChanged = formatted != module.text.text
            if isChanged, !onlyChecks { try keep(ModuleText(formatted)) }
            if isJSON {
                output.print(document: [
                    "changed": .list(isChanged ? [.string(name)] : []), "diagnostics": .list([])
                ])
            } else if onlyChecks {
                output.print(isChanged ? "fmt would change \(name)." : "\(name) is formatted.")
            } else {
                output.print(
                    formatted.isEmpty ? "Nothing is declared." : formatted, terminator: formatted.isEmpty ? "\n" : "")
            }
        }
    }

    /// Makes a text the module's, on the disk first.
    private func keep(_ text: ModuleText) throws(Diagnostics) {
        try alone { () throws(Diagnostic) in try keeper.save(text, home: module.home) }
        module.replace(text)
    }

    // MARK: Back and forth

    func step(back: Bool) -> Answer {
        answer { () throws(Diagnostics) in
            try alone { () throws(Diagnostic) in try beginChange() }
            let before = module.text
            guard back ? module.undo() : module.redo() else {
                output.print(back ? "Nothing to take back." : "Nothing to do again.")
                return
            }
            do throws(Diagnostics) {
                try surroundings().check(module.text, home: module.home)
                try alone { () throws(Diagnostic) in try keeper.save(module.text, home: module.home) }
            } catch {
                _ = back ? module.redo() : module.undo()
                throw error
            }
            tellDifference(from: before.declarations, to: module.text.declarations)
        }
    }

    private func tellDifference(from before: [String], to after: [String]) {
        func tell(_ text: String, _ sign: String, _ role: TextStyle.Role) {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            for line in lines { output.print(output.style(role, "\(sign) \(line)")) }
        }
        let changes = after.difference(from: before)
        for case .remove(_, let text, _) in changes.removals { tell(text, "-", .removed) }
        for case .insert(_, let text, _) in changes.insertions { tell(text, "+", .added) }
    }

    // MARK: Files

    func open(_ path: String) -> Answer {
        answer { () throws(Diagnostics) in
            let text = try ScratchKeeper.recipe(path)
            module.move(to: .file(Paths.absolute(path)), text: text)
            right.free()
            let count = text.declarations.count
            output.print("\(Paths.shown(path)) is open, \(count) declaration\(count == 1 ? "" : "s").")
        }
    }

    func load(_ path: String) -> Answer {
        answer { () throws(Diagnostics) in
            try alone { () throws(Diagnostic) in try beginChange() }
            let loaded = try ScratchKeeper.recipe(path).declarations
            var text = module.text
            for declaration in loaded { text = text.adding(declaration).module }
            try surroundings().check(text, home: module.home)
            try keep(text)
            output.print("\(loaded.count) declaration\(loaded.count == 1 ? "" : "s") loaded.")
        }
    }

    /// Makes the module at the prompt that file's, with what it made.
    func save(_ path: String, isConfirmed: Bool) async -> Answer {
        let target = Paths.absolute(path)
        let home = module.home
        do {
            try beginChange()
            if Paths.isFile(target), home != .file(target), !isConfirmed {
                let verb = invocation.verb(of: module)
                let question = Question(output: output, interruption: verb.interruption)
                let agrees = try await InterruptWatch.watching(verb.interruption) {
                    try await question.confirm("Write over \(Paths.shown(path))?")
                }
                guard agrees else { throw Diagnostic(.notConfirmed, "declined; nothing was written") }
            }
            let engine = surroundings().engine
            let name = RecipeOrigin.module(module.text, home: .file(target)).module
            if home == .scratch { try await engine.refuseCommonRows(of: RecipeOrigin.scratchModule, and: name) }
            try TextFile.write(module.text.text, to: target)
            if home == .scratch {
                let moved = try await engine.moveRows(of: RecipeOrigin.scratchModule, to: name)
                try keeper.save(.empty, home: .scratch)
                right.free()
                if !moved.isEmpty {
                    output.print("With it goes what it made: \(moved.map(\.text).joined(separator: ", ")).")
                }
            }
            module.stay(in: .file(target))
            output.print("Saved as \(Paths.shown(path)), which is open now.")
            return .done
        } catch let one as any DiagnosticError {
            tell([one.diagnostic])
        } catch {
            tell([Diagnostic(.callFailed, "\(error)")])
        }
        return .failed
    }

    // MARK: Errors

    private func answer(_ body: () throws(Diagnostics) -> Void) -> Answer {
        do throws(Diagnostics) {
            try body()
            return .done
        } catch {
            tell(error.all)
            return .failed
        }
    }

    private func alone<T>(_ body: () throws(Diagnostic) -> T) throws(Diagnostics) -> T {
        do throws(Diagnostic) { return try body() } catch { throw Diagnostics([error]) }
    }
}
