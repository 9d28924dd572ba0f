// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning

/// Draws what something was made with, or what is made with it.
package struct LineageRenderer: Sendable {
    private let graph: LineageGraph
    private let direction: LineageGraph.Direction

    package init(_ graph: LineageGraph, _ direction: LineageGraph.Direction) {
        self.graph = graph
        self.direction = direction
    }

    /// A tree; what comes a second time is told and not followed again.
    package func text(_ starts: [LineageGraph.Node], _ style: TextStyle) -> String {
        struct Pending {
            var node: LineageGraph.Node
            var stem: String
            var branch: String
        }
        var pending = starts.reversed().map { Pending(node: $0, stem: "", branch: "") }
        var seen: Set<LineageGraph.Node> = []
        var text = ""
        while let next = pending.popLast() {
            let isNew = seen.insert(next.node).inserted
            let others = graph.neighbours(of: next.node, direction)
            let again = isNew || others.isEmpty ? "" : style(.dim, "  (above)")
            text += style(.dim, next.branch) + line(next.node, style) + again + "\n"
            if !isNew { continue }
            for (position, other) in others.enumerated().reversed() {
                let isLast = position == others.count - 1
                pending.append(
                    Pending(
                        node: other, stem: next.stem + (isLast ? "  " : "│ "),
                        branch: next.stem + (isLast ? "└ " : "├ ")))
            }
        }
        return text
    }

    private func line(_ node: LineageGraph.Node, _ style: TextStyle) -> String {
        let detail = graph.details[node] ?? LineageGraph.Detail()
        var (name, what) = (node.name, node.form.rawValue)
        switch node.form {
        case .resource: what = detail.kind.isEmpty ? "resource" : detail.kind
        case .table:
            if let point = name.lastIndex(of: ".") {
                what = "table of \(name[..<point])"
                name = String(name[name.index(after: point)...])
            }
        case .step:
            let workflow = detail.workflow ?? ""
            if !workflow.isEmpty, name.hasPrefix(workflow + ".") {
                name = String(name.dropFirst(workflow.count + 1))
            }
            what = "step of \(workflow) (\(detail.kind))" + (detail.run.map { ", \($0)" } ?? ", not run yet")
        case .model, .file: break
        }
        return style(.accent, name) + style(.dim, "  \(what)")
    }

    /// `{"subject": […], "nodes": […], "edges": […]}`; edges go the way that data does.
    package func document(_ starts: [LineageGraph.Node]) -> ObjectValue {
        let found = graph.reach(from: starts, direction)
        let edges = found.flatMap { node in
            graph.neighbours(of: node, direction).map { direction == .sources ? ($0, node) : (node, $0) }
        }
        return [
            "subject": .list(starts.map { .string(Self.id($0)) }), "direction": .string(direction.rawValue),
            "nodes": .list(
                found.map { node in
                    let detail = graph.details[node] ?? LineageGraph.Detail()
                    return [
                        "id": .string(Self.id(node)), "type": .string(node.form.rawValue), "name": .string(node.name),
                        "module": .string(node.module), "kind": .string(detail.kind),
                        "workflow": detail.workflow.map { .string($0) } ?? .null,
                        "run": detail.run.map { .string($0) } ?? .null
                    ]
                }),
            "edges": .list(
                edges.map { ["from": .string(Self.id($0.0)), "to": .string(Self.id($0.1))] })
        ]
    }

    private static func id(_ node: LineageGraph.Node) -> String {
        "\(node.form.rawValue):" + (node.module.isEmpty ? "" : node.module + "/") + node.name
    }
}
