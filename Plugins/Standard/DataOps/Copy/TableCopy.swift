// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A table on its way into another store: written to a file of this machine, and loaded from there with the types that
/// it had. Memory does not grow with it, and the two stores need not know of one another.
struct TableCopy: Sendable {
    let table: Reference
    let fields: CopyFields
    let folder: String
    let request: StepRequest

    func make() async throws(CallError) -> StepResponse {
        let source = try await request.host.facet((any TableStore).self, named: "TableStore", of: table)
        guard let description = try await source.describe(table.name, context: request.context) else {
            throw CallError(.notFound, "there is no table '\(table.name)'").about("from")
        }
        let path = folder + "/table.csv"
        request.host.services.log.progress(nil, "reading the table \(table.name)", request.context)
        try await TableExport.write(table, to: path, request)
        guard case .file(let size) = FilePath.status(path) else { throw .unreadable(path, 2) }
        let file = SourceFile(name: table.name, path: path, size: size)
        let name = fields.table ?? table.name
        guard let target = try await tables() else { return try await keep(file, under: name + ".csv") }

        let (names, types) = (description.columns.map(\.name), description.columns.map(\.type))
        let layout = RowLayout(
            format: .csv, delimiter: UInt8(ascii: ","), hasHeader: true,
            declared: Dictionary(zip(ColumnNames.clean(names), types), uniquingKeysWith: { first, _ in first }))
        let load = FileLoad([file], layout, field: "from", request)
        let discovery = try await load.discover { discovery throws(CallError) in
            guard discovery.bad > 0 else { return }
            throw CallError(
                .failed,
                Diagnostic(
                    .copyUnreadable,
                    "\(discovery.bad) \(discovery.bad == 1 ? "row" : "rows") of '\(table.name)' cannot be written "
                        + "as text",
                    notes: discovery.firstBad.map { ["the first: \($0)"] } ?? [],
                    help: ["mend them by a Transform, and copy its table"]))
        }
        let copy = try await load.load(discovery, into: target, table: name, mode: fields.mode, names: names)
        let reference = copy.reference(in: fields.to.resource)
        return StepResponse(
            outputs: ["table": .reference(reference), "objects": .int(0), "bytes": .size(size)], reads: [table],
            writes: [reference])
    }

    /// The target as a store of tables; nil where it has objects alone.
    private func tables() async throws(CallError) -> (any TableStore)? {
        do throws(CallError) {
            return try await request.host.facet((any TableStore).self, named: "TableStore", of: fields.to)
        } catch  where error.diagnostic.code == .callUnsupported {
            return nil
        }
    }

    private func keep(_ file: SourceFile, under key: String) async throws(CallError) -> StepResponse {
        let store = try await request.host.facet((any ObjectStore).self, named: "ObjectStore", of: fields.to)
        guard fields.mode == .replace else {
            throw CallError(
                .unsupported(feature: "append"), "rows cannot be added to an object",
                help: [#"leave `mode` out, or name a store of tables in `to`"#]
            ).about("mode")
        }
        let object = try await store.put(PutObjectRequest(key: key, path: file.path, context: request.context))
        return StepResponse(
            outputs: ["table": .null, "objects": 1, "bytes": .size(file.size)], reads: [table],
            writes: [object.reference(in: fields.to)])
    }
}
