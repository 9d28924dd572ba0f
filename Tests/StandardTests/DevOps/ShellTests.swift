// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import PluginFixtures
import Testing

struct ShellTests {
    @Test func `A line runs in the recipe's folder with its holes as single words`() async throws {
        let bench = try await Workbench()
        try bench.recipe.write("hello", to: "greeting.txt")
        let line = Value.template(
            Template([
                .text("cat "), .hole("greeting.txt"), .text("; echo; printf '%s|' "), .hole("it's; $HOME `x`"),
                .text(" b")
            ]))
        let response = try await bench.step("Shell", "s", ["run": line])
        #expect(response.outputs == ["stdout": "hello\nit's; $HOME `x`|b|", "code": 0])
    }

    @Test func `Exactly the value arrives, wherever a line may hold one`() async throws {
        let bench = try await Workbench()
        let pieces = [
            "'", "\"", "`", "$(touch PWNED)", "`touch PWNED`", "; touch PWNED;", "\n", "touch PWNED\n", "\\", "$",
            "${HOME}", "$HOME", "*", "?", "~", "-n", "--", "#", " ", "\t", "&", "|", ">PWNED", "(", ")", "{a,b}", "!",
            "é", "\u{301}", "\r\n", "日本", "E", "x", ""
        ]
        // Each writes the value between < and >.
        let places: [(String, String)] = [
            ("printf '<%s>' ", ""), ("printf '<%s>' '", "'"), ("printf '<%s>' \"", "\""),
            ("x=", "; printf '<%s>' \"$x\""), ("printf '<%s>' \"$Y", "\""),
            ("printf \"<%s>\" \"$(printf '%s.' ", ")\" | sed '$s/\\.>$/>/'"),
            ("printf \"<%s>\" \"$(printf '%s.' \"", "\")\" | sed '$s/\\.>$/>/'"),
            ("# it's\ncat <<'E' >/dev/null\n'\"$(\nE\nprintf '<%s>' ", "")
        ]
        let always = ["\u{301}-n#\r\n ", "'\u{301}", "\u{301}'", "\r\n", "'"]
        let random = (0..<60).map { round in
            (0..<(round % 6)).map { _ in pieces[Int.random(in: pieces.indices)] }.joined()
        }
        for value in always + random {
            for (before, after) in places {
                let line = Value.template(Template([.text(before), .hole(.string(value)), .text(after)]))
                let response = try await bench.step("Shell", "s", ["run": line])
                #expect(
                    response.outputs["stdout"] == .string("<\(value)>"),
                    "\(before)…\(after) of \(value.debugDescription)")
            }
        }
        #expect(!bench.recipe.exists("PWNED"))
    }

    @Test(arguments: ["echo # ", "cat <<E\n", "echo `echo ", "echo \\", "echo $", "echo $(( "])
    func `A value that could become part of the program is refused before anything runs`(before: String) async throws {
        let bench = try await Workbench()
        let line = Value.template(Template([.text("touch RAN; " + before), .hole("x")]))
        #expect(try await bench.failure("Shell", "s", ["run": line]).message.contains("part of the program"))
        let cut = Value.template(Template([.text("touch RAN; echo "), .hole("a\u{0}b")]))
        #expect(try await bench.failure("Shell", "s", ["run": cut]).message.contains("NUL"))
        #expect(!bench.recipe.exists("RAN"))
    }

    @Test func `A command's arguments reach it as they are, with its environment`() async throws {
        let bench = try await Workbench(secrets: ["KEY": "s3cret-s3cret"])
        let response = try await bench.step(
            "Shell", "s",
            [
                "command": ["sh", "-c", "echo \"$1 $N ${#K}\"; echo $K >&2", "sh", "a b"],
                "env": ["N": 5, "K": .secret(SecretReference(source: "env", name: "KEY"))]
            ])
        #expect(response.outputs["stdout"] == "a b 5 13")
        #expect(!bench.log.contains { $0.contains("s3cret") })
    }

    @Test func `A failure is told with what was said last, unless it is allowed`() async throws {
        let bench = try await Workbench()
        let failure = try await bench.failure("Shell", "s", ["run": "echo why >&2; exit 4"])
        #expect(failure.code.text == "D0801")
        #expect(failure.message == "'echo why >&2; exit 4' ended with code 4")
        #expect(failure.notes == ["it said last:\nwhy"])
        let allowed = try await bench.step("Shell", "s", ["run": "echo x; exit 4", "allow_failure": true])
        #expect(allowed.outputs == ["stdout": "x", "code": 4])
        let killed = try await bench.step("Shell", "s", ["run": "kill -15 $$", "allow_failure": true])
        #expect(killed.outputs["code"] == 143)
    }

    @Test(
        arguments: [
            (["run": "printf '\\377'"], "D0803"), (["run": "true", "writes": ["x"]], "D0804"),
            (["command": ["no-such-program-here"]], "D0502"),
            (["run": "head -c 17000000 /dev/zero | tr '\\0' x"], "D0805")
        ] as [(ObjectValue, String)])
    func `What cannot be run or used is a clear error`(inputs: ObjectValue, code: String) async throws {
        let bench = try await Workbench()
        #expect(try await bench.failure("Shell", "s", inputs).code.text == code)
    }

    @Test func `All of a long output is the result`() async throws {
        let bench = try await Workbench()
        let response = try await bench.step("Shell", "s", ["run": "head -c 3000000 /dev/zero | tr '\\0' x"])
        #expect(response.outputs["stdout"]?.string?.utf8.count == 3_000_000)
    }

    @Test func `A program that says what it writes holds until that changes`() async throws {
        let bench = try await Workbench()
        try bench.recipe.write("1", to: "in.txt")
        let inputs: ObjectValue = ["run": "mkdir -p out; cp in.txt out/", "reads": ["in.txt"], "writes": ["out"]]
        let response = try await bench.step("Shell", "s", inputs)
        let (executor, request) = try bench.prepare("Shell", "s", inputs)
        #expect(try await executor.sources(request) == [bench.recipe.path + "/in.txt"])
        #expect(try await executor.stillHolds(response, request))
        try bench.recipe.write("2", to: "out/in.txt")
        #expect(try await !executor.stillHolds(response, request))
        let always = try await bench.step("Shell", "s", ["run": "true"])
        let (other, otherRequest) = try bench.prepare("Shell", "s", ["run": "true"])
        #expect(try await !other.stillHolds(always, otherRequest))
    }

    @Test func `A hanging program ends when the step is cancelled`() async throws {
        let bench = try await Workbench()
        let (executor, request) = try bench.prepare("Shell", "s", ["run": "echo started; sleep 600"])
        let work = Task { try await executor.execute(request) }
        while !bench.log.contains("started") { try await Task.sleep(for: .milliseconds(5)) }
        work.cancel()
        let error = await #expect(throws: CallError.self) { try await work.value }
        #expect(error?.reason == .cancelled)
    }
}
