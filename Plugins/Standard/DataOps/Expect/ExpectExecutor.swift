// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// Holds tables to rules.
struct ExpectExecutor: StepExecutor {
    let kind = "Expect"

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        let fields = StepFields(request)
        let table = try fields.reference("table")
        var rules: [ExpectRule] = []
        for rule in fields.value("rules").list ?? [] { rules.append(try ExpectRule(rule)) }
        let store = try await request.host.facet((any TableStore).self, named: "TableStore", of: table)
        guard let description = try await store.describe(table.name, context: request.context) else {
            throw CallError(.notFound, "the table '\(table.name)' is not there any more", help: ["run its step again"])
        }
        try check(rules, description)

        let work = ExpectWork(store: store, description: description, rules: rules, context: request.context)
        let findings = try await work.findings()
        let failures = try await work.keepFailures(
            findings, in: TableName.of(step: request.context.operation) + "_failures")
        let reference = failures.reference(in: table.resource)

        let broken = zip(rules, findings.broken).filter { !$1.holds }
        for (rule, count) in broken {
            request.host.services.log.write(describe(rule, count, findings), request.context)
        }
        if !broken.isEmpty, try fields.text("severity") == "stop" {
            let verb = rules.count == 1 ? "rule does" : "rules do"
            throw CallError(
                .failed,
                Diagnostic(
                    .expectBroken, "\(broken.count) of \(rules.count) \(verb) not hold for '\(table.name)'",
                    notes: broken.map { describe($0, $1, findings) },
                    help: [
                        "look at the rows in the table '\(failures.name)'",
                        #"set severity: "warn" where the run may go on with them"#
                    ])
            ).about("rules")
        }
        var metrics: ObjectValue = ["rows": .float(Double(findings.rows))]
        for (rule, count) in zip(rules, findings.broken) { metrics[rule.name] = .float(Double(count.rows)) }
        return StepResponse(
            outputs: [
                "passed": .bool(broken.isEmpty), "failures": .reference(reference), "metrics": .object(metrics)
            ], reads: [table], writes: [reference])
    }

    private func describe(_ rule: ExpectRule, _ broken: ExpectFindings.Broken, _ findings: ExpectFindings) -> String {
        if case .rowCount = rule { return "\(rule.name): there are \(findings.rows) rows" }
        return "\(rule.name): \(broken.rows) of \(findings.rows) rows \(broken.rows == 1 ? "breaks" : "break") it"
    }

    /// Refuses rules about columns that the table does not have, and bounds of another type than the column's.
    private func check(_ rules: [ExpectRule], _ table: TableDescription) throws(CallError) {
        for rule in rules {
            for name in rule.columns where !table.columns.contains(where: { $0.name == name }) {
                let nearest = NearestName.find(name, in: table.columns.map(\.name))
                let known = table.columns.map(\.name).joined(separator: ", ")
                throw CallError(
                    .invalid,
                    Diagnostic(
                        .expectUnknownColumn,
                        "the table '\(table.name)' has no column '\(name)', which \(rule.name) is about",
                        notes: ["the table has \(known)"], help: nearest.map { ["did you mean '\($0)'?"] } ?? [])
                ).about("rules")
            }
            guard case .between(let name, let low, let high) = rule,
                let type = table.columns.first(where: { $0.name == name })?.type
            else { continue }
            let isNumber = type == .int || type == .float
            for bound in [low, high] where !bound.isNull && isNumber != (bound.number != nil) {
                throw CallError(
                    .invalid,
                    Diagnostic(
                        .expectMalformedRule,
                        "the column '\(name)' is \(type.rawValue), and \(bound.literal) is \(bound.typeName): "
                            + "they have no order",
                        help: isNumber ? [] : ["give the column its type where it is made, in schema or by cast"])
                ).about("rules")
            }
        }
    }
}
