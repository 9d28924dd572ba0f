// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning
import PluginHost

/// Starts workflows by their triggers, until it is asked to end: what `converge serve` is.
///
/// It holds the environment's lease for that. Everything that it has to remember is in the ledger: what it found, how far
/// it looked, and which run began with what. The runs themselves are processes of their own, which go on where it dies.
actor Daemon {
    let workspace: Workspace
    let shared: SharedOptions
    let log: ServeLog
    let figures = ServeFigures()
    private let hooks = HookTable()
    /// The port to listen on; nil for none.
    private let port: Int?
    /// The recipes that are looked for; nil for all of the project.
    private let named: [String]?
    private var recipes: [String: ServedRecipe] = [:]
    /// The recipes that cannot be read as they are now, with their files as they were then.
    private var broken: [String: FileStamps] = [:]
    /// The recipes that changed since they were read, as they were when that was found.
    private var changed: [String: FileStamps] = [:]
    /// The looks at triggers, by recipe; each ends when its recipe is read anew.
    private var looks: [String: [Task<Void, Never>]] = [:]
    let runs: RunStarter

    /// How often recipes are looked at.
    private static let reloadPause = Duration.milliseconds(500)
    /// How often the project's folders are looked through.
    private static let searchPause = Duration.seconds(5)
    private var searched: [String] = []
    private var nextSearch = ContinuousClock.now
    /// How often services are looked at that should run.
    private static let revivePause = Duration.seconds(10)

    init(workspace: Workspace, shared: SharedOptions, recipes: [String]?, log: ServeLog, mostRuns: Int, port: Int?) {
        self.port = port
        self.workspace = workspace
        self.shared = shared
        self.log = log
        named = recipes
        runs = RunStarter(workspace: workspace, log: log, figures: figures, limit: mostRuns)
    }

    var engine: Engine { workspace.engine }
    private var interruption: Interruption { workspace.interruption }

    /// What came to its end, and why where that was no wish.
    private enum Part {
        /// Looking at triggers, or starting runs.
        case work((any Error)?)
        /// The address.
        case door((any Error)?)
    }

    /// Serves until the second wish to end, or until everything has ended after the first.
    func serve() async throws {
        let runs = runs
        let interruption = interruption
        let door = port.map { port in
            ServeDoor(
                port: port, services: engine.services, figures: figures,
                ledger: LedgerMetrics(ledger: engine.ledger, environment: engine.environment), hooks: hooks, log: log)
        }
        let problem = await withTaskGroup(of: Part.self) { group -> (any Error)? in
            group.addTask {
                await runs.run()
                return .work(nil)
            }
            if let door {
                group.addTask {
                    do throws(CallError) { try await door.serve() } catch { return .door(error) }
                    return .door(nil)
                }
            }
            group.addTask {
                do { try await self.look() } catch { return .work(error) }
                return .work(nil)
            }
            var left = 2
            var problem: (any Error)?
            while left > 0, let part = await group.next() {
                switch part {
                case .work(let error):
                    left -= 1
                    problem = problem ?? error
                case .door(let error): problem = problem ?? error
                }
                // Runs that are under way end as they would at a wish.
                if problem != nil, interruption.wish == .none { interruption.request() }
            }
            group.cancelAll()
            return problem
        }
        if let problem { throw problem }
        log.tell("ended", "Ended.")
    }

    /// Looks at recipes and triggers until the first wish to end.
    private func look() async throws {
        try await readAll(isFirst: true)
        hooks.becomeWhole()
        log.tell(
            "serving",
            "Serving \(Self.count(recipes.values.reduce(0) { $0 + $1.triggers.count })) of environment "
                + "\(engine.environment).", ["environment": .string(engine.environment)])
        var nextRevival = ContinuousClock.now
        while interruption.wish == .none {
            guard Paths.isFolder(engine.project.stateFolder) else {
                interruption.request()
                break
            }
            if ContinuousClock.now >= nextRevival {
                await revive()
                nextRevival = ContinuousClock.now + Self.revivePause
            }
            try await readAll(isFirst: false)
            figures.wentRound(at: engine.services.clock.now())
            await pause()
        }
        for path in recipes.keys { await stopLooking(path) }
    }

    private static func count(_ triggers: Int) -> String { triggers == 1 ? "1 trigger" : "\(triggers) triggers" }

    /// Waits for the next round, or for a wish to end.
    private func pause() async {
        let interruption = interruption
        // A wish cancels the wait alone.
        let task = Task { do { try await Task.sleep(for: Self.reloadPause) } catch {} }
        await interruption.observing({ _ in task.cancel() }) { await task.value }
    }

    private var problemOfServices: String?

    private func revive() async {
        do throws(CallError) {
            try await engine.reviveServices()
            problemOfServices = nil
        } catch {
            let problem = error.diagnostic
            if problemOfServices != problem.message {
                log.tell("services", "The services that should run cannot be started.", [problem])
            }
            problemOfServices = problem.message
        }
    }

    // MARK: Recipes

    /// Reads the recipes that are new or have changed.
    private func readAll(isFirst: Bool) async throws {
        let paths = named ?? found()
        for path in paths {
            if let known = broken[path] ?? recipes[path]?.stamps {
                let now = known.now
                if known == now { continue }
                // A file that was only just written may be half of one: it is read once a round found it as it is.
                if changed.updateValue(now, forKey: path) != now { continue }
                changed[path] = nil
            }
            try await read(path, isFirst: isFirst)
        }
        for path in recipes.keys where !paths.contains(path) {
            await stopLooking(path)
            if let module = recipes[path]?.module { _ = hooks.replace(module: module, by: []) }
            log.tell("removed", "\(Paths.shown(path)) is gone; its triggers are not served any more.")
            recipes[path] = nil
        }
        tellCircles()
        figures.set(recipes: recipes.count, broken: broken.count)
    }

    private var toldCircles: Set<StartCircle> = []

    /// Warns of workflows that start each other for ever, once.
    private func tellCircles() {
        let circles = StartCircle.all(engine.starts(recipes.values.sorted { $0.module < $1.module }))
        for circle in circles where toldCircles.insert(circle).inserted {
            log.tell(
                "circle",
                "These workflows start each other without end: \(circle.text). Take one of the `on workflow` out.",
                ["workflows": .list(circle.stations.map { .string($0.description) })])
        }
        toldCircles.formIntersection(circles)
    }

    /// The project's recipes with triggers, and those that had some and are there.
    private func found() -> [String] {
        if ContinuousClock.now >= nextSearch {
            searched = ProjectRecipes(engine.project).withTriggers()
            nextSearch = ContinuousClock.now + Self.searchPause
        }
        return Set(searched + recipes.keys + broken.keys).filter { Paths.isFile($0) }.sorted()
    }

    private func read(_ path: String, isFirst: Bool) async throws {
        let before = recipes[path]
        do {
            let recipe = try await ServedRecipe.read(path, shared)
            broken[path] = nil
            try await serve(recipe, at: path)
            if !isFirst {
                log.tell(
                    "read",
                    "\(Paths.shown(path)) was read\(before == nil ? "" : " anew"): "
                        + "\(Self.count(recipe.triggers.count)).", ["recipe": .string(recipe.recorded ?? path)])
            }
        } catch {
            let problems = error.asDiagnostics
            let stamps = (before?.stamps ?? FileStamps([path, engine.project.environmentsFile])).now
            broken[path] = stamps
            var last = before
            if last == nil { last = try await lastGood(path) }
            guard let last else {
                if isFirst, named != nil { throw Diagnostics(problems) }
                log.tell("broken", "\(Paths.shown(path)) is not served.", problems)
                return
            }
            log.tell(
                "broken", "\(Paths.shown(path)) is served as it was before: it cannot be read as it is now.", problems,
                ["recipe": .string(last.recorded ?? path)])
            if before == nil { try await serve(last, at: path) }
        }
    }

    private func lastGood(_ path: String) async throws -> ServedRecipe? {
        do { return try await ServedRecipe.last(path, shared, near: workspace) } catch let problem as Diagnostic {
            throw problem
        } catch {
            // What was served once cannot be made sense of any more: a plugin is gone, an environment was changed.
            return nil
        }
    }

    private func serve(_ recipe: ServedRecipe, at path: String) async throws {
        await stopLooking(path)
        recipes[path] = recipe
        let ledger = engine.ledger
        let own = ServedRecipe.identity(environment: engine.environment, module: recipe.module)
        let triggers = recipe.triggers
        try await ledger.forgetMarks(
            environment: engine.environment, module: recipe.module, keeping: Set(triggers.map(\.identity) + [own]))
        if !triggers.isEmpty {
            _ = try await ledger.record(
                [], of: own, mark: ["source": .string(recipe.source), "settings": .object(recipe.settings)])
        }
        var desks: [WebhookDesk] = []
        for trigger in triggers {
            let watch = TriggerWatch(
                identity: trigger.identity, recipe: recipe, log: log, figures: figures, runs: runs)
            if case .webhook(let hook) = trigger.node.source {
                desks.append(WebhookDesk(watch: watch, hook: hook))
                continue
            }
            let mark = try await ledger.mark(of: trigger.identity)
            guard
                let look = watch.look(
                    trigger.node, at: trigger.index, in: trigger.workflow.recipeFolder, mark)
            else { continue }
            looks[path, default: []].append(Task { await watch.go(on: look) })
        }
        open(desks, of: recipe.module)
    }

    private func open(_ desks: [WebhookDesk], of module: String) {
        for desk in desks where port == nil {
            let identity = desk.watch.identity
            log.tell(
                "no_address", "\(identity) hears nothing: `--listen 127.0.0.1:PORT` gives it an address.",
                ["trigger": .string(identity.trigger)])
        }
        for desk in hooks.replace(module: module, by: desks) {
            log.tell("path_taken", "\(desk.watch.identity) hears nothing: the path is another trigger's.")
        }
    }

    private func stopLooking(_ path: String) async {
        let tasks = looks.removeValue(forKey: path) ?? []
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }
}
