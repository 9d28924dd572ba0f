// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning
import PluginHost
import RecipeRuntime

/// What is there and belongs to nobody, kind by kind.
struct FreeThings: Sendable {
    /// The things of one kind, in the platform's order.
    struct Group: Sendable {
        let kind: ResourceKindSchema
        var things: [ListedResource]
        /// Those that name another one as theirs: a resource of another project, or of a ledger that is gone.
        var owned: [ListedResource] = []
    }

    var groups: [Group] = []
    /// The kinds that could not be listed, or never can, and why.
    var failures: [(kind: String, problem: Diagnostic)] = []

    var count: Int { groups.reduce(0) { $0 + $1.things.count } }

    /// With those that name another one as theirs.
    var withOwned: FreeThings {
        var all = self
        all.groups = groups.map { Group(kind: $0.kind, things: $0.things + $0.owned) }
        return all
    }
}

/// Lists what is there of several kinds.
struct FreeThingsFinder: Sendable {
    let workspace: Workspace
    /// Whose connections count; nil for those of the environment.
    let program: Program?

    private static let atOnce = 16

    /// The kinds of a name: one, or all that can be listed and begin with it; nil for all that is connected.
    func kinds(of name: String?) throws -> [ResourceKindSchema] {
        let plugins = workspace.engine.catalog.plugins.map(\.manifest)
        if let name, let plugin = plugins.first(where: { name.hasPrefix($0.name + ".") }),
            let kind = plugin.resourceKinds[name]
        {
            guard kind.isListable else {
                throw Diagnostic(
                    .notListable, "things of the kind \(name) cannot be listed",
                    help: ["declare it by hand, and name it by `@adopt`"])
            }
            return [kind]
        }
        let connected = Set(try uses().map(\.plugin))
        var kinds: [ResourceKindSchema] = []
        for plugin in plugins where connected.contains(plugin.name) || name != nil {
            for kind in plugin.resourceKinds.names where name.map({ kind.hasPrefix($0 + ".") }) ?? true {
                if let schema = plugin.resourceKinds[kind] { kinds.append(schema) }
            }
        }
        if kinds.isEmpty, let name {
            let all = plugins.flatMap { $0.resourceKinds.names + [$0.name] }
            throw Diagnostic(
                .nothingToExplain, "no plugin has a kind '\(name)'",
                help: NearestName.find(name, in: all).map { ["did you mean \($0)?"] } ?? ["plugins"])
        }
        return kinds
    }

    /// The kind of that name, whatever its plugin.
    func kind(_ name: String) -> ResourceKindSchema? {
        workspace.engine.catalog.plugins.lazy.compactMap { $0.manifest.resourceKinds[name] }.first
    }

    /// Lists the kinds, several at once. One that cannot be listed is told beside the others, and is an error by itself.
    func find(_ wanted: [ResourceKindSchema]) async throws -> FreeThings {
        let kinds = wanted.filter(\.isListable)
        let sources = try kinds.map { try source($0) }
        let managed = Dictionary(
            grouping: try await workspace.engine.ledger.records(environment: workspace.environment), by: \.kind)
        let found = try await workspace.watching { await list(sources) }
        var result = FreeThings()
        result.failures = wanted.filter { !$0.isListable }.map { kind in
            (kind.name, Diagnostic(.notListable, "things of the kind cannot be listed"))
        }
        for (position, kind) in kinds.enumerated() {
            switch found[position] {
            case .success(let things)?:
                var managed = ManagedThings(kind, managed[kind.name] ?? [])
                let free = things.filter { !managed.contains($0) }
                result.groups.append(
                    FreeThings.Group(
                        kind: kind, things: free.filter { $0.owner == nil }, owned: free.filter { $0.owner != nil }))
            case .failure(let problem)?:
                if wanted.count == 1 || problem.code == .applyInterrupted { throw problem }
                result.failures.append((kind.name, problem))
            case nil: continue
            }
        }
        if let problem = Self.problemOfAll(result) { throw problem }
        return result
    }

    private func list(_ sources: [ThingList.Source]) async -> [Int: Result<[ListedResource], Diagnostic>] {
        let flow = workspace.applyFlow(parallelism: 32, events: false)
        let (environment, surroundings) = (workspace.environment, flow.surroundings)
        return await withTaskGroup(of: (Int, Result<[ListedResource], Diagnostic>).self) { group in
            var results: [Int: Result<[ListedResource], Diagnostic>] = [:]
            var progress = RefreshProgress(total: sources.count)
            func take(_ next: (Int, Result<[ListedResource], Diagnostic>)) {
                results[next.0] = next.1
                progress.done += 1
                progress.underWay.removeAll { $0.name == sources[next.0].kind }
                flow.onRefresh(progress)
            }
            for (position, source) in sources.enumerated() {
                if position >= Self.atOnce, let next = await group.next() { take(next) }
                progress.underWay.append((source.kind, .now))
                group.addTask {
                    do throws(Diagnostic) {
                        let list = ThingList(source, environment: environment, surroundings)
                        return (position, .success(try await list.things()))
                    } catch {
                        return (position, .failure(error))
                    }
                }
            }
            for await next in group { take(next) }
            return results
        }
    }

    /// Why nothing of a plugin could be listed, where that is one reason.
    private static func problemOfAll(_ found: FreeThings) -> Diagnostic? {
        func plugin(_ kind: String) -> Substring { kind.prefix { $0 != "." } }
        let listed = Set(found.groups.map { plugin($0.kind.name) })
        let failed = Dictionary(grouping: found.failures.filter { !listed.contains(plugin($0.kind)) }) {
            plugin($0.kind)
        }
        return failed.values.lazy.compactMap { failures -> Diagnostic? in
            guard Set(failures.map(\.problem.message)).count == 1 else { return nil }
            return failures.first?.problem
        }.first
    }

    private func uses() throws -> [ProviderUse] {
        try program?.providers
            ?? workspace.engine.environmentDefinition().connections.map {
                ProviderUse(alias: $0.alias, plugin: $0.plugin, settings: $0.settings)
            }
    }

    private func source(_ kind: ResourceKindSchema) throws -> ThingList.Source {
        let plugin = kind.name.split(separator: ".").first.map(String.init) ?? kind.name
        guard let use = try uses().first(where: { $0.plugin == plugin }) else {
            throw Diagnostic(
                .notListable, "nothing here connects to \(plugin)",
                help: ["use \(plugin)    in the environment or in the recipe"])
        }
        return ThingList.Source(kind: kind.name, use: use)
    }
}
