// SPDX-License-Identifier: Apache-2.0

/// Tells the names of runs from other words.
enum RunWord {
    private static let purposes: Set<Substring> = ["run", "apply", "destroy", "refresh", "rollback"]

    /// True for a word such as `apply-3`.
    static func isRun(_ word: String) -> Bool {
        let parts = word.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && purposes.contains(parts[0]) && Int(parts[1]) != nil
    }
}
