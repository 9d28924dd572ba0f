// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning

/// Draws what depends on what.
package struct GraphRenderer: Sendable {
    private let program: Program

    package init(program: Program) { self.program = program }

    /// Each resource with what it needs below it.
    package func text() -> String {
        if program.resources.isEmpty { return "Nothing is declared.\n" }
        return program.resources.map { node in
            let needs = node.dependencies.map { "  ← \($0)\n" }.joined()
            let parts: String
            if case .composite(let composite) = node.form {
                parts = composite.children.map { "  ⊃ \($0)\n" }.joined()
            } else {
                parts = ""
            }
            return "\(node.address)  \(node.kindName)\n\(parts)\(needs)"
        }.joined()
    }

    /// For Graphviz.
    package func dot() -> String {
        var lines = ["digraph {", "  rankdir = LR", "  node [shape = box, fontname = \"sans-serif\"]"]
        for node in program.resources {
            lines.append("  \(quoted(node.address.text)) [label = \(quoted("\(node.address)\n\(node.kindName)"))]")
            for other in node.dependencies { lines.append("  \(quoted(node.address.text)) -> \(quoted(other.text))") }
            if case .composite(let composite) = node.form {
                for child in composite.children {
                    lines.append("  \(quoted(node.address.text)) -> \(quoted(child.text)) [style = dotted]")
                }
            }
        }
        return (lines + ["}"]).joined(separator: "\n") + "\n"
    }

    /// `{"nodes": […], "edges": […]}`.
    package func document() -> ObjectValue {
        [
            "nodes": .list(
                program.resources.map { .object(["address": .string($0.address.text), "kind": .string($0.kindName)]) }),
            "edges": .list(
                program.resources.flatMap { node in
                    node.dependencies.map { .object(["from": .string(node.address.text), "to": .string($0.text)]) }
                })
        ]
    }

    private func quoted(_ text: String) -> String {
        "\"" + text.map { $0 == "\"" ? "\\\"" : $0 == "\n" ? "\\n" : $0 == "\\" ? "\\\\" : String($0) }.joined() + "\""
    }
}
