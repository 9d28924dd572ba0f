// SPDX-License-Identifier: Apache-2.0
import Planning

/// Workflows of several recipes of which each starts when another one ends, round and round.
///
/// Within one recipe `check` refuses that; of several only whoever serves them all sees it.
struct StartCircle: Sendable, Hashable {
    /// A module and a workflow of it.
    struct Station: Sendable, Hashable, Comparable, CustomStringConvertible {
        let module: String
        let workflow: String

        var description: String { "\(workflow) of \(module)" }

        static func < (left: Station, right: Station) -> Bool {
            (left.module, left.workflow) < (right.module, right.workflow)
        }
    }

    /// Each starts the next one, the last one the first.
    let stations: [Station]

    var text: String { (stations + stations.prefix(1)).map(\.description).joined(separator: " -> ") }

    /// The circles among served recipes, each once.
    ///
    /// - Parameter starts: By a workflow, those that start when it ends.
    static func all(_ starts: [Station: Set<Station>]) -> [StartCircle] {
        var circles: [StartCircle] = []
        var known: Set<Station> = []
        for start in starts.keys.sorted() where !known.contains(start) {
            guard let way = way(back: start, starts) else { continue }
            known.formUnion(way)
            circles.append(StartCircle(stations: way))
        }
        return circles
    }

    /// The shortest way from a workflow back to itself.
    private static func way(back start: Station, _ starts: [Station: Set<Station>]) -> [Station]? {
        var from: [Station: Station] = [:]
        var line = [start]
        while !line.isEmpty {
            let station = line.removeFirst()
            for next in (starts[station] ?? []).sorted() {
                if next == start {
                    var way = [station]
                    while let before = way.last, before != start, let one = from[before] { way.append(one) }
                    return way.reversed()
                }
                if from[next] == nil {
                    from[next] = station
                    line.append(next)
                }
            }
        }
        return nil
    }
}

extension Engine {
    /// By a workflow, those of the recipes that start when it ends.
    func starts(_ recipes: [ServedRecipe]) -> [StartCircle.Station: Set<StartCircle.Station>] {
        var starts: [StartCircle.Station: Set<StartCircle.Station>] = [:]
        for recipe in recipes {
            for trigger in recipe.triggers {
                guard case .workflow(let end) = trigger.node.source else { continue }
                let cause = StartCircle.Station(
                    module: module(of: end, in: trigger.workflow.recipeFolder) ?? recipe.module, workflow: end.name)
                starts[cause, default: []].insert(
                    StartCircle.Station(module: recipe.module, workflow: trigger.workflow.name))
            }
        }
        return starts
    }

    /// The module of a workflow whose end is waited for; nil for that of the recipe which waits.
    func module(of end: WorkflowEnd, in folder: String) -> String? {
        end.recipe.map { path in
            project.moduleName(ofRecipe: path.hasPrefix("/") ? path : Paths.join(folder, path))
        }
    }
}
