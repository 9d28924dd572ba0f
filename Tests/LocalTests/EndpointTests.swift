// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginHost
import Synchronization
import Testing

/// Says whether clients go on asking.
private final class Traffic: Sendable {
    private let on = Mutex(true)
    var isOn: Bool { on.withLock { $0 } }
    func stop() { on.withLock { $0 = false } }
}

/// Real processes behind a real port.
@Suite(.serialized)
struct EndpointTests {
    /// A model that answers every request with a word, in the way that its mode says.
    private static let program = """
        import http.server, json, os, signal, socket, sys, threading, time
        word, mode = open("word").read().split()
        print("loading", word, file=sys.stderr, flush=True)
        if mode == "crash": sys.exit(7)
        if mode == "hang": time.sleep(600)
        if mode == "nonsense":
            server = socket.create_server(("127.0.0.1", int(os.environ["PORT"])))
            while True:
                connection, _ = server.accept()
                connection.recv(100); connection.send(b"good morning\\n"); connection.close()
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def reply(self, status, text):
                body = text.encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def do_GET(self):
                if self.path == "/health": return self.reply(500 if mode == "ill" else 200, "ok")
                if self.path == "/die": os._exit(3)
                self.reply(200, word)
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(0.02)
                self.reply(500 if mode == "failing" else 200, word + " " + body.decode() + " " + self.path)
            def log_request(self, *_): pass
        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 128
            daemon_threads = False
        server = Server(("127.0.0.1", int(os.environ["PORT"])), Handler)
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
        server.serve_forever(poll_interval=0.05)
        """

    private func model(_ platform: LocalPlatform, _ word: String, _ mode: String = "well") async throws -> Reference {
        let description = #"{"serve": {"command": ["python3", "serve.py"], "health": "/health"}}"#
        let file = try platform.file("\(word)-\(mode)/model.json", description)
        _ = try platform.file("\(word)-\(mode)/serve.py", Self.program)
        _ = try platform.file("\(word)-\(mode)/word", "\(word) \(mode)")
        let kept = try await platform.services.files.keep(path: String(file.dropLast("/model.json".count)))
        return Reference(
            type: "Model", resource: nil, name: word,
            attributes: ["version": 1, "digest": .string(kept.digest), "path": .string(kept.path)])
    }

    private func deploy(
        _ host: any ModelHost, _ model: Reference, weight: Double = 100, startTimeout: Duration = .seconds(20),
        token: String = UUID().uuidString
    ) async throws(CallError) -> ModelDeployment {
        try await host.deploy(
            DeployModelRequest(
                model: model, weight: weight, startTimeout: startTimeout, context: LocalPlatform.context(token)))
    }

    private func ask(_ platform: LocalPlatform, _ url: String, _ body: String = "x") async -> (
        status: Int, text: String
    ) {
        do throws(CallError) {
            let response = try await platform.services.http.send(
                HTTPRequest(method: "POST", url: url + "/predict?a=1", body: Array(body.utf8)))
            return (response.status, String(decoding: response.body, as: UTF8.self))
        } catch {
            return (0, error.diagnostic.message)
        }
    }

    private func withHost(
        _ inputs: ObjectValue = [:], _ body: (LocalPlatform, any ModelHost) async throws -> Void
    ) async throws {
        try await LocalPlatform.with { platform in
            let host = try await platform.facet((any ModelHost).self, "ModelHost", of: "local.Endpoint", inputs)
            try await body(platform, host)
        }
    }

    @Test func `before the first deployment the endpoint says why it cannot answer`() async throws {
        try await withHost { platform, host in
            let url = try await host.current(LocalPlatform.context()).url
            let (status, text) = await ask(platform, url)
            #expect(status == 503)
            #expect(text.contains("nothing is deployed here yet"))
        }
    }

    @Test func `a deployed model answers at the endpoint's address, and again after a restart`() async throws {
        try await withHost { platform, host in
            let made = try await deploy(host, try await model(platform, "one"), token: "t")
            #expect(made.versions.map(\.version) == ["one@1"])
            #expect(made.versions.map(\.weight) == [100])
            #expect(await ask(platform, made.url, "hello") == (200, "one hello /predict?a=1"))
            #expect(try await deploy(host, try await model(platform, "one"), token: "t").url == made.url)
            await platform.supervisor.end()
            let again = try await host.current(LocalPlatform.context())
            #expect(again.url == made.url)
            #expect(await ask(platform, made.url, "hello") == (200, "one hello /predict?a=1"))
        }
    }

