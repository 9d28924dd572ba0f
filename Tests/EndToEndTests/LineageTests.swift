// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// `lineage` and `impact`: what was made with what, over resources, tables, models, endpoints, workflows and steps.
struct LineageTests {
    private static let recipe = """
        resource lake: DataLakeStorage {}
        resource warehouse: DataWarehousing {}
        workflow load {
          step orders: Ingest { from: "orders.csv", into: lake }
          step clean: Transform { in: warehouse, sql: "select * from ${orders.table} where id > 0" }
        }
        workflow report {
          step total: Transform { in: warehouse, sql: "select count(*) as n from clean" }
        }

        """

    private func loaded() async throws -> Project {
        let project = try Project(["shop.recipe": Self.recipe, "orders.csv": "id,name\n1,a\n2,b\n"])
        for workflow in ["load", "report"] {
            let run = try await project.converge("run", "shop.recipe", workflow, "--yes")
            #expect(run.code == 0, "\(run.errors)")
        }
        return project
    }

    private func names(_ answer: Project.Answer) throws -> [String] {
        try answer.json.at("nodes")?.list?.compactMap { $0.at("id")?.string } ?? []
    }

    @Test func `a table is followed back to its file, over two workflows`() async throws {
        let project = try await loaded()
        let answer = try await project.converge("lineage", "table:total")
        #expect(answer.code == 0, "\(answer.errors)")
        let lines = answer.output.split(separator: "\n").map(String.init)
        #expect(lines.first == "total  table of warehouse", "\(answer.output)")
        #expect(lines.contains { $0.contains("total  step of report (Transform), run-3") }, "\(answer.output)")
        #expect(lines.contains { $0.contains("clean  step of load (Transform), run-2") })
        #expect(lines.contains { $0.contains("orders  table of lake") })
        #expect(lines.contains { $0.contains("orders.csv  file") })
        let all = try names(try await project.converge("lineage", "warehouse.total", "--json"))
        #expect(all.contains("file:orders.csv") && all.contains("step:shop/load.clean"), "\(all)")
        #expect(!all.contains("step:shop/report.other"))
    }

    @Test func `a file, a resource and a workflow are followed to what comes of them`() async throws {
        let project = try await loaded()
        let ofFile = try names(try await project.converge("impact", "orders.csv", "--json"))
        #expect(ofFile.contains("table:shop/warehouse.total") && ofFile.contains("step:shop/report.total"), "\(ofFile)")
        let ofLake = try names(try await project.converge("impact", "lake", "--json"))
        #expect(ofLake.contains("table:shop/lake.orders") && ofLake.contains("table:shop/warehouse.total"), "\(ofLake)")
        let ofWorkflow = try await project.converge("impact", "workflow:load", "--json")
        #expect(try ofWorkflow.json.at("subject")?.list?.count == 2)
        #expect(try names(ofWorkflow).contains("table:shop/warehouse.total"))
        let last = try await project.converge("impact", "table:total")
        #expect(last.output.contains("Nothing is known to come of it."), "\(last.output)")
        try await project.converge("lineage", "ordres").expectRefusal("X0107", "did you mean")
    }

    @Test func `what is declared and not run yet counts with its recipe`() async throws {
        let project = try await loaded()
        try project.write(
            Self.recipe
                + "workflow more { step extra: Shell { run: \"echo ${warehouse.database}\" }\n"
                + "step after: Shell { run: \"echo ${extra.stdout}\" } }\n", to: "shop.recipe")
        let answer = try await project.converge("lineage", "more.after", "shop.recipe")
        #expect(answer.output.contains("after  step of more (Shell), not run yet"), "\(answer.output)\(answer.errors)")
        #expect(answer.output.contains("extra  step of more (Shell), not run yet"))
        try await project.converge("lineage", "more.after").expectRefusal("X0107", "more.after")
        let typed = try await project.converge(input: "open shop.recipe\nlineage after\n")
        #expect(typed.output.contains("extra"), "\(typed.output)\(typed.errors)")
    }

    @Test func `an endpoint is followed back to the model that it serves and its data`() async throws {
        let project = try SmallModel.project()
        #expect(try await project.converge("run", "model.recipe", "--yes").code == 0)
        let all = try names(try await project.converge("lineage", "endpoint", "--json"))
        #expect(all.contains { $0.hasPrefix("model:model/") }, "\(all)")
        #expect(all.contains { $0.hasPrefix("step:model/serve.") })
        let model = all.first { $0.hasPrefix("model:model/") }.map { String($0.dropFirst("model:model/".count)) } ?? ""
        let reached = try names(try await project.converge("impact", "model:\(model)", "--json"))
        #expect(reached.contains("resource:model/endpoint"), "\(reached)")
        #expect(try await project.converge("destroy", "model.recipe", "--yes").code == 0)
    }
}
