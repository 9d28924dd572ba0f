// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Planning
import PlanningFixtures
import Synchronization

/// One life of the engine: its way to the ledger and to the remote, both of which end at its death.
final class SimulatedProcess: Sendable {
    /// When it dies: at which of its writes, and whether that one is kept.
    struct Death: Sendable {
        let write: Int
        let isKept: Bool
    }

    /// What somebody else does while this process is at work: before which of its effects.
    struct Intrusion: Sendable {
        let effect: Int
        let action: @Sendable () async -> Void
    }

    private struct Life {
        var isAlive = true
        var writes = 0
        var effects = 0
    }

    let disk: SimulatedDisk
    let remote: SimulatedRemote
    let bug: PlantedBug?
    private let end: Death?
    private let intrusion: Intrusion?
    private let life = Mutex(Life())

    init(disk: SimulatedDisk, remote: SimulatedRemote, end: Death?, bug: PlantedBug?, intrusion: Intrusion? = nil) {
        self.disk = disk
        self.remote = remote
        self.end = end
        self.bug = bug
        self.intrusion = intrusion
    }

    var isAlive: Bool { life.withLock { $0.isAlive } }
    var death: CallError { CallError(.cancelled, "the process is dead") }

    /// - Throws: Where the process is dead or dies of it.
    func write<T: Sendable>(
        _ what: @autoclosure () -> String, isSynced: Bool = true,
        _ change: (inout SimulatedDisk.Content) -> Result<T, Diagnostic>
    ) throws(Diagnostic) -> T {
        let isSynced = isSynced && bug != .doesNotSync
        let result: Result<T, Diagnostic> = life.withLock { life in
            guard life.isAlive else { return .failure(death.diagnostic) }
            let isLast = life.writes == end?.write
            life.writes += 1
            guard isLast, let end else { return disk.write(isSynced: isSynced, change) }
            if end.isKept { _ = disk.write(isSynced: isSynced, change) }
            disk.crash()
            disk.free(of: ObjectIdentifier(self))
            life.isAlive = false
            remote.trace.note("  CRASH \(end.isKept ? "after" : "before") \(what())")
            return .failure(death.diagnostic)
        }
        return try result.get()
    }

    /// Lets somebody else come in where it is time for that.
    func comesToEffect() async {
        let number = life.withLock { life in
            defer { life.effects += 1 }
            return life.effects
        }
        if let intrusion, intrusion.effect == number { await intrusion.action() }
    }

    func look<T: Sendable>(_ body: (SimulatedDisk.Content) -> T) throws(Diagnostic) -> T {
        guard isAlive else { throw death.diagnostic }
        return body(disk.content)
    }
}

extension SimulatedProcess: ProviderGateway {
    func provider(_ use: ProviderUse, environment: String) async throws(CallError) -> any Provider {
        SimulatedConnection(remote: remote, process: self)
    }

    func schema(of kind: String, plugin: String) -> ResourceKindSchema? { NotesModule.kind }
}
