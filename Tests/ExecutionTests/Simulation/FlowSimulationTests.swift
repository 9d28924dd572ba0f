// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Thousands of runs of workflows, each through crashes, failures, Ctrl-C and other processes.
///
/// `CONVERGE_SEEDS=100000` tries more of them. `CONVERGE_SEED=17` replays one and prints what happens.
struct FlowSimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let replayed = environment["CONVERGE_SEED"].flatMap { UInt64($0) }
    private static let count = environment["CONVERGE_SEEDS"].flatMap { UInt64($0) } ?? 1000

    private struct Found {
        var crashes = 0
        var commands = 0
        var intrusions = 0
        var undone = 0
        var waits = 0
        var parts = 0
        var takenBack = 0
        var bySeed: [UInt64: [String]] = [:]

        mutating func add(_ other: Found) {
            crashes += other.crashes
            commands += other.commands
            intrusions += other.intrusions
            undone += other.undone
            waits += other.waits
            parts += other.parts
            takenBack += other.takenBack
            bySeed.merge(other.bySeed) { first, _ in first }
        }
    }

    /// Tries seeds, several at once.
    private func found(in seeds: Range<UInt64>, parallelism: Int, bug: PlantedBug? = nil) async -> Found {
        let lanes = UInt64(max(1, min(4, ProcessInfo.processInfo.activeProcessorCount)))
        return await withTaskGroup(of: Found.self) { group in
            for lane in 0..<lanes {
                group.addTask {
                    var found = Found()
                    for seed in seeds where seed % lanes == lane {
                        let outcome = await FlowSimulation(seed: seed, parallelism: parallelism, bug: bug).run()
                        found.crashes += outcome.crashes
                        found.commands += outcome.commands
                        found.intrusions += outcome.intrusions
                        found.undone += outcome.undone
                        found.waits += outcome.waits
                        found.parts += outcome.parts
                        found.takenBack += outcome.isTakenBack ? 1 : 0
                        if !outcome.violations.isEmpty { found.bySeed[seed] = outcome.violations }
                    }
                    return found
                }
            }
            var all = Found()
            for await found in group { all.add(found) }
            return all
        }
    }

    private func expectNone(_ found: [UInt64: [String]]) {
        for (seed, violations) in found.sorted(by: { $0.key < $1.key }).prefix(5) {
            Issue.record(
                """
                seed \(seed): \(violations.joined(separator: "; "))
                replay it: CONVERGE_SEED=\(seed) swift test --filter FlowSimulationTests
                """)
        }
        #expect(found.isEmpty, "\(found.count) seeds")
    }

    @Test(.enabled(if: replayed == nil))
    func `whatever crashes and whoever comes in, a run repeats no finished step and ends as an undisturbed one`() async
    {
        let found = await found(in: 0..<Self.count, parallelism: 1)
        expectNone(found.bySeed)
        #expect(found.crashes > Int(Self.count) / 2)
        #expect(found.intrusions > Int(Self.count) / 8)
        #expect(found.commands > found.crashes)
        // Of each there is enough for a mistake to show.
        for (what, count) in [
            ("taken back", found.undone), ("waits", found.waits), ("parts", found.parts), ("ends", found.takenBack)
        ] {
            #expect(count > Int(Self.count) / 20, "\(what): \(count)")
        }
    }

    @Test(.enabled(if: replayed == nil))
    func `it holds with many steps at once`() async {
        let found = await found(in: 0..<(Self.count / 4), parallelism: 8)
        expectNone(found.bySeed)
    }

    @Test(arguments: [PlantedBug.forgetsIntents, .doesNotSync, .losesEnds, .forgetsUndone, .losesParts])
    func `the simulator finds a runner that makes a mistake`(bug: PlantedBug) async {
        let found = await found(in: 0..<60, parallelism: 1, bug: bug)
        #expect(found.bySeed.count > 5, "\(found.bySeed.count)")
    }

    @Test func `a seed has one trace`() async {
        for seed: UInt64 in 0..<20 {
            let first = await FlowSimulation(seed: seed, keepsTrace: true).run()
            let second = await FlowSimulation(seed: seed, keepsTrace: true).run()
            #expect(!first.trace.isEmpty)
            let difference = zip(first.trace, second.trace).first { $0 != $1 }
            #expect(first.trace == second.trace, "seed \(seed): \(String(describing: difference))")
        }
    }

    @Test(.enabled(if: replayed != nil))
    func `the seed that was asked for`() async throws {
        let seed = try #require(Self.replayed)
        for parallelism in [1, 8] {
            let outcome = await FlowSimulation(seed: seed, parallelism: parallelism, keepsTrace: true).run()
            print("seed \(seed), \(parallelism) at once")
            for line in outcome.trace { print(line) }
            expectNone(outcome.violations.isEmpty ? [:] : [seed: outcome.violations])
        }
    }
}
