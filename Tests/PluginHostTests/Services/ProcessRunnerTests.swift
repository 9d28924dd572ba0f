// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginFixtures
import PluginHost
import Testing

struct ProcessRunnerTests {
    private let lent: Lent

    init() throws { lent = try Lent(secrets: ["TOKEN": "correct-horse"]) }

    private func request(_ script: String, timeout: Duration? = .seconds(60)) -> ProcessRequest {
        ProcessRequest(command: ["/bin/sh", "-c", script], workingFolder: lent.folder.path, timeout: timeout)
    }

    /// Nobody may be there to take the exit of a process whose parent was killed: then it stays, as a zombie.
    private func isAlive(_ process: Int32) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
        return !status.contains(") Z ")
    }

    @Test func `output, exit code, folder, input and environment arrive`() async throws {
        var request = request("pwd; cat; echo \"$COLOUR ${HOME-none}\"; exit 3")
        request.standardInput = Array("in\n".utf8)
        request.environment = ["COLOUR": "blue", "HOME": .null]
        let result = try await lent.services.processes.run(request)
        #expect(result.exitCode == 3)
        let folder = URL(fileURLWithPath: lent.folder.path).resolvingSymlinksInPath().path
        #expect(String(decoding: result.output, as: UTF8.self) == "\(folder)\nin\nblue none\n")
    }

    @Test func `a program ended by a signal has no exit code`() async throws {
        let result = try await lent.services.processes.run(request("kill -9 $$"))
        #expect(result.exitCode == nil)
        #expect(result.signal == SIGKILL)
    }

    @Test func `lines of both streams come one by one, broken UTF-8 replaced, the last without an end too`()
        async throws
    {
        let lines = Collector<String>()
        var request = request(#"printf 'one\r\ntwo \377\nend'; printf 'bad\n' >&2"#)
        request.onLine = { stream, line in lines.add(stream == .standardError ? "! " + line : line) }
        _ = try await lent.services.processes.run(request)
        #expect(lines.all.filter { !$0.hasPrefix("!") } == ["one", "two \u{FFFD}", "end"])
        #expect(lines.all.filter { $0.hasPrefix("!") } == ["! bad"])
    }

    @Test func `a secret that is broken into lines is masked`() async throws {
        let secret = "ghp_" + (0..<15).map { String($0 * 7919 % 100_000 + 10_000) }.joined()
        let lent = try Lent(secrets: ["LONG": secret])
        let encoded = Data("user:\(secret)".utf8).base64EncodedString()
        for command in [
            "printf 'user:%s' \"$T\" | base64", "printf %s \"$T\" | fold -w 30", "printf %s \"$T\" | base64 -w 20"
        ] {
            let lines = Collector<String>()
            var request = request("echo before; \(command); echo; echo behind")
            request.environment = ["T": .secret(SecretReference(source: "env", name: "LONG"))]
            request.onLine = { _, line in lines.add(line) }
            let result = try await lent.services.processes.run(request)
            #expect(lines.all.first == "before" && lines.all.last == "behind", "\(lines.all)")
            for text in [lines.all.joined(separator: "\n"), String(decoding: result.output, as: UTF8.self)] {
                #expect(text.contains("(secret LONG)"), "\(command): \(text)")
                for piece in [
                    secret.prefix(12), secret.suffix(12), secret.dropFirst(24).prefix(12),
                    encoded.dropFirst(8).prefix(12)
                ] {
                    #expect(!text.contains(piece), "\(command): \(text)")
                }
            }
        }
    }

    @Test func `a secret reaches the program and none of its output`() async throws {
        let lines = Collector<String>()
        var request = request(#"[ "$T" = correct-horse ] && echo "is $T"; printf %s "$T" | base64"#)
        request.environment = ["T": .secret(SecretReference(source: "env", name: "TOKEN"))]
        request.onLine = { _, line in lines.add(line) }
        let result = try await lent.services.processes.run(request)
        #expect(lines.all.first == "is (secret TOKEN)")
        #expect(!lines.all.joined().contains("Y29ycmVjdC"))
        #expect(!String(decoding: result.output, as: UTF8.self).contains("correct-horse"))
    }

    @Test func `a secret in an endless line is masked wherever the line is cut`() async throws {
        let pieces = Collector<String>()
        var request = request(#"i=0; while [ $i -lt 9000 ]; do printf '%s#' "$T$T"; i=$((i+1)); done"#)
        request.environment = ["T": .secret(SecretReference(source: "env", name: "TOKEN"))]
        request.onLine = { _, line in pieces.add(line) }
        _ = try await lent.services.processes.run(request)
        #expect(pieces.all.count > 1)
        #expect(pieces.all.joined() == String(repeating: "(secret TOKEN)(secret TOKEN)#", count: 9000))
    }

    @Test func `more output than is kept is cut, and the program goes on`() async throws {
        var request = request("head -c 300000 /dev/zero; exit 0")
        request.keptOutput = 1000
        let result = try await lent.services.processes.run(request)
        #expect(result.output.count == 1000)
        #expect(result.isCut)
        #expect(result.exitCode == 0)
    }

    @Test func `a program that closes its input early harms nobody`() async throws {
        var request = request("exec <&-; sleep 0.05; echo done")
        request.standardInput = [UInt8](repeating: 65, count: 1 << 20)
        let result = try await lent.services.processes.run(request)
        #expect(String(decoding: result.output, as: UTF8.self) == "done\n")
    }

    @Test func `a program that does not exist, or may not run, is told apart`() async throws {
        let missing = await #expect(throws: CallError.self) {
            try await lent.services.processes.run(
                ProcessRequest(command: ["converge-no-such-program"], workingFolder: lent.folder.path))
        }
        #expect(missing?.reason == .notFound)
        #expect(missing?.diagnostic.message == "there is no program 'converge-no-such-program'")
        try lent.folder.write("no program", to: "text")
        let denied = await #expect(throws: CallError.self) {
            try await lent.services.processes.run(
                ProcessRequest(command: ["./text"], workingFolder: lent.folder.path))
        }
        #expect(denied?.reason == .denied)
        let folder = await #expect(throws: CallError.self) {
            try await lent.services.processes.run(ProcessRequest(command: ["ls"], workingFolder: "/no/such/folder"))
        }
        #expect(folder?.reason == .notFound)
        #expect(folder?.diagnostic.message.contains("/no/such/folder") == true)
    }

    @Test func `at the time-out the whole group ends`() async throws {
        let child = Collector<Int32>()
        var request = request("sleep 600 & echo $!; wait", timeout: .milliseconds(300))
        request.onLine = { _, line in if let process = Int32(line) { child.add(process) } }
        let error = await #expect(throws: CallError.self) { try await lent.services.processes.run(request) }
        #expect(error?.reason == .timedOut)
        #expect(error?.diagnostic.message == "'/bin/sh' did not end within 300ms")
        let grandchild = try #require(child.all.first)
        #expect(try await eventually { !isAlive(grandchild) })
    }

    @Test(.timeLimit(.minutes(5))) func `a program that ignores the request to end is killed`() async throws {
        let process = Collector<Int32>()
        var request = request("trap '' TERM; while :; do sleep 1; done", timeout: .milliseconds(200))
        request.onStart = { process.add($0) }
        let error = await #expect(throws: CallError.self) { try await lent.services.processes.run(request) }
        #expect(error?.reason == .timedOut)
        let id = try #require(process.all.first)
        #expect(try await eventually { !isAlive(id) })
    }

    @Test func `cancellation ends the program`() async throws {
        let process = Collector<Int32>()
        var request = request("sleep 600", timeout: nil)
        request.onStart = { process.add($0) }
        let (services, cancellable) = (lent.services, request)
        let task = Task { try await services.processes.run(cancellable) }
        #expect(try await eventually { !process.all.isEmpty })
        task.cancel()
        let error = await #expect(throws: CallError.self) { try await task.value }
        #expect(error?.reason == .cancelled)
        let id = try #require(process.all.first)
        #expect(try await eventually { !isAlive(id) })
    }

    @Test func `what a program leaves running in its group ends with it`() async throws {
        let result = try await lent.services.processes.run(request("sleep 600 >/dev/null 2>&1 & echo $!"))
        let text = String(decoding: result.output, as: UTF8.self).trimmingCharacters(in: .newlines)
        let left = try #require(Int32(text))
        #expect(try await eventually { !isAlive(left) })
    }

    @Test func `when this process is killed its programs end too`() async throws {
        let folder = lent.folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
            let lent = try Lent()
            let started = Collector<Int32>()
            let request = ProcessRequest(
                command: ["/bin/sh", "-c", "echo $$ >program; sleep 600"], workingFolder: folder,
                onStart: { started.add($0) })
            let running = Task { try await lent.services.processes.run(request) }
            let file = folder + "/program"
            while started.all.isEmpty || !FileManager.default.fileExists(atPath: file) { await Task.yield() }
            kill(getpid(), SIGKILL)
            _ = try await running.value
        }
        let text = try lent.folder.text("program").trimmingCharacters(in: .newlines)
        let program = try #require(Int32(text))
        let isGone = try await eventually { !isAlive(program) }
        #expect(isGone)
    }

    @Test func `a name that cannot be a variable is refused`() async throws {
        var request = request("true")
        request.environment = ["A=B": "c"]
        let bad = request
        let error = await #expect(throws: CallError.self) { try await lent.services.processes.run(bad) }
        #expect(error?.reason == .invalid)
    }
}
