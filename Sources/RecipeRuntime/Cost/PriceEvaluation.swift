// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning
import Synchronization

/// Holds prices against things: decides which line of each charge holds, and how many units there are.
package final class PriceEvaluation: Sendable {
    private let library: ContractLibrary
    private let book: PriceBook
    private let compiled = Mutex<[String: CompiledPrices]>([:])

    package init(_ vocabulary: Vocabulary, _ book: PriceBook) {
        library = ContractLibrary(vocabulary)
        self.book = book
    }

    /// What a thing costs in a month.
    ///
    /// - Parameters:
    ///   - inputs: Its fields, unknown where only an apply makes them known.
    ///   - connection: The settings of its connection.
    package func cost(ofKind kind: String, inputs: ObjectValue, connection: ObjectValue) -> ThingCost {
        if let fixed = book.fixedCost(of: kind) { return fixed }
        guard let charges = book.charges(of: kind) else { return .unpriced(kind) }
        guard let contract = library.kind(named: kind) else {
            return ThingCost([ChargeEstimate(charge: "", verdict: .unknown("the plugin of \(kind) is not there"))])
        }
        let prices = compiledPrices(charges, of: contract)
        let session = EvaluationSession(library: library)
        let scope = ScopeInstance(
            prices.scope, parent: nil, module: nil,
            slots: (contract.fields.map { inputs[$0.name] ?? .null } + [.object(connection)]).map {
                .settled($0, Reads())
            })
        return ThingCost(
            zip(charges, prices.lines).map { charge, lines in
                Self.estimate(charge, lines) { session.answer($0, in: scope) }
            })
    }

    private static func estimate(
        _ charge: PriceBook.Charge, _ lines: [CompiledPrices.Line], _ answer: (Code) -> Answer
    ) -> ChargeEstimate {
        func unknown(_ reason: String, _ line: PriceBook.Line? = nil) -> ChargeEstimate {
            ChargeEstimate(charge: charge.name, verdict: .unknown(reason), line: line)
        }
        // What its region has to do with it that no line holds: nothing, where one of that region asks for something else.
        var elsewhere: String?
        var isPricedThere = false
        for (line, code) in zip(charge.lines, lines) {
            if let wanted = line.entry.region {
                switch answer(code.region) {
                case .open(let reason): return unknown(reason)
                case .value(let value):
                    guard value.string == wanted else {
                        elsewhere = value.string.map { "no price for it in \($0)" } ?? "nothing says its region"
                        continue
                    }
                    isPricedThere = true
                }
            }
            if let condition = code.condition {
                switch answer(condition) {
                case .open(let reason): return unknown(reason)
                case .value(let value): if value.bool != true { continue }
                }
            }
            let price = "\(line.entry.amount.text) \(line.currency) per \(line.entry.unit)"
            if let use = line.entry.use { return unknown("\(price) of \(use)", line) }
            guard let quantity = code.quantity else {
                return ChargeEstimate(charge: charge.name, line: line, quantity: nil)
            }
            switch answer(quantity) {
            case .open(let reason): return unknown(reason, line)
            case .value(let value): return ChargeEstimate(charge: charge.name, line: line, quantity: value)
            }
        }
        return unknown((isPricedThere ? nil : elsewhere) ?? "no price for it as it is declared")
    }

    enum Answer {
        case value(Value)
        /// Why there is none.
        case open(String)
    }

    /// What is wrong with the expressions of the book.
    ///
    /// - Parameter kinds: The kinds to look at.
    package func problems(of kinds: [String]) -> [Diagnostic] {
        kinds.flatMap { kind -> [Diagnostic] in
            guard let charges = book.charges(of: kind), let contract = library.kind(named: kind) else { return [] }
            return compiledPrices(charges, of: contract).diagnostics
        }
    }
}

/// The expressions of the prices of a kind as code over its fields and the settings of the connection.
struct CompiledPrices: Sendable {
    struct Line: Sendable {
        let region: Code
        /// Nil for a line that always holds.
        let condition: Code?
        /// Nil for one unit.
        let quantity: Code?
    }

    let scope: ScopeCode
    /// By charge.
    let lines: [[Line]]
    /// What is wrong with the texts.
    let diagnostics: [Diagnostic]
}

extension PriceEvaluation {
    /// Compiled when a thing of the kind is first estimated.
    private func compiledPrices(_ charges: [PriceBook.Charge], of contract: KindContract) -> CompiledPrices {
        if let known = compiled.withLock({ $0[contract.name] }) { return known }
        let fields = KindScope(
            kind: contract.name, fields: contract.fields, index: contract.fieldIndex, names: ["connection"],
            title: "prices of \(contract.name)", library)
        let lines = charges.map { charge in
            charge.lines.map { line in
                CompiledPrices.Line(
                    region: fields.code(line.entry.regionOf, as: nil),
                    condition: line.entry.condition.map { fields.code($0, as: .bool) },
                    quantity: line.entry.quantity.map { fields.code($0, as: nil) })
            }
        }
        let made = CompiledPrices(scope: fields.scope(), lines: lines, diagnostics: fields.diagnostics)
        compiled.withLock { $0[contract.name] = made }
        return made
    }
}

extension EvaluationSession {
    /// What a price's expression gives; it fails where it is about a value of another type, or a secret.
    fileprivate func answer(_ code: Code, in scope: ScopeInstance) -> PriceEvaluation.Answer {
        do throws(EvaluationError) {
            let value = try inFrame { () throws(EvaluationError) in try evaluate(code, in: scope) }
            if case .unknown(let unknown) = value { return .open("it depends on \(unknown.origin)") }
            return value.containsUnknown ? .open("it depends on what an apply makes known") : .value(value)
        } catch {
            return .open(error.diagnostic?.message ?? "its price cannot be worked out")
        }
    }
}
