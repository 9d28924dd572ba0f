// SPDX-License-Identifier: Apache-2.0
import ChildPrograms
import Foundation

/// Runs a script of Tests/Moto over recipes of kinds or forms of mappings: a few a process, since moto takes seconds to
/// start, and two or three processes at a time. What a script says of a recipe is there as soon as the recipe's process has ended.
actor MotoScript {
    /// True where moto is on the search path; tests that need it are skipped by name where not.
    static let isInstalled = isOnPath("moto_server")

    static func isOnPath(_ program: String) -> Bool {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.contains { FileManager.default.isExecutableFile(atPath: $0 + "/" + program) }
    }

    /// Whether Python has these modules.
    static func has(_ modules: String) -> Bool {
        let child = try? ChildProgram(
            ["python3", "-W", "ignore", "-c", "import \(modules)"], variables: ProcessInfo.processInfo.environment,
            output: "/dev/null")
        return child?.end() == 0
    }

    static let recipes = Project.repository.appendingPathComponent("Tests/AWSTests/Kinds")

    /// The kinds that have a recipe: `iam.Role`. With `CONVERGE_KINDS=iam,s3` those of some services alone.
    static let kinds: [String] = {
        let services = ProcessInfo.processInfo.environment["CONVERGE_KINDS"]?.split(separator: ",").map { $0 + "." }
        let files = (try? FileManager.default.contentsOfDirectory(atPath: recipes.path)) ?? []
        return files.filter { file in
            file.hasSuffix(".recipe") && services?.contains { file.hasPrefix($0) } ?? true
        }.map { String($0.prefix($0.count - ".recipe".count)) }.sorted()
    }()

    /// Where a process works, and what it gets.
    typealias Words = @Sendable ([String]) throws -> (project: Project, words: [String])

    private let program: [String]
    private let words: Words
    private let batches: [[String]]
    private let movers: Int
    private var runs: [Task<[String: String], any Error>] = []

    /// - Parameters:
    ///   - name: The script's file.
    ///   - subjects: What it says something of.
    ///   - size: How many of them a process gets.
    ///   - movers: How many processes are at work at a time.
    ///   - words: What it gets for some of them.
    init(_ name: String, subjects: [String], size: Int, movers: Int = 2, words: @escaping Words) {
        program = ["python3", Project.repository.appendingPathComponent("Tests/Moto/\(name)").path]
        batches = stride(from: 0, to: subjects.count, by: size).map {
            Array(subjects[$0..<min($0 + size, subjects.count)])
        }
        self.movers = movers
        self.words = words
    }

    /// - Parameters:
    ///   - name: The script's file.
    ///   - options: What it gets before the executable.
    ///   - size: How many recipes a process gets.
    init(_ name: String, options: [String] = [], kinds: [String], size: Int) {
        self.init(name, subjects: kinds, size: size) { kinds in
            let files = kinds.map { Self.recipes.appendingPathComponent("\($0).recipe").path }
            return (try Project(), options + [Project.executable] + files)
        }
    }

    /// What the script says of one kind; the first call starts it for all.
    func word(of kind: String) async throws -> String {
        if runs.isEmpty { start() }
        guard let place = batches.firstIndex(where: { $0.contains(kind) }) else { return "has no recipe" }
        return try await runs[place].value[kind] ?? "nothing was said of it"
    }

    /// Each batch waits for the one that many before it.
    private func start() {
        for (number, batch) in batches.enumerated() {
            let earlier = number < movers ? nil : runs[number - movers]
            runs.append(
                Task {
                    _ = await earlier?.result
                    return try await Self.said(program, words, batch)
                })
        }
    }

    private static func said(
        _ program: [String], _ words: Words, _ kinds: [String]
    ) async throws -> [String: String] {
        let (project, words) = try words(kinds)
        let answer = try await project.program(program + words)
        var said: [String: String] = [:]
        var current: String?
        for line in answer.output.split(separator: "\n", omittingEmptySubsequences: false) {
            if let kind = kinds.first(where: { line.hasPrefix("\($0): ") }) {
                current = kind
                said[kind] = String(line.dropFirst(kind.count + 2))
            } else if let current {
                said[current, default: ""] += "\n" + line
            }
        }
        for kind in kinds where said[kind] == nil {
            said[kind] = "the script ended with \(answer.code) and said nothing of it: \(answer.errors)"
        }
        return said
    }
}
