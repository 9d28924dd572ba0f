// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginFixtures
import PluginHost
import Synchronization
import Testing

/// People and programs that are told something by the local platform.
struct NotifyTests {
    private func tell(
        _ bench: Workbench, _ desk: Reference, token: String, severity: String = "warning"
    ) async throws {
        let (executor, request) = try bench.prepare(
            "Notify", "tell", ["to": .reference(desk), "text": "the load failed\ntwice", "severity": .string(severity)],
            token: token)
        _ = try await executor.execute(request)
    }

    @Test func `files and programs are told once under a token, also where another one is not`() async throws {
        let bench = try await Workbench()
        let book = bench.recipe.path + "/book.log"
        let desk = try await bench.make(
            "local.Notices", "desk",
            [
                "receivers": [
                    "book": .string("file:" + book),
                    "program": .string(
                        "command:cat >> \(bench.recipe.path)/said; echo $CONVERGE_SEVERITY $CONVERGE_STEP >> \(bench.recipe.path)/said"
                    ),
                    "late": .string("command:test -e \(bench.recipe.path)/open")
                ]
            ])
        for _ in 0..<2 {
            let error = await #expect(throws: CallError.self) { try await tell(bench, desk, token: "t-1") }
            #expect(error?.diagnostic.code.text == "V0502")
            #expect(error?.diagnostic.message == "1 of 3 could not be told")
            #expect(error?.diagnostic.notes == ["late: its program ended with 1"])
        }
        try bench.recipe.write("", to: "open")
        try await tell(bench, desk, token: "t-1")
        let lines = try String(contentsOfFile: book, encoding: .utf8)
        #expect(lines.hasSuffix(" warning run-1 tell: the load failed\n  twice\n") && lines.count { $0 == "\n" } == 2)
        #expect(
            try String(contentsOfFile: bench.recipe.path + "/said", encoding: .utf8)
                == "the load failed\ntwice\nwarning tell\n")
    }

    @Test func `a secret address gets a signed request, and is never told`() async throws {
        let heard = Mutex<[HTTPRequest]>([])
        let address = Mutex("")
        let bench = try await Workbench(secrets: ["HOOK": "http://127.0.0.1:1/very-secret", "KEY": "signing-key"])
        let server = Task {
            try await bench.services.listener.serve(
                port: 0, started: { port in address.withLock { $0 = "http://127.0.0.1:\(port)/very-secret" } }
            ) { request in
                heard.withLock { $0.append(request) }
                return HTTPResponse(status: request.url.hasSuffix("very-secret") ? 204 : 500)
            }
        }
        defer { server.cancel() }
        while address.withLock({ $0.isEmpty }) { try await Task.sleep(for: .milliseconds(10)) }
        let key = Value.secret(SecretReference(source: "env", name: "KEY"))
        let desk = try await bench.make(
            "local.Notices", "desk", ["receivers": ["hook": .string(address.withLock { $0 })], "signing": key])
        try await tell(bench, desk, token: "t-2", severity: "critical")
        let request = try #require(heard.withLock { $0.first })
        let body = try #require(try Value(foreignJSON: request.body).object)
        #expect(body["severity"] == "critical" && body["text"] == "the load failed\ntwice" && body["token"] == "t-2")
        let headers = Dictionary(
            request.headers.map { ($0.name.lowercased(), $0.value.string ?? "") },
            uniquingKeysWith: { first, _ in first })
        let time = try #require(headers["x-converge-timestamp"])
        let signed = try await bench.services.hashing.hmacSHA256(Array("\(time).".utf8) + request.body, key: key)
        #expect(
            headers["x-converge-signature"] == "sha256=" + signed.map { String(format: "%02x", $0) }.joined())

        // An address that nothing listens at: neither the address nor its secret shows.
        let away = try await bench.make(
            "local.Notices", "away", ["webhooks": ["ops": .secret(SecretReference(source: "env", name: "HOOK"))]])
        let error = await #expect(throws: CallError.self) { try await tell(bench, away, token: "t-3") }
        let said = "\(String(describing: error?.diagnostic))"
        #expect(said.contains("ops: ") && !said.contains("very-secret"), "\(said)")
    }
}
