// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials

/// Where the statements entered at prompts are kept.
enum HistoryPlace {
    /// Below `$XDG_STATE_HOME` or `~/.local/state`; nil where there is no home.
    static var file: String? {
        let variables = ProcessInfo.processInfo.environment
        if let state = variables["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/converge/history.jsonl" }
        return variables["HOME"].map { $0 + "/.local/state/converge/history.jsonl" }
    }
}
