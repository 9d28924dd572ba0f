// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Glibc
import Synchronization

/// Ends the programs of this process when this process is killed.
///
/// A program runs in a session of its own and would outlive a `kill -9` of its starter. So with the first program a
/// small shell is started that reads from a socket which groups run; when its other end dies with this process,
/// it ends those that are left.
final class OrphanGuard: Sendable {
    private struct Shell {
        let process: pid_t
        let socket: Int32

        /// Lets the shell end, and takes its exit, so that it does not stay a zombie.
        func close() {
            Glibc.close(socket)
            let process = process
            DispatchQueue.global().async { waitpid(process, nil, 0) }
        }
    }

    private struct State {
        var shell: Shell?
        var groups: Set<Int32> = []
    }

    private let state = Mutex(State())

    private static let script = """
        groups=
        while read -r sign group; do
            kept=
            for one in $groups; do [ "$one" = "$group" ] || kept="$kept $one"; done
            groups=$kept
            [ "$sign" = + ] && groups="$groups $group"
        done
        [ -n "$groups" ] || exit 0
        for one in $groups; do kill -s TERM -- "-$one"; done
        for second in 1 2 3 4 5; do
            alive=
            for one in $groups; do kill -s 0 -- "-$one" && alive="$alive $one"; done
            [ -n "$alive" ] || exit 0
            sleep 1
        done
        for one in $groups; do kill -s KILL -- "-$one"; done
        """

    deinit { state.withLock { $0.shell?.close() } }

    /// From now on the group ends with this process.
    func watch(_ group: Int32) {
        state.withLock { state in
            state.groups.insert(group)
            if !Self.tell("+ \(group)\n", state.shell) {
                // The first program, or somebody ended the guard: a new one learns of all groups.
                state.shell?.close()
                state.shell = Self.start()
                for one in state.groups { _ = Self.tell("+ \(one)\n", state.shell) }
            }
        }
    }

    /// The group has ended.
    func forget(_ group: Int32) {
        state.withLock { state in
            if state.groups.remove(group) != nil { _ = Self.tell("- \(group)\n", state.shell) }
        }
    }

    /// False where nobody listens.
    private static func tell(_ line: String, _ shell: Shell?) -> Bool {
        guard let socket = shell?.socket else { return false }
        var line = line
        return line.withUTF8 { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) == $0.count }
    }

    /// Starts the shell; nil where that is impossible: then programs run unguarded, which is no reason not to run
    /// them.
    private static func start() -> Shell? {
        var ends: [Int32] = [-1, -1]
        // Sockets, since writing to one whose reader is gone raises no signal.
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else { return nil }
        defer { close(ends[0]) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let shell = DetachedProgram(
            command: ["/bin/sh", "-c", script], environment: [Array("PATH=/usr/bin:/bin".utf8)],
            input: .descriptor(ends[0]), output: .nothing, hasOwnGroup: true)
        if case .success(let process) = shell.start() { return Shell(process: process, socket: ends[1]) }
        close(ends[1])
        return nil
    }
}
