// SPDX-License-Identifier: Apache-2.0

/// What comes of what: resources, tables, models, steps and files, with an arrow from each to what is made with it.
package struct LineageGraph: Sendable {
    package struct Node: Sendable, Hashable, Comparable {
        package enum Form: String, Sendable, Hashable, CaseIterable {
            case resource, table, model, step, file
        }

        package var form: Form
        /// Empty for files, which belong to no module.
        package var module: String
        /// An address, `store.table`, `workflow.step`, the name of a model, or a path.
        package var name: String

        package init(_ form: Form, module: String, name: String) {
            self.form = form
            self.module = module
            self.name = name
        }

        package static func < (left: Node, right: Node) -> Bool {
            (left.form.rawValue, left.module, left.name) < (right.form.rawValue, right.module, right.name)
        }
    }

    /// What is said of a node beside its name.
    package struct Detail: Sendable, Hashable {
        /// Of a resource or a step; empty where it is not known.
        package var kind: String
        /// Of a step.
        package var workflow: String?
        /// The run that told of a step; nil for one that is only declared.
        package var run: String?

        package init(kind: String = "", workflow: String? = nil, run: String? = nil) {
            self.kind = kind
            self.workflow = workflow
            self.run = run
        }
    }

    package enum Direction: String, Sendable {
        /// What it was made with.
        case sources
        /// What is made with it.
        case targets
    }

    package private(set) var details: [Node: Detail] = [:]
    private var sources: [Node: Set<Node>] = [:]
    private var targets: [Node: Set<Node>] = [:]

    package init() {}

    /// What was said of the node before stays where this says less.
    package mutating func add(_ node: Node, _ detail: Detail = Detail()) {
        guard var known = details[node] else {
            details[node] = detail
            return
        }
        if !detail.kind.isEmpty { known.kind = detail.kind }
        known.workflow = detail.workflow ?? known.workflow
        known.run = detail.run ?? known.run
        details[node] = known
    }

    package mutating func connect(_ from: Node, to: Node) {
        if from == to { return }
        for node in [from, to] where details[node] == nil { details[node] = Detail() }
        targets[from, default: []].insert(to)
        sources[to, default: []].insert(from)
    }

    package func neighbours(of node: Node, _ direction: Direction) -> [Node] {
        ((direction == .sources ? sources : targets)[node] ?? []).sorted()
    }

    /// True where something that comes of the one is a source of the other.
    package func areLinked(_ from: Node, _ to: Node) -> Bool {
        !(targets[from] ?? []).isDisjoint(with: sources[to] ?? [])
    }

    /// Everything that can be reached, the starts included, nearest first.
    package func reach(from starts: [Node], _ direction: Direction) -> [Node] {
        var seen = Set(starts)
        var found = starts
        var next = 0
        while next < found.count {
            for other in neighbours(of: found[next], direction) where seen.insert(other).inserted {
                found.append(other)
            }
            next += 1
        }
        return found
    }

    // MARK: Names

    /// The nodes that a name may mean, each by the nodes to start from.
    package struct Meaning: Sendable, Hashable {
        /// `table`, `workflow`, …
        package var word: String
        package var module: String
        package var name: String
        package var starts: [Node]
    }

    /// What a name may mean, best first: `orders`, `lake.orders`, `all.orders`, or with a word before it, `table:orders`.
    package func meanings(of text: String) -> [Meaning] {
        let words = Node.Form.allCases.map(\.rawValue) + ["workflow"]
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        let word = parts.count == 2 && words.contains(parts[0]) ? parts[0] : nil
        let name = word == nil ? text : parts[1]
        var found: [Meaning] = []
        for form in [Node.Form.resource, .table, .model] { found += meanings(of: name, form) }
        found += workflows(named: name)
        for form in [Node.Form.step, .file] { found += meanings(of: name, form) }
        return found.filter { word == nil || $0.word == word }
    }

    private func meanings(of name: String, _ form: Node.Form) -> [Meaning] {
        let separator: Character = form == .file ? "/" : "."
        return details.keys.filter { node in
            guard node.form == form else { return false }
            if node.name == name { return true }
            // A table by its own name, a step without its workflow, a file without its folder.
            let mayBeShort = form == .table || form == .step || form == .file
            return mayBeShort && node.name.hasSuffix("\(separator)\(name)")
        }.sorted().map { Meaning(word: form.rawValue, module: $0.module, name: $0.name, starts: [$0]) }
    }

    private func workflows(named name: String) -> [Meaning] {
        let steps = details.filter { $0.key.form == .step && $0.value.workflow == name }.keys
        return Dictionary(grouping: steps, by: \.module).sorted { $0.key < $1.key }.map { module, steps in
            Meaning(word: "workflow", module: module, name: name, starts: steps.sorted())
        }
    }

    /// Every name that may be asked for.
    package var names: [String] {
        let all = details.flatMap { node, detail -> [String] in
            let isDotted = node.form == .table || node.form == .step
            let short = isDotted ? node.name.split(separator: ".").last.map(String.init) : nil
            return [node.name, short, detail.workflow].compactMap(\.self)
        }
        return Set(all).sorted()
    }
}
