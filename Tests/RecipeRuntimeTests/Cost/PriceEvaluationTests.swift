// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeRuntime
import Testing

struct PriceEvaluationTests {
    private func prices(_ lines: String...) throws -> PriceEvaluation {
        let table = try PriceTable(
            json:
                #"{"source": "s", "date": "2026-11-01", "currency": "EUR", "prices": [\#(lines.joined(separator: ", "))]}"#
        )
        return PriceEvaluation(SmallVocabulary.vocabulary, PriceBook([table]))
    }

    private func line(_ charge: String, _ amount: String, _ rest: String = "") -> String {
        #"{"kind": "local.Note", "charge": "\#(charge)", "unit": "month", "amount": "\#(amount)"\#(rest)}"#
    }

    private func cost(_ prices: PriceEvaluation, _ inputs: ObjectValue, _ connection: ObjectValue = [:]) -> ThingCost {
        prices.cost(ofKind: "local.Note", inputs: inputs, connection: connection)
    }

    @Test func `of several lines of a charge the first that holds counts, and charges are added up`() throws {
        let prices = try prices(
            line("paper", "2", #", "when": "mode == \"packed\"""#), line("paper", "3"),
            line("ink", "0.5", #", "quantity": "size / 1KiB""#))
        #expect(cost(prices, ["mode": "packed", "size": .size(4096)]).known["EUR"].text == "4")
        #expect(cost(prices, ["mode": "plain", "size": .size(1024)]).known["EUR"].text == "3.5")
    }

    @Test func `what depends on what nobody knows yet, on a secret or on another type is unknown`() throws {
        let prices = try prices(line("paper", "2", #", "when": "text == \"x\"""#), line("paper", "1"))
        #expect(cost(prices, ["text": .unknown(UnknownValue(origin: "n.id"))]).unknown == ["paper: it depends on n.id"])
        #expect(!cost(prices, ["text": .secret(SecretReference(source: "env", name: "N"))]).isKnown)
        let counted = try self.prices(line("paper", "1", #", "quantity": "owner""#))
        for value: Value in [.null, "ann"] {
            let cost = cost(counted, ["owner": value])
            #expect(!cost.isKnown && cost.known.shown == nil)
        }
    }

    @Test func `a price of a region holds where the connection says so, or a field`() throws {
        let prices = try prices(line("paper", "2", #", "region": "eu""#))
        #expect(cost(prices, [:], ["region": "eu"]).known["EUR"].text == "2")
        #expect(cost(prices, [:], ["region": "us"]).unknown == ["paper: no price for it in us"])
        #expect(!cost(prices, [:]).isKnown)
    }

    @Test func `the region is no reason where it has a price that asks for something else`() throws {
        let prices = try prices(
            line("paper", "2", #", "region": "eu", "when": "text == \"x\"""#), line("paper", "3", #", "region": "us""#))
        #expect(cost(prices, ["text": "y"], ["region": "eu"]).unknown == ["paper: no price for it as it is declared"])
        #expect(cost(prices, ["text": "y"], ["region": "asia"]).unknown == ["paper: no price for it in asia"])
        #expect(cost(prices, ["text": "y"], ["region": .null]).unknown == ["paper: nothing says its region"])
    }

    @Test func `expressions are held to the fields of the kind`() throws {
        let wrong = try prices(line("paper", "1", #", "when": "texd == \"x\"""#))
        #expect(wrong.problems(of: ["local.Note"]).map(\.code.text) == ["R0101"])
        #expect(try prices(line("paper", "1", #", "when": "text == \"x\"""#)).problems(of: ["local.Note"]).isEmpty)
    }

    @Test func `a kind of which no table speaks is unknown`() throws {
        let cost = try prices(line("paper", "1")).cost(ofKind: "cloud.Bucket", inputs: ["name": "b"], connection: [:])
        #expect(cost.unknown == ["no price of cloud.Bucket"] && cost.known.shown == nil)
    }
}
