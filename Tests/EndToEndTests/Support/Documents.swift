// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

extension Value {
    /// What lies at a path of names and, in lists, numbers.
    func at(_ path: String...) -> Value? {
        var found: Value? = self
        for part in path {
            if let list = found?.list {
                found = Int(part).flatMap { list.indices.contains($0) ? list[$0] : nil }
            } else {
                found = found?.object?[part]
            }
        }
        return found
    }
}

extension Project.Answer {
    /// Standard output as one JSON document.
    var json: Value {
        get throws { try Value(json: output) }
    }

    /// The diagnostics of a `--json` document.
    var diagnostics: [Value] {
        get throws { try json.at("diagnostics")?.list ?? [] }
    }

    /// Whether a terminal's control sequence is in what was printed.
    var hasEscapes: Bool { (output + errors).utf8.contains(0x1b) }

    /// Holds a refusal to what every refusal owes: it ends with 1, a code, the reason and the way out.
    func expectRefusal(
        _ code: String, _ reason: String, wayOut: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(self.code == 1, "\(output)\(errors)", sourceLocation: sourceLocation)
        #expect(errors.contains("error[\(code)]"), "\(output)\(errors)", sourceLocation: sourceLocation)
        #expect(errors.contains(reason), "the reason is missing: \(errors)", sourceLocation: sourceLocation)
        #expect(
            errors.contains(wayOut ?? "= help:"), "the way out is missing: \(errors)",
            sourceLocation: sourceLocation)
    }
}

/// Waits until something is true, looking again and again.
///
/// - Returns: Whether it became true in time.
func eventually(
    within seconds: Int = 60, _ condition: () async throws -> Bool
) async throws -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(20))
    }
    return try await condition()
}

/// Whether a process with this number is there, zombies not counted.
func isAlive(_ pid: Int32) -> Bool {
    guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
        let end = status.lastIndex(of: ")")
    else { return false }
    return status[end...].dropFirst(2).first != "Z"
}

/// The processes whose command line holds a text.
func processes(with text: String) -> [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int32($0) }.filter { pid in
        guard let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return false }
        return String(decoding: line.map { $0 == 0 ? 32 : $0 }, as: UTF8.self).contains(text) && isAlive(pid)
    }
}
