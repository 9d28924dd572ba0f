// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution

/// The OpenLineage events of one run while it goes on: of the workflow, and of each step with what it read and wrote.
struct RunLineage {
    private let settings: LineageSettings
    private let record: RunRecord
    /// Of the project, so that runs of two projects do not have one id.
    private let project: String
    /// Where relative paths start.
    private let folder: String
    private let digest: @Sendable ([UInt8]) -> String
    private var kinds: [Address: String] = [:]
    private var data: [Address: (reads: [Reference], writes: [Reference])] = [:]

    /// The form of an event.
    private static let schema = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"

    init(
        _ record: RunRecord, _ settings: LineageSettings, project: String, folder: String,
        digest: @escaping @Sendable ([UInt8]) -> String
    ) {
        (self.record, self.settings, self.project, self.folder, self.digest) = (
            record, settings, project, folder, digest
        )
    }

    /// - Returns: The OpenLineage events that an event makes.
    mutating func take(_ event: ExecutionEvent, at time: Timestamp) -> [ObjectValue] {
        switch event {
        case .runStarted: return [document("START", of: nil, at: time)]
        case .operationStarted(let address, let action, _):
            // A step that is tried again is still the same run of the same job.
            return kinds.updateValue(action, forKey: address) == nil ? [document("START", of: address, at: time)] : []
        case .operationData(let address, let reads, let writes):
            data[address] = (reads, writes)
            return []
        case .operationEnded(let address, _, let status, _, let failure):
            // What was reused or skipped was not run.
            guard kinds[address] != nil else { return [] }
            defer { (kinds[address], data[address]) = (nil, nil) }
            let type = status == .succeeded ? "COMPLETE" : status == .failed ? "FAIL" : "ABORT"
            return [document(type, of: address, at: time, failure: failure.map { "\($0.code.text): \($0.message)" })]
        case .runEnded(let record):
            let type = record.status == .succeeded ? "COMPLETE" : record.status == .failed ? "FAIL" : "ABORT"
            return [document(type, of: nil, at: time, failure: record.failure.map { "\($0.code): \($0.message)" })]
        default: return []
        }
    }

    // MARK: Events

    private var job: String { [record.module, record.workflow].compactMap(\.self).joined(separator: ".") }

    private func document(_ type: String, of step: Address?, at time: Timestamp, failure: String? = nil) -> ObjectValue
    {
        let own = step.map { "\(job).\($0)" } ?? job
        var facets: ObjectValue = [
            "processing_engine": facet(
                "1-1-1/ProcessingEngineRunFacet", ["version": .string(ConvergeMain.version), "name": "Converge"])
        ]
        if step != nil {
            facets["parent"] = facet(
                "1-2-0/ParentRunFacet",
                [
                    "run": ["runId": .string(id(of: nil))],
                    "job": ["namespace": .string(settings.namespace), "name": .string(job)]
                ])
        }
        if let failure {
            facets["errorMessage"] = facet(
                "1-0-1/ErrorMessageRunFacet", ["message": .string(failure), "programmingLanguage": "Converge"])
        }
        let found = step.flatMap { data[$0] }
        return [
            "eventType": .string(type), "eventTime": .string(time.description),
            "run": ["runId": .string(id(of: step)), "facets": .object(facets)],
            "job": [
                "namespace": .string(settings.namespace), "name": .string(own),
                "facets": [
                    "jobType": facet(
                        "2-0-4/JobTypeJobFacet",
                        [
                            "processingType": "BATCH", "integration": "CONVERGE",
                            "jobType": .string(step.map { kinds[$0] ?? "STEP" } ?? "WORKFLOW")
                        ])
                ]
            ],
            "inputs": .list((found?.reads ?? []).map { .object(dataset($0, isOutput: false)) }),
            "outputs": .list((found?.writes ?? []).map { .object(dataset($0, isOutput: true)) }),
            "producer": .string(LineageSettings.producer), "schemaURL": .string(Self.schema)
        ]
    }

    /// The same for a run that is resumed, so that its events belong together.
    private func id(of step: Address?) -> String {
        let text = digest(Array("\(project)/\(record.id)/\(step?.text ?? "")".utf8))
        var digits = Array(text.prefix(32))
        // Version 8, made in a way of its own; variant 1.
        digits[12] = "8"
        digits[16] = ["8", "9", "a", "b"][(digits[16].hexDigitValue ?? 0) % 4]
        let parts = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)]
        return parts.map { String(digits[$0.0..<$0.1]) }.joined(separator: "-")
    }

    private func facet(_ schema: String, _ content: ObjectValue) -> Value {
        let name = schema.split(separator: "/").last.map(String.init) ?? schema
        return .object(
            ([
                "_producer": .string(LineageSettings.producer),
                "_schemaURL": .string("https://openlineage.io/spec/facets/\(schema).json#/$defs/\(name)")
            ] as ObjectValue).merging(content))
    }

    // MARK: Datasets

    private func dataset(_ reference: Reference, isOutput: Bool) -> ObjectValue {
        let (namespace, name) = place(of: reference)
        var facets: ObjectValue = [:]
        if let columns = reference.attributes["columns"]?.object {
            facets["schema"] = facet(
                "1-2-0/SchemaDatasetFacet",
                [
                    "fields": .list(
                        columns.map { ["name": .string($0.key), "type": .string($0.value.string ?? "")] })
                ])
        }
        if let version = (reference.attributes["version"] ?? reference.attributes["digest"])?.string {
            facets["version"] = facet("1-0-1/DatasetVersionDatasetFacet", ["datasetVersion": .string(version)])
        }
        var dataset: ObjectValue = [
            "namespace": .string(namespace), "name": .string(name), "facets": .object(facets)
        ]
        if isOutput, let rows = reference.attributes["rows"]?.int {
            dataset["outputFacets"] = [
                "outputStatistics": facet("1-0-2/OutputStatisticsOutputDatasetFacet", ["rowCount": .int(rows)])
            ]
        }
        return dataset
    }

    /// A table or model below the resource that holds it, a file by its path, an address by its host.
    private func place(of reference: Reference) -> (namespace: String, name: String) {
        if let holder = reference.resource {
            let kind = reference.type == "Table" ? "" : reference.type.lowercased() + "/"
            return ("converge://\(record.environment)/\(record.module)/\(holder)", kind + reference.name)
        }
        if let scheme = reference.name.firstRange(of: "://") {
            let host = reference.name[scheme.upperBound...].prefix { $0 != "/" }
            let rest = reference.name[host.endIndex...]
            return (String(reference.name[..<host.endIndex]), rest.isEmpty ? "/" : String(rest))
        }
        if reference.type == "Artifact" {
            let path = reference.attributes["path"]?.string ?? reference.name
            return ("file", path.hasPrefix("/") ? path : Paths.join(folder, path))
        }
        return ("converge://\(record.environment)/\(record.module)", "\(reference.type.lowercased())/\(reference.name)")
    }
}
