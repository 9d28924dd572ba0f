// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Thousands of histories, each through crashes and a remote that is hard to deal with.
///
/// `CONVERGE_SEEDS=100000` tries more of them. `CONVERGE_SEED=17` replays one and prints what happens.
struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let replayed = environment["CONVERGE_SEED"].flatMap { UInt64($0) }
    private static let count = environment["CONVERGE_SEEDS"].flatMap { UInt64($0) } ?? 1500

    /// Tries seeds, several at once.
    ///
    /// - Returns: How many crashes there were, and the violations by seed.
    private func violations(
        of seeds: Range<UInt64>, parallelism: Int, bug: PlantedBug? = nil
    ) async -> (crashes: Int, commands: Int, bySeed: [UInt64: [String]]) {
        let lanes = UInt64(max(1, min(4, ProcessInfo.processInfo.activeProcessorCount)))
        return await withTaskGroup(of: (Int, Int, [UInt64: [String]]).self) { group in
            for lane in 0..<lanes {
                group.addTask {
                    var (crashes, commands) = (0, 0)
                    var found: [UInt64: [String]] = [:]
                    for seed in seeds where seed % lanes == lane {
                        let outcome = await Simulation(seed: seed, parallelism: parallelism, bug: bug).run()
                        crashes += outcome.crashes
                        commands += outcome.commands
                        if !outcome.violations.isEmpty { found[seed] = outcome.violations }
                    }
                    return (crashes, commands, found)
                }
            }
            var result: (crashes: Int, commands: Int, bySeed: [UInt64: [String]]) = (0, 0, [:])
            for await (crashes, commands, found) in group {
                result.crashes += crashes
                result.commands += commands
                result.bySeed.merge(found) { first, _ in first }
            }
            return result
        }
    }

    private func expectNone(_ found: [UInt64: [String]]) {
        for (seed, violations) in found.sorted(by: { $0.key < $1.key }).prefix(5) {
            Issue.record(
                """
                seed \(seed): \(violations.joined(separator: "; "))
                replay it: CONVERGE_SEED=\(seed) swift test --filter SimulationTests
                """)
        }
        #expect(found.isEmpty, "\(found.count) seeds")
    }

    @Test(.enabled(if: replayed == nil))
    func `whatever crashes and whatever the remote does, the same command again makes it right`() async {
        let found = await violations(of: 0..<Self.count, parallelism: 1)
        expectNone(found.bySeed)
        #expect(found.crashes > Int(Self.count))
        #expect(found.commands > found.crashes)
    }

    @Test(.enabled(if: replayed == nil))
    func `it holds with many things done at once`() async {
        let found = await violations(of: 0..<(Self.count / 4), parallelism: 8)
        expectNone(found.bySeed)
    }

    // The others are of runs.
    @Test(arguments: PlantedBug.allCases.filter { $0 != .forgetsUndone && $0 != .losesParts })
    func `the simulator finds an engine that makes a mistake`(bug: PlantedBug) async {
        let found = await violations(of: 0..<60, parallelism: 1, bug: bug)
        #expect(found.bySeed.count > 5, "\(found.bySeed.count)")
    }

    @Test func `a seed has one trace`() async {
        for seed: UInt64 in 0..<20 {
            let first = await Simulation(seed: seed, keepsTrace: true).run()
            let second = await Simulation(seed: seed, keepsTrace: true).run()
            #expect(!first.trace.isEmpty)
            #expect(first.trace == second.trace, "seed \(seed)")
        }
    }

    @Test(.enabled(if: replayed != nil))
    func `the seed that was asked for`() async throws {
        let seed = try #require(Self.replayed)
        for parallelism in [1, 8] {
            let outcome = await Simulation(seed: seed, parallelism: parallelism, keepsTrace: true).run()
            print("seed \(seed), \(parallelism) at once")
            for line in outcome.trace { print(line) }
            expectNone(outcome.violations.isEmpty ? [:] : [seed: outcome.violations])
        }
    }
}
