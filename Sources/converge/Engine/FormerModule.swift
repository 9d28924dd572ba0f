// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Ledger
import Planning

/// A module whose recipe is gone and whose things another recipe declares now: most likely the file was renamed.
struct FormerModule: Sendable, Hashable {
    let name: String
    /// Its recipe as a person would write it.
    let recipe: String
    /// How many things it made.
    let made: Int
    /// How many of them the other recipe declares, at the same address and of the same kind.
    let declared: Int

    var sentence: String {
        "\(recipe) is gone, and this recipe declares \(declared) of the \(made) \(made == 1 ? "thing" : "things") that it "
            + "made."
    }
}

extension Engine {
    /// The module whose place a program takes that has made nothing yet; nil where there is none.
    func formerModule(of program: Program) async throws(Diagnostic) -> FormerModule? {
        if try await ledger.hasRows(environment: program.environment, module: program.module) { return nil }
        let records = try await ledger.records(environment: program.environment).filter { $0.composite == nil }
        let kinds = Dictionary(
            program.resources.map { ($0.address, $0.kindName) }, uniquingKeysWith: { first, _ in first })
        let candidates = Dictionary(grouping: records) { $0.identity.module }
            .compactMap { module, records -> FormerModule? in
                guard let path = project.recipe(ofModule: module), !Paths.exists(path) else { return nil }
                let declared = records.count { kinds[$0.identity.address] == $0.kind }
                guard declared > 0, declared * 2 >= records.count else { return nil }
                return FormerModule(
                    name: module, recipe: Paths.shown(path), made: records.count, declared: declared)
            }
        return candidates.max { ($0.declared, $1.name) < ($1.declared, $0.name) }
    }
}