    @Test func `a switch loses no request and mixes no answers`() async throws {
        try await withHost { platform, host in
            let made = try await deploy(host, try await model(platform, "one"))
            let two = try await model(platform, "two")
            let traffic = Traffic()
            let answers = await withTaskGroup(of: [String].self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        var answers: [String] = []
                        while traffic.isOn || answers.isEmpty {
                            let (status, text) = await ask(platform, made.url, "\(worker)")
                            answers.append("\(status) \(text)")
                        }
                        return answers
                    }
                }
                var error: CallError?
                do throws(CallError) {
                    for round in 0..<3 {
                        _ = try await deploy(host, two, token: "two-\(round)")
                        _ = try await deploy(host, made.versions[0].model, token: "one-\(round)")
                    }
                    _ = try await deploy(host, two, token: "last")
                } catch let failure {
                    error = failure
                }
                traffic.stop()
                #expect(error == nil)
                var all: [String] = []
                for await answers in group { all += answers }
                return all
            }
            #expect(
                Set(answers.map { $0.split(separator: " ").prefix(2).joined(separator: " ") }) == ["200 one", "200 two"]
            )
            #expect(await ask(platform, made.url).text.hasPrefix("two"))
            let now = try await host.current(LocalPlatform.context())
            #expect(now.versions.reduce(0) { $0 + $1.errors } == 0)
            #expect(now.versions.reduce(0) { $0 + $1.requests } == Int64(answers.count) + 1)
        }
    }

    @Test(arguments: [
        ("crash", "V0402", "code 7"), ("hang", "V0403", "did not answer"), ("nonsense", "V0404", "no HTTP"),
        ("ill", "V0404", "status 500")
    ])
    func `a model that does not come up is refused, and the one before stays`(
        mode: String, code: String, words: String
    ) async throws {
        try await withHost { platform, host in
            let made = try await deploy(host, try await model(platform, "one"))
            let bad = try await model(platform, "bad", mode)
            let error = await #expect(throws: CallError.self) {
                try await deploy(host, bad, startTimeout: .seconds(2))
            }
            #expect(error?.diagnostic.code.text == code)
            #expect(error?.diagnostic.message.contains(words) == true)
            #expect(error?.diagnostic.notes.joined().contains("loading bad") == true)
            #expect(await ask(platform, made.url).status == 200)
            #expect(try await host.current(LocalPlatform.context()).versions.map(\.version) == ["one@1"])
        }
    }

    @Test func `a model that dies is started again`() async throws {
        try await withHost { platform, host in
            let made = try await deploy(host, try await model(platform, "one"))
            let died = try await platform.services.http.send(HTTPRequest(url: made.url + "/die"))
            #expect(died.status >= 500)
            #expect(await ask(platform, made.url).status == 200)
        }
    }

    @Test func `a version without a share runs beside the one in service, and each can take over at once`() async throws
    {
        try await withHost { platform, host in
            let made = try await deploy(host, try await model(platform, "one"))
            let beside = try await deploy(host, try await model(platform, "two"), weight: 0)
            #expect(beside.versions.map(\.version) == ["two@1", "one@1"])
            #expect(beside.versions.map(\.weight) == [0, 100])
            #expect(beside.versions.map(\.isHealthy) == [true, true])
            for _ in 0..<5 { #expect(await ask(platform, made.url).text.hasPrefix("one")) }
            for word in ["two", "one"] {
                let now = try await host.shift(
                    ShiftRequest(weights: ["\(word)@1": 100], context: LocalPlatform.context()))
                #expect(now.versions.map(\.isHealthy) == [true, true], "the other one stands by")
                #expect(await ask(platform, made.url).text.hasPrefix(word))
            }
            let error = await #expect(throws: CallError.self) {
                try await deploy(host, try await model(platform, "bad", "crash"), weight: 0)
            }
            #expect(error?.diagnostic.code.text == "V0402")
        }
    }

    @Test func `the time that answers take is told by version`() async throws {
        try await withHost { platform, host in
            let made = try await deploy(host, try await model(platform, "one"))
            for _ in 0..<10 { #expect(await ask(platform, made.url).status == 200) }
            let version = try #require(try await host.current(LocalPlatform.context()).versions.first)
            let latencies = try #require(version.latencies)
            #expect(latencies.total == 10 && version.requests == 10)
            // The model takes 20 ms for each.
            let middle = try #require(latencies.quantile(0.5))
            #expect(middle > 0.018 && middle < 5)
        }
    }

    @Test func `a canary gets its share and shifts at once`() async throws {
        try await withHost { platform, host in
            let made = try await deploy(host, try await model(platform, "one"))
            let canary = try await deploy(host, try await model(platform, "two"), weight: 25)
            #expect(canary.versions.map(\.version) == ["two@1", "one@1"])
            #expect(canary.versions.map(\.weight) == [25, 75])
            var counts: [String: Int] = [:]
            for _ in 0..<40 { counts[String(await ask(platform, made.url).text.prefix(3)), default: 0] += 1 }
            #expect(counts == ["one": 30, "two": 10])
            let shifted = try await host.shift(
                ShiftRequest(weights: ["two@1": 100], context: LocalPlatform.context()))
            #expect(shifted.versions.map(\.weight) == [100, 0])
            #expect(await ask(platform, made.url).text.hasPrefix("two"))
            let error = await #expect(throws: CallError.self) {
                try await host.shift(ShiftRequest(weights: ["three": 100], context: LocalPlatform.context()))
            }
            #expect(error?.reason == .conflict)
        }
    }

    @Test func `shares move only from those that are expected`() async throws {
        try await withHost { platform, host in
            _ = try await deploy(host, try await model(platform, "one"))
            let trial = try await deploy(host, try await model(platform, "two"), weight: 25)
            let other = try await deploy(host, try await model(platform, "three"))
            let error = await #expect(throws: CallError.self) {
                try await host.shift(
                    ShiftRequest(
                        weights: ["two@1": 100], expected: trial.weights, context: LocalPlatform.context()))
            }
            #expect(error?.reason == .conflict)
            #expect(try await host.current(LocalPlatform.context()).weights == other.weights)
            let back = try await host.shift(
                ShiftRequest(weights: ["two@1": 100], expected: other.weights, context: LocalPlatform.context()))
            #expect(back.versions.first { $0.weight > 0 }?.version == "two@1")
        }
    }

    @Test func `errors are counted`() async throws {
        try await withHost { platform, host in
            let made = try await deploy(host, try await model(platform, "one", "failing"))
            #expect(await ask(platform, made.url).status == 500)
            let version = try await host.current(LocalPlatform.context()).versions.first
            #expect(version?.requests == 1)
            #expect(version?.errors == 1)
        }
    }

    @Test func `copies share the requests`() async throws {
        try await withHost(["replicas": 2]) { platform, host in
            let made = try await deploy(host, try await model(platform, "one"))
            #expect(await ask(platform, made.url).status == 200)
            let died = try await platform.services.http.send(HTTPRequest(url: made.url + "/die"))
            #expect(died.status >= 500 || died.status == 200)
            // Until its death is noticed the dead copy may still be chosen, and a POST that may have arrived is not sent twice.
            let end = ContinuousClock.now + .seconds(20)
            var answer = await ask(platform, made.url)
            while answer.status != 200, ContinuousClock.now < end { answer = await ask(platform, made.url) }
            #expect(answer.status == 200)
        }
    }

    @Test(arguments: [
        ("{}", "no object `serve`"), (#"{"serve": {"command": "python3"}}"#, "not a list"), ("[", "no object `serve`"),
        (#"{"serve": {"command": ["x"], "health": "y"}}"#, "not a path")
    ])
    func `a package that says no way to serve it is refused`(description: String, words: String) async throws {
        try await withHost { platform, host in
            let file = try platform.file("package/model.json", description)
            let kept = try await platform.services.files.keep(path: String(file.dropLast("/model.json".count)))
            let model = Reference(
                type: "Model", resource: nil, name: "m", attributes: ["version": 1, "digest": .string(kept.digest)])
            let error = await #expect(throws: CallError.self) { try await deploy(host, model) }
            #expect(error?.diagnostic.code.text == "V0401")
            #expect(error?.diagnostic.message.contains(words) == true)
        }
    }
}
