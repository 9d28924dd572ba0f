// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import FoundationEssentials
import RecipeRuntime
import RecipeSyntax
import Shell
import Synchronization

struct TestVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Runs the tests of recipes, each on a local platform of its own.")

    @ArgumentParser.Argument(
        help: "Recipes, or folders with recipes; left out for the module at the prompt or the current folder.")
    var recipes: [String] = []

    @OptionGroup var shared: SharedOptions
    @Option(help: "Runs only the test of this name; may be given several times.") var only: [String] = []
    @Option(help: "Writes the results to a file in JUnit's XML.") var junit: String?
    @Option(help: "How many tests run at once.") var parallelism = 4

    func validate() throws { try ReadingOptions.check(parallelism) }

    func run() async throws {
        let invocation = Invocation.here()
        _ = try Workspace(projectOf: shared)
        let started = ContinuousClock.now
        var runs: [TestRun] = []
        for origin in try origins(invocation) { runs += try await self.runs(of: origin, invocation) }
        if let missing = only.first(where: { name in !runs.contains { $0.test.name.text == name } }) {
            throw ValidationError(
                "There is no test \(missing)."
                    + (NearestName.find(missing, in: runs.map(\.test.name.text)).map { " Did you mean \($0)?" } ?? ""))
        }
        if !only.isEmpty { runs.removeAll { !only.contains($0.test.name.text) } }
        let results = try await InterruptWatch.watching(invocation.interruption) { [runs] in
            await self.results(of: runs, invocation.output)
        }
        if let junit {
            try TextFile.write(JUnitDocument(results.map(\.testCase)).text, to: junit, mode: 0o644)
        }
        report(results, ContinuousClock.now - started, invocation.output)
        if results.contains(where: \.wasInterrupted) { throw ExitCode.interrupted }
        if results.contains(where: { !$0.passed }) { throw ExitCode.failed }
    }

    // MARK: Which tests

    private func origins(_ invocation: Invocation) throws -> [RecipeOrigin] {
        if recipes.isEmpty, let origin = invocation.script ?? invocation.prompt.map(RecipeOrigin.module(of:)) {
            return [origin]
        }
        return try (recipes.isEmpty ? ["."] : recipes).flatMap { path in
            if path == "-" { return try [RecipeOrigin.find("-", prompt: nil)].compactMap { $0 } }
            guard Paths.isFolder(path) else { return [try RecipeOrigin.file(path)] }
            return try Self.recipeFiles(below: path).map { try RecipeOrigin.file($0) }
        }
    }

    /// The recipes of a folder and the folders in it, without hidden ones.
    private static func recipeFiles(below folder: String) throws -> [String] {
        var found: [String] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where !name.hasPrefix(".") {
            let path = folder == "." ? name : Paths.join(folder, name)
            // A link to a folder may lead round in a circle.
            let isLink =
                try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType == .typeSymbolicLink
            if Paths.isFolder(path) {
                if isLink { continue }
                found += try recipeFiles(below: path)
            } else if name.hasSuffix(".recipe") {
                found.append(path)
            }
        }
        return found.sorted()
    }

    private func runs(of origin: RecipeOrigin, _ invocation: Invocation) async throws -> [TestRun] {
        let project = Project.containing(origin.folder)
        // Nothing is made here: the tests are looked at with the connections that they will find.
        let bed = TestBed(project: Project(folder: project.folder, bed: project.folder), view: TestView(test: ""))
        let inner = invocation.testing(in: bed, invocation.output, of: origin, inherited: shared)
        let tests = try self.tests(in: inner)
        invocation.output.say(await inner.close())
        return tests.map { TestRun($0, of: origin, in: project, shared, invocation) }
    }

    private func tests(in inner: Invocation) throws -> [TestDeclaration] {
        let workspace = try Invocation.$current.withValue(inner) { try Workspace(RecipeArgument(nil), shared) }
        let tests = workspace.tests()
        if tests.isEmpty { return [] }
        try workspace.checkIsLocal()
        let problems = try workspace.check() + workspace.checkTests()
        if problems.contains(where: { $0.severity == .error }) { throw Diagnostics(problems) }
        return tests
    }

    // MARK: Running them

    private func results(of runs: [TestRun], _ output: Output) async -> [TestResult] {
        let ended = Mutex(0)
        let renderer = TestRenderer(output: output, isQuiet: shared.json)
        return await withTaskGroup(of: (Int, TestResult).self) { group in
            var results = [TestResult?](repeating: nil, count: runs.count)
            var next = 0
            func start() {
                guard next < runs.count else { return }
                let position = next
                next += 1
                group.addTask { (position, await runs[position].result()) }
            }
            for _ in 0..<parallelism { start() }
            for await (position, result) in group {
                results[position] = result
                let count = ended.withLock { count in
                    count += 1
                    return count
                }
                renderer.show(result, count, of: runs.count)
                start()
            }
            output.show(status: nil)
            return results.compactMap { $0 }
        }
    }

    private func report(_ results: [TestResult], _ took: Duration, _ output: Output) {
        let failed = results.count { !$0.passed }
        if shared.json {
            output.print(document: [
                "tests": .list(results.map { .object($0.document) }),
                "summary": .object([
                    "passed": .int(Int64(results.count - failed)), "failed": .int(Int64(failed)),
                    "seconds": .float(took.seconds)
                ])
            ])
            return
        }
        TestRenderer(output: output, isQuiet: false).summary(results, took)
    }
}
