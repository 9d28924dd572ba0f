// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The rows of a feature group of SageMaker Feature Store.
///
/// The online store keeps the row with the newest event time of each key, whatever the order of the writes.
struct FeatureGroupRows: FeatureServer {
    /// Keys that one call takes.
    static let largestBatch = 100
    static let parallelWrites = 8

    let client: AWSClient
    let services: any HostServices
    let group: String
    /// The feature that is the key.
    let key: String
    let eventTime: String?
    /// `Integral`, `Fractional` or `String`, by feature.
    let types: [String: String]

    func write(_ request: WriteFeaturesRequest) async throws(CallError) {
        try checkCancellation()
        var records: [[Value]] = []
        for (number, row) in request.rows.enumerated() { records.append(try record(row, number + 1)) }
        let ready = records
        _ = try await ParallelWork.each(0..<ready.count, atOnce: Self.parallelWrites) {
            number throws(CallError) in
            do throws(AWSFailure) {
                _ = try await client.call(
                    "featurestoreruntime", "PutRecord",
                    ["feature_group_name": .string(group), "record": .list(ready[number])], context: request.context,
                    repeatable: true)
            } catch { throw error.callError }
        }
    }

    private func record(_ row: ObjectValue, _ number: Int) throws(CallError) -> [Value] {
        for name in [key] + (eventTime.map { [$0] } ?? []) where row[name]?.isNull ?? true {
            throw CallError(.invalid, "row \(number) has no \(name), which every row of '\(group)' needs")
        }
        if let unknown = row.keys.first(where: { types[$0] == nil }) {
            throw CallError(.invalid, "the feature group '\(group)' has no feature '\(unknown)'")
        }
        return row.filter { !$0.value.isNull }.map { entry in
            ["feature_name": .string(entry.key), "value_as_string": .string(Self.text(entry.value))]
        }
    }

    private static func text(_ value: Value) -> String {
        switch value {
        case .float(let float): WireText.number(float)
        case .time(let time): time.description
        default: value.string ?? value.plainText ?? value.plainJSON
        }
    }

    func online(_ request: OnlineFeaturesRequest) async throws(CallError) -> [ObjectValue?] {
        try checkCancellation()
        var found: [String: ObjectValue] = [:]
        for start in stride(from: 0, to: request.keys.count, by: Self.largestBatch) {
            let batch = request.keys[start..<min(start + Self.largestBatch, request.keys.count)]
            try await read(Array(Set(batch)).sorted(), request, into: &found)
        }
        return request.keys.map { found[$0] }
    }

    /// Reads rows; what the service was too busy for is asked for again.
    private func read(
        _ keys: [String], _ request: OnlineFeaturesRequest, into found: inout [String: ObjectValue]
    ) async throws(CallError) {
        var open = keys
        var waits = Waits(first: .milliseconds(100), longest: .seconds(2), total: .seconds(30))
        while !open.isEmpty {
            var asked: ObjectValue = [
                "feature_group_name": .string(group),
                "record_identifiers_value_as_string": .list(open.map { .string($0) })
            ]
            if !request.features.isEmpty {
                // The key comes along, although nobody asked for it: a row of nothing else is a row.
                asked["feature_names"] = .list(Set(request.features + [key]).sorted().map { .string($0) })
            }
            let answer: ObjectValue
            do throws(AWSFailure) {
                answer = try await client.call(
                    "featurestoreruntime", "BatchGetRecord", ["identifiers": [.object(asked)]],
                    context: request.context, repeatable: true)
            } catch { throw error.callError }
            for item in answer["records"]?.list ?? [] {
                guard let detail = item.object, let name = detail["record_identifier_value_as_string"]?.string else {
                    continue
                }
                found[name] = row(detail["record"]?.list ?? [], request.features)
            }
            if let error = answer["errors"]?.list?.first?.object {
                let name = error["record_identifier_value_as_string"]?.string ?? "a key"
                throw CallError(
                    .failed, "Feature Store did not give \(name): \(error["error_message"]?.string ?? "no reason")")
            }
            open = (answer["unprocessed_identifiers"]?.list ?? []).flatMap { item in
                (item.object?["record_identifiers_value_as_string"]?.list ?? []).compactMap(\.string)
            }
            guard !open.isEmpty else { return }
            guard let wait = waits.next(services.randomness) else {
                throw CallError(.throttled(retryAfter: nil), "Feature Store was too busy for \(open.count) keys")
            }
            try await services.clock.sleep(for: wait)
        }
    }

    private func row(_ record: [Value], _ wanted: [String]) -> ObjectValue {
        var row: ObjectValue = [:]
        for item in record {
            guard let feature = item.object, let name = feature["feature_name"]?.string,
                let text = feature["value_as_string"]?.string, wanted.isEmpty || wanted.contains(name)
            else { continue }
            switch types[name] {
            case "Integral": row[name] = Int64(text).map { .int($0) } ?? .string(text)
            case "Fractional": row[name] = Double(text).map { .float($0) } ?? .string(text)
            default: row[name] = .string(text)
            }
        }
        return row
    }
}
