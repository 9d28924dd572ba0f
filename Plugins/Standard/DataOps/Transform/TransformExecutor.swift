// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Makes tables and views of queries, and tables of what programs write.
struct TransformExecutor: StepExecutor {
    let kind = "Transform"

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        let fields = StepFields(request)
        let place = try fields.reference("in")
        let command = try fields.texts("command")
        if !command.isEmpty { return try await ProgramTable(command, place, request).make() }
        let store = try await request.host.facet((any TableStore).self, named: "TableStore", of: place)
        let rendering = SQLRendering(store: store, resource: place.resource, context: request.context)
        var transform = TransformRequest(
            statement: SQLStatement(""),
            table: try fields.optionalText("table") ?? TableName.of(step: request.context.operation),
            mode: WriteMode(rawValue: try fields.text("mode")) ?? .replace, key: try fields.texts("key"),
            isView: try fields.text("materialize") == "view", context: request.context)
        let sql = try await rendering.render(fields.value("sql"))
        transform.statement = sql.statement

        let response: TransformResponse
        do throws(CallError) {
            response = try await store.transform(transform)
        } catch {
            throw error.asRefusedQuery(sql.statement)
        }
        let table = response.description.reference(in: place.resource)
        let rows: Int64
        if let known = response.description.rows { rows = known } else { rows = try await count(table, store, request) }
        return StepResponse(
            outputs: ["table": .reference(table), "rows": .int(rows)],
            reads: reads(sql.tables, response.reads, place), writes: [table])
    }

    func sources(_ request: StepRequest) async throws(CallError) -> [String] {
        let fields = StepFields(request)
        let command = try fields.texts("command")
        if command.isEmpty { return [] }
        return try RecipeFiles(named: try fields.texts("files"), command: command, in: request.recipeFolder)
            .absolutePaths
    }

    func stillHolds(_ response: StepResponse, _ request: StepRequest) async throws(CallError) -> Bool {
        // Rows that join those that are there do so each time that the step is asked for.
        guard try StepFields(request).text("mode") == "replace" else { return false }
        return try await response.isIntact(request)
    }

    private func count(
        _ table: Reference, _ store: any TableStore, _ request: StepRequest
    ) async throws(CallError) -> Int64 {
        let statement = SQLStatement("select count(*) from " + store.dialect.identifier(table.name))
        return try await store.rows(statement, context: request.context).rows.first?.first?.int ?? 0
    }

    /// What the query read: the tables that its text names by reference, and those that it names by themselves.
    private func reads(_ named: [Reference], _ read: [String], _ place: Reference) -> [Reference] {
        let known = Set(named.filter { $0.resource == place.resource }.map(\.name))
        let mounted = named.contains { $0.resource != place.resource }
        // A mounted table has a name of its own here, which says nothing beside the reference.
        let further = mounted ? [] : read.filter { !known.contains($0) }
        return named + further.map { Reference(type: "Table", resource: place.resource, name: $0) }
    }
}
