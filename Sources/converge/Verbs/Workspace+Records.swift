// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning

extension Workspace {
    /// The rows of the environment, with what platforms say now of whether things do their work: nobody records it
    /// when something dies.
    ///
    /// Only things of which that can be said are looked at. What cannot be looked at is told as it was recorded.
    func records() async throws -> [ResourceRecord] {
        var records = try await engine.ledger.records(environment: environment)
        let kinds = kinds
        var changed: [ResourceIdentity: ObjectValue] = [:]
        for (index, record) in records.enumerated() where record.composite == nil && record.status == .ready {
            let names = (kinds[record.kind]?.outputs ?? []).filter { $0.expected != nil }.map(\.name)
            if names.isEmpty { continue }
            let now = await conditionsNow(of: record).filtered { names.contains($0) }
            records[index].outputs = record.outputs.merging(now)
            changed[record.identity] = now
        }
        if changed.isEmpty { return records }
        for (index, record) in records.enumerated() {
            for child in record.composite?.children ?? [] {
                var identity = record.identity
                identity.address = child
                // A composite that has an output of that name hands on what its part says.
                let told = (changed[identity] ?? [:]).filtered { record.outputs[$0] != nil }
                records[index].outputs = records[index].outputs.merging(told)
            }
        }
        return records
    }

    private func conditionsNow(of record: ResourceRecord) async -> ObjectValue {
        do throws(CallError) {
            let provider = try await engine.provider(record.provider, environment: record.identity.environment)
            let context = CallContext(
                token: OperationToken("show"), run: "show", operation: record.identity.address.text)
            let found = try await provider.read(
                ReadRequest(
                    kind: record.kind, identity: record.identity, inputs: record.inputs, outputs: record.outputs,
                    context: context))
            if case .found(_, let outputs) = found { return outputs }
            return [:]
        } catch {
            return [:]
        }
    }
}

extension ObjectValue {
    fileprivate func filtered(_ isWanted: (String) -> Bool) -> ObjectValue {
        ObjectValue(entries.filter { isWanted($0.key) }.map { ($0.key, $0.value) })
    }
}
