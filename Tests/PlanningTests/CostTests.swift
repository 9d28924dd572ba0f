// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import Testing

struct CostTests {
    @Test(arguments: [
        ("0", "0", "0.00"), ("12", "12", "12.00"), ("0.0125", "0.0125", "0.01"), ("0.004", "0.004", "less than 0.01"),
        ("1.005", "1.005", "1.01"), ("0.000000000021", "0.000000000021", "less than 0.01"),
        ("730.50", "730.5", "730.50")
    ])
    func `amounts are decimal numbers, exact and shown with two places`(text: String, exact: String, shown: String)
        throws
    {
        let amount = try #require(Amount(text))
        #expect(amount.text == exact)
        #expect(amount.shown == shown)
    }

    @Test(arguments: ["", "1.", ".5", "-1", "1e3", "1,5", "0.0000000000001", "ten"])
    func `what is no decimal number is no amount`(text: String) {
        #expect(Amount(text) == nil)
    }

    @Test func `an amount times a quantity is exact, and never guessed where it is too big`() throws {
        let price = try #require(Amount("0.1"))
        #expect(price.times(.int(3))?.text == "0.3")
        #expect(price.times(.float(1.5))?.text == "0.15")
        #expect(price.times(730, over: 24)?.text == "3.041666666666")
        for value: Value in [.int(-1), .string("3"), .null, .float(.infinity)] { #expect(price.times(value) == nil) }
        #expect(try #require(Amount("999999999999999999")).times(.int(.max)) == nil)
    }

    private func table(_ lines: String, date: String = "2026-11-01", currency: String = "EUR") throws -> PriceTable {
        try PriceTable(
            json:
                #"{"source": "https://a.example/\#(date)", "date": "\#(date)", "currency": "\#(currency)", "prices": [\#(lines)]}"#
        )
    }

    @Test(arguments: [
        (#"{"kind": "a.B", "charge": "c", "unit": "month", "amount": 1}"#, "prices[0].amount"),
        (#"{"kind": "a.B", "charge": "c", "unit": "GB", "amount": "1"}"#, "prices[0].unit"),
        (#"{"kind": "a.B", "unit": "month", "amount": "1"}"#, "prices[0].charge"),
        (#"{"kind": "a.B", "charge": "c", "unit": "month", "amount": "1", "wenn": "true"}"#, "prices[0].wenn"),
        (
            #"{"kind": "a.B", "charge": "c", "unit": "GB-month", "amount": "1", "by_use": "x", "quantity": "2"}"#,
            "by_use"
        )
    ])
    func `a table with a line that cannot be read is refused whole`(line: String, reason: String) {
        #expect { try table(line) } throws: { ($0 as? TableFault)?.reason.contains(reason) == true }
    }

    @Test func `of two tables that tell the same the newer counts`() throws {
        func line(_ amount: String) -> String {
            #"{"kind": "a.B", "charge": "c", "unit": "month", "amount": "\#(amount)"}"#
        }
        let book = PriceBook([
            try table(line("1"), date: "2025-01-01"), try table(line("3"), date: "2026-01-01"),
            try table(line("2"), date: "2025-06-01")
        ])
        #expect(book.fixedCost(of: "a.B")?.known["EUR"].text == "3")
        #expect(book.charges(of: "a.B")?.first?.lines.map(\.entry.amount.text) == ["3", "2", "1"])
        #expect(book.charges(of: "a.C") == nil)
    }

    private func item(_ name: String, before: ThingCost?, after: ThingCost?) -> CostItem {
        CostItem(
            module: "m", address: Address(name), kind: "a.B", before: before, after: after, isChanged: before != after)
    }

    private func cost(_ amount: String, _ currency: String = "EUR") throws -> ThingCost {
        let line = #"{"kind": "a.B", "charge": "c", "unit": "month", "amount": "\#(amount)"}"#
        return try #require(PriceBook([try table(line, currency: currency)]).fixedCost(of: "a.B"))
    }

    private func plan(_ items: [CostItem], elsewhere: [CostItem] = [], unknown: Budget.UnknownRule = .allow) throws
        -> PlanCost
    {
        let place = SourceText(name: "converge.project", "budget").place(SourceRange(0, 6))
        return PlanCost(
            report: CostReport(items), elsewhere: CostReport(elsewhere),
            budget: Budget(amount: try #require(Amount("10")), currency: "EUR", unknown: unknown, place: place),
            environment: "prod")
    }

    @Test func `a budget counts what other modules have, and lets through what makes it cheaper`() throws {
        let other = item("other", before: try cost("8"), after: try cost("8"))
        #expect(try plan([item("a", before: nil, after: try cost("2"))], elsewhere: [other]).refusal == nil)
        let over = try #require(try plan([item("a", before: nil, after: try cost("3"))], elsewhere: [other]).refusal)
        #expect(over.code.text == "G0130" && over.message.contains("11.00 EUR"))
        #expect(try plan([item("a", before: try cost("9"), after: try cost("5"))], elsewhere: [other]).refusal == nil)
        #expect(try plan([item("a", before: try cost("9"), after: nil)], elsewhere: [other]).refusal == nil)
    }

    @Test func `what is not known is told, never counted as nothing, and refused where the budget says so`() throws {
        let fresh = item("a", before: nil, after: .unpriced("a.C"))
        let lenient = try plan([fresh])
        #expect(lenient.refusal == nil)
        #expect(lenient.budget.map(lenient.undecided) == ["a (no price of a.C)"])
        #expect(try plan([fresh], unknown: .deny).refusal?.code.text == "G0131")
        let old = item("a", before: .unpriced("a.C"), after: .unpriced("a.C"))
        #expect(try plan([old], unknown: .deny).refusal == nil)
        let dollars = try plan([item("a", before: nil, after: try cost("100", "USD"))])
        #expect(dollars.refusal == nil)
        #expect(dollars.budget.map(dollars.undecided) == ["100.00 USD, another currency"])
    }
}
