// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Glibc
import Ledger
import Planning
import PluginHost

/// Looks for files that have arrived: written to their end, and not known by name and content.
struct FileLook: TriggerLook {
    private let surroundings: LookSurroundings
    private let arrival: FileArrival
    private let pattern: String
    /// True where nobody has looked before: what is there then has not arrived.
    private var isFirst: Bool
    /// How each file was when it was recorded, or found to be recorded.
    private var known: [String: Set<FileState>]?
    /// Files that may still be written, and since when they are as they are.
    private var pending: [String: (state: FileState, since: ContinuousClock.Instant)] = [:]

    private struct FileState: Sendable, Hashable {
        var size: Int64
        var modified: Timestamp
    }

    init(_ arrival: FileArrival, folder: String, mark: ObjectValue?, _ surroundings: LookSurroundings) {
        self.surroundings = surroundings
        self.arrival = arrival
        isFirst = mark == nil
        // The folder's own name is no pattern, whatever characters it holds.
        let escaped = folder.map { "*?[\\".contains($0) ? "\\\($0)" : String($0) }.joined()
        pattern = arrival.pattern.hasPrefix("/") ? arrival.pattern : escaped + "/" + arrival.pattern
    }

    func pause(at now: Timestamp) -> Duration {
        pending.isEmpty ? arrival.every : min(arrival.every, max(.milliseconds(100), arrival.settle))
    }

    mutating func look(at now: Timestamp) async throws -> TriggerSight? {
        let present = try Self.files(pattern)
        if self.known == nil { self.known = try await recorded() }
        var known = self.known ?? [:]
        defer { self.known = known }
        if isFirst {
            isFirst = false
            for (path, state) in present { known[path, default: []].insert(state) }
            return TriggerSight(
                finds: present.sorted { $0.key < $1.key }.map { path, state in
                    TriggerFind(
                        "\(path) of \(state.modified)", due: now, event: Self.event(path, state),
                        skipped: "was there before")
                }, mark: ["since": .time(now)])
        }
        pending = pending.filter { present[$0.key] == $0.value.state }
        var finds: [TriggerFind] = []
        for (path, state) in present.sorted(by: { ($0.value.modified, $0.key) < ($1.value.modified, $1.key) }) {
            if known[path]?.contains(state) ?? false { continue }
            let since = pending[path]?.since ?? ContinuousClock.now
            pending[path] = (state, since)
            guard ContinuousClock.now - since >= arrival.settle else { continue }
            let digest = try await surroundings.engine.services.hashing.digest(ofPath: path)
            // What was written while it was read is read again.
            guard Self.state(path) == state else { continue }
            pending[path] = nil
            known[path, default: []].insert(state)
            var event = Self.event(path, state)
            event["digest"] = .string(digest)
            finds.append(TriggerFind("\(path) \(digest)", due: now, event: event))
        }
        return finds.isEmpty ? nil : TriggerSight(finds: finds, mark: nil)
    }

    private static func event(_ path: String, _ state: FileState) -> ObjectValue {
        [
            "path": .string(path), "name": .string(path.split(separator: "/").last.map(String.init) ?? path),
            "size": .size(state.size), "modified": .time(state.modified), "digest": .null
        ]
    }

    private func recorded() async throws(Diagnostic) -> [String: Set<FileState>] {
        var known: [String: Set<FileState>] = [:]
        for firing in try await surroundings.engine.ledger.firings(of: surroundings.identity) {
            guard let path = firing.event["path"]?.string, let size = firing.event["size"]?.size,
                let modified = firing.event["modified"]?.time
            else { continue }
            known[path, default: []].insert(FileState(size: size, modified: modified))
        }
        return known
    }

    private static func state(_ path: String) -> FileState? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let nanoseconds = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        return FileState(size: Int64(status.st_size), modified: Timestamp(nanoseconds: nanoseconds))
    }

    /// The files that the pattern matches now.
    private static func files(_ pattern: String) throws(Diagnostic) -> [String: FileState] {
        var found = glob_t()
        defer { globfree(&found) }
        let code = glob(pattern, GLOB_NOSORT, nil, &found)
        if code == GLOB_NOMATCH { return [:] }
        guard code == 0 else { throw Diagnostic(.serveFailed, "the files \(pattern) cannot be listed") }
        var files: [String: FileState] = [:]
        for position in 0..<Int(found.gl_pathc) {
            guard let text = found.gl_pathv[position] else { continue }
            let path = String(cString: text)
            if let state = state(path) { files[path] = state }
        }
        return files
    }
}
