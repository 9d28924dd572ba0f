// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Foundation
import Planning

extension Timestamp {
    static let sample = Timestamp(nanoseconds: 1_793_505_600_000_000_001)
}

extension OperationToken {
    static var fresh: OperationToken {
        OperationToken(UUID().uuidString.lowercased().filter { $0 != "-" })
    }
}

extension RunRecord {
    static func sample(_ purpose: Purpose, module: String = "shop", workflow: String? = nil) -> RunRecord {
        RunRecord(
            id: "", purpose: purpose, environment: "dev", module: module, workflow: workflow, recipe: "shop.recipe",
            settings: ["data": .string("in/")], parameters: ["keep": .duration(.seconds(90))], started: .sample)
    }
}

extension TriggerIdentity {
    static let sample = TriggerIdentity(
        environment: "dev", module: "shop", workflow: "daily", trigger: "schedule \"0 2 * * *\"")
}

extension FiringRecord {
    static func sample(_ subject: String, _ status: Status = .pending) -> FiringRecord {
        FiringRecord(
            trigger: .sample, subject: subject, due: .sample, event: ["time": .time(.sample)], recipe: "shop.recipe",
            settings: ["data": .string("in/")], source: "abc", status: status, recorded: .sample)
    }
}

extension ResourceRecord {
    static func note(_ number: Int, module: String = "shop", text: String = "some text") -> ResourceRecord {
        ResourceRecord(
            identity: ResourceIdentity(
                environment: "dev", module: module, address: Address("note[\"\(number)\"]")),
            kind: "local.Note", schemaVersion: 1, provider: ProviderUse(alias: "local", plugin: "local"),
            status: .ready, inputs: ["text": .string("\(text) \(number)")], outputs: ["id": .string("id-\(number)")],
            dependencies: [], isProtected: false, changed: .sample)
    }

    func with(_ status: Status) -> ResourceRecord {
        var record = self
        record.status = status
        return record
    }
}

extension OperationRecord {
    static func create(_ record: ResourceRecord, run: String, token: OperationToken = .fresh) -> OperationRecord {
        OperationRecord(
            token: token, run: run, identity: record.identity, effect: .resource(.create, kind: record.kind),
            inputs: record.inputs,
            started: .sample)
    }

    static func step(_ name: String, run: String, key: String? = nil, token: OperationToken = .fresh) -> OperationRecord
    {
        OperationRecord(
            token: token, run: run,
            identity: ResourceIdentity(environment: "dev", module: "shop", address: Address(name)),
            effect: .step(kind: "Transform"), inputs: ["sql": .string("select 1")], contentKey: key, started: .sample)
    }
}

/// Makes values of every form, the same ones for the same seed.
struct ValueSource: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    mutating func text() -> String {
        let alphabet: [Character] = [
            "a", "Z", "0", "\"", "\\", "'", "\n", "\u{1}", "\u{0}", "é", "漢", "🧪", "$", "{", "%", " "
        ]
        return String(
            (0..<Int.random(in: 0..<12, using: &self)).compactMap { _ in alphabet.randomElement(using: &self) })
    }

    mutating func object(depth: Int = 3) -> ObjectValue {
        var object = ObjectValue()
        for _ in 0..<Int.random(in: 0..<6, using: &self) { object[text()] = value(depth: depth - 1) }
        return object
    }

    mutating func value(depth: Int = 3) -> Value {
        switch Int.random(in: 0..<(depth > 0 ? 16 : 12), using: &self) {
        case 0: .null
        case 1: .bool(.random(using: &self))
        case 2: .int(Int64(bitPattern: next()))
        case 3: .float(Double.random(in: -1e300...1e300, using: &self))
        case 4: .string(text())
        case 5: .duration(.nanoseconds(Int64.random(in: -1_000_000_000_000...1_000_000_000_000, using: &self)))
        case 6: .size(Int64.random(in: 0...Int64.max, using: &self))
        case 7: .percent(Double.random(in: 0...100, using: &self))
        case 8: .date(CalendarDate(daysSinceEpoch: Int.random(in: -10_000...40_000, using: &self)))
        case 9: .time(Timestamp(nanoseconds: Int64(bitPattern: next())))
        case 10: .unknown(UnknownValue(origin: text()))
        case 11: .secret(SecretReference(source: "env", name: text(), version: .random(using: &self) ? text() : nil))
        case 12: .list((0..<Int.random(in: 0..<4, using: &self)).map { _ in value(depth: depth - 1) })
        case 13: .object(object(depth: depth))
        case 14: .template(Template([.text(text()), .hole(value(depth: depth - 1))]))
        default: .reference(reference())
        }
    }

    mutating func reference() -> Reference {
        Reference(
            type: "Table", resource: .random(using: &self) ? Address(text()) : nil, name: text(),
            attributes: object(depth: 1))
    }

    mutating func record(_ number: Int) -> ResourceRecord {
        ResourceRecord(
            identity: ResourceIdentity(
                environment: ["dev", "prod"][number % 2], module: ["shop", "lib/net"][number / 2 % 2],
                address: Address("thing[\"\(number)-\(text())\"]")),
            kind: text(), schemaVersion: Int.random(in: 1...9, using: &self),
            provider: ProviderUse(alias: text(), plugin: text(), settings: object()),
            status: [.ready, .creating, .updating, .deleting, .incomplete].randomElement(using: &self) ?? .ready,
            inputs: object(), outputs: object(), dependencies: [Address(text()), Address(text())],
            isProtected: .random(using: &self),
            composite: .random(using: &self)
                ? CompositeForm(
                    capability: text(), provider: text(), service: text(), mappingVersion: 3,
                    children: [Address(text())], facets: [text(), text()]) : nil,
            changed: Timestamp(nanoseconds: Int64(bitPattern: next())))
    }
}
