// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Writes pages of queries.
struct ReportExecutor: StepExecutor {
    let kind = "Report"

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        let fields = StepFields(request)
        let place = try fields.reference("in")
        let store = try await request.host.facet((any TableStore).self, named: "TableStore", of: place)
        let rendering = SQLRendering(store: store, resource: place.resource, context: request.context)
        var page = ReportPage(
            title: try fields.text("title"), subtitle: try fields.optionalText("subtitle") ?? "", sections: [])
        var reads: [Reference] = []
        for entry in try fields.object("sections") {
            let section = try await section(entry.key, entry.value, rendering, &reads)
            page.sections.append(section)
        }
        return try await keep(page, reads, fields, request)
    }

    func stillHolds(_ response: StepResponse, _ request: StepRequest) async throws(CallError) -> Bool {
        guard try await response.isIntact(request) else { return false }
        if let published = try PublishedPage(request) {
            guard try await published.isThere(response.writes) else { return false }
        }
        guard let path = response.outputs["file"]?.string, let page = response.outputs["page"]?.reference else {
            return true
        }
        guard case .file = FilePath.status(path) else { return false }
        return .string(try await request.host.services.hashing.digest(ofPath: path)) == page.attributes["digest"]
    }

    private func section(
        _ heading: String, _ value: Value, _ rendering: SQLRendering, _ reads: inout [Reference]
    ) async throws(CallError) -> ReportPage.Section {
        guard let object = value.object else {
            throw CallError(
                .invalid, "the section '\(heading)' needs an object with sql, chart and text"
            ).about("sections")
        }
        let text = object["text"].map { $0.isNull ? "" : $0 } ?? ""
        var section = ReportPage.Section(heading: heading, text: try PlainText.render(text), chart: nil)
        guard let sql = object["sql"], !sql.isNull else { return section }
        let name = object["chart"]?.string ?? ReportChart.Form.table.rawValue
        guard let form = ReportChart.Form(rawValue: name) else {
            throw Self.unusable(
                heading, "there is no chart '\(name)'",
                "use one of " + ReportChart.Form.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let rendered = try await rendering.render(sql)
        reads += rendered.tables.filter { !reads.contains($0) }
        let chart = try await chart(form, rendered.statement, rendering)
        if form == .bar || form == .line, !chart.rows.isEmpty, chart.series.isEmpty {
            throw Self.unusable(
                heading, "the chart has no column of numbers",
                "select a column of labels first and then columns of numbers")
        }
        section.chart = chart
        return section
    }

    private func chart(
        _ form: ReportChart.Form, _ statement: SQLStatement, _ rendering: SQLRendering
    ) async throws(CallError) -> ReportChart {
        let collected = QueryCollector()
        let columns: QueryResult
        do throws(CallError) {
            let reads = try await rendering.store.query(
                statement, batchRows: ReportChart.mostRows + 1, context: rendering.context
            ) { columns, batch throws(CallError) in
                collected.add(columns, batch)
                return collected.count <= ReportChart.mostRows
            }
            columns = collected.result(reads: reads)
        } catch {
            throw error.asRefusedQuery(statement)
        }
        return ReportChart(
            form: form, columns: columns.columns, rows: Array(columns.rows.prefix(ReportChart.mostRows)),
            isCut: columns.rows.count > ReportChart.mostRows)
    }

    private func keep(
        _ page: ReportPage, _ reads: [Reference], _ fields: StepFields, _ request: StepRequest
    ) async throws(CallError) -> StepResponse {
        let files = request.host.services.files
        let html = Array(page.html.utf8)
        let kept = try await files.withScratchFolder { folder throws(CallError) in
            try await files.writeAtomically(html, to: folder + "/page.html", mode: 0o600)
            return try await files.keep(path: folder + "/page.html")
        }
        let file = try fields.optionalText("file").map { FilePath.absolute($0, in: request.recipeFolder) }
        if let file { try await files.writeAtomically(html, to: file, mode: 0o644) }
        let name = file.map(FilePath.lastPart) ?? TableName.of(step: request.context.operation) + ".html"
        let artifact = kept.reference(name: name)
        let published = try await PublishedPage(request)?.publish(kept.path, named: name)
        return StepResponse(
            outputs: [
                "page": .reference(artifact), "file": file.map { .string($0) } ?? .null,
                "url": published?.url.map { .string($0) } ?? .null
            ],
            reads: reads, writes: [artifact] + (published.map { [$0.object] } ?? []))
    }

    private static func unusable(_ heading: String, _ what: String, _ help: String) -> CallError {
        CallError(
            .invalid,
            Diagnostic(.reportUnusableSection, "the section '\(heading)' cannot be shown: \(what)", help: [help])
        ).about("sections")
    }
}

extension KeptArtifact {
    /// The reference that steps hand on.
    func reference(name: String) -> Reference {
        Reference(
            type: "Artifact", resource: nil, name: name,
            attributes: ["digest": .string(digest), "path": .string(path), "size": .size(size)])
    }
}
