// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import GRDB
import Testing

/// A project whose triggers are served, and what its ledger says of them.
struct ServedProject {
    let project: Project

    init(_ files: [String: String]) throws { project = try Project(files) }

    /// A daemon that serves.
    func serve(_ more: String..., environment: [String: String] = [:]) async throws -> Started {
        let daemon = try project.start(["serve", "--json"] + more, environment: environment)
        let lock = ".converge/locks/serve-default.lock"
        try #require(
            try await eventually {
                try project.exists(lock) && project.text(of: lock).contains("\"process\":\(daemon.pid),")
            })
        return daemon
    }

    /// Serves until every trigger was looked at, so that a later daemon finds what happens from now on.
    func lookOnce(_ more: String...) async throws {
        let daemon = try project.start(["serve", "--json"] + more)
        try #require(try await eventually { try marks() > 1 })
        daemon.send(SIGTERM)
        let answer = await daemon.end()
        try #require(answer.code == 0, "\(answer.errors)")
    }

    private func read<T>(_ body: (GRDB.Database) throws -> T) throws -> T? {
        guard project.exists(".converge/ledger.db") else { return nil }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        let queue = try DatabaseQueue(path: project.path(".converge/ledger.db"), configuration: configuration)
        return try queue.read { db in
            guard try db.tableExists("firing") else { return nil }
            return try body(db)
        }
    }

    /// How many triggers and recipes were looked at.
    func marks() throws -> Int {
        try read { db in try Int.fetchOne(db, sql: "select count(*) from trigger_mark") ?? 0 } ?? 0
    }

    /// What fired, the oldest first.
    func firings() throws -> [(subject: String, status: String, run: Int?, note: String, workflow: String)] {
        try read { db in
            try Row.fetchAll(db, sql: "select subject, status, run, note, workflow from firing order by id").map {
                ($0["subject"], $0["status"], $0["run"], $0["note"], $0["workflow"])
            }
        } ?? []
    }

    /// Makes a stopped daemon's schedules look as if nobody had looked at them for so long.
    func setBack(by seconds: Int64) throws {
        let queue = try DatabaseQueue(path: project.path(".converge/ledger.db"))
        let then = Int64((Date().timeIntervalSince1970 - Double(seconds)) * 1e9)
        try queue.write { db in
            try db.execute(
                sql: "update trigger_mark set mark = ? where trigger like 'schedule%'",
                arguments: ["{\"seen\":{\"$time\":\(then)}}"])
        }
        try queue.close()
    }

    /// Takes the platform's only note away, behind Converge's back.
    func removeNote() throws {
        let queue = try DatabaseQueue(path: project.path(".converge/local/default/local/catalog.db"))
        try queue.write { db in try db.execute(sql: "delete from things where kind = 'local.Note'") }
        try queue.close()
    }

    /// Ends a daemon as its service manager does.
    @discardableResult
    func end(_ daemon: Started) async throws -> Project.Answer {
        daemon.send(SIGTERM)
        let answer = await daemon.end()
        #expect(answer.code == 0, "\(answer.errors)")
        return answer
    }

    func lines(_ name: String) throws -> [String] {
        guard project.exists(name) else { return [] }
        return try project.text(of: name).split(separator: "\n").map(String.init)
    }
}

extension Project.Answer {
    /// The events that a daemon told, from its log of one object a line.
    var events: [Value] {
        get throws { try errors.split(separator: "\n").map { try Value(json: String($0)) } }
    }

    func events(_ name: String) throws -> [Value] { try events.filter { $0.at("event")?.string == name } }
}

extension Started {
    /// The port that the system gave to this daemon, which listens.
    func listeningPort() async throws -> Int {
        var port: Int?
        try #require(
            try await eventually {
                // The last line may be half a line.
                let lines = errors.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                    .filter { $0.contains("\"listening\"") }
                port = try lines.first.map { try Value(json: String($0)) }?.at("port")?.int.map { Int($0) }
                return port != nil
            })
        return try #require(port)
    }
}
