// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization

/// Ends the programs of this process when this process is killed.
///
/// A program runs in a session of its own and would outlive a `kill -9` of its starter. So with the first program a
/// small shell is started that reads from a socket which groups run; when its other end dies with this process,
/// it ends those that are left.
final class OrphanGuard: Sendable {
    private struct State {
        var socket: Int32?
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

    deinit { state.withLock { if let socket = $0.socket { close(socket) } } }

    /// From now on the group ends with this process.
    func watch(_ group: Int32) {
        state.withLock { state in
            state.groups.insert(group)
            if !Self.tell("+ \(group)\n", state.socket) {
                // The first program, or somebody ended the guard: a new one learns of all groups.
                if let dead = state.socket { close(dead) }
                state.socket = Self.start()
                for one in state.groups { _ = Self.tell("+ \(one)\n", state.socket) }
            }
        }
    }

    /// The group has ended.
    func forget(_ group: Int32) {
        state.withLock { state in
            if state.groups.remove(group) != nil { _ = Self.tell("- \(group)\n", state.socket) }
        }
    }

    /// False where nobody listens.
    private static func tell(_ line: String, _ socket: Int32?) -> Bool {
        guard let socket else { return false }
        var line = line
        return line.withUTF8 { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) == $0.count }
    }

    /// Starts the shell; nil where that is impossible: then programs run unguarded, which is no reason not to run
    /// them.
    private static func start() -> Int32? {
        var ends: [Int32] = [-1, -1]
        // Sockets, since writing to one whose reader is gone raises no signal.
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else { return nil }
        defer { close(ends[0]) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }

        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
        for stream in [STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0)
        }
        // A group of its own, so that Ctrl-C at the terminal ends this process but not its guard.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sh"), strdup("-c"), strdup(script), nil]
        var environment: [UnsafeMutablePointer<CChar>?] = [strdup("PATH=/usr/bin:/bin"), nil]
        defer { for text in arguments + environment { free(text) } }
        var process: pid_t = 0
        guard posix_spawn(&process, "/bin/sh", &actions, &attributes, &arguments, &environment) == 0 else {
            close(ends[1])
            return nil
        }
        return ends[1]
    }
}
