// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Shell

struct HistoryTests {
    /// A path in a folder of its own that does not exist yet.
    private final class Place {
        let folder = FileManager.default.temporaryDirectory.appending(path: "history-\(UUID())")
        var path: String { folder.appending(path: "state/history.jsonl").path }
        deinit { try? FileManager.default.removeItem(at: folder) }
        func text() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
        func write(_ text: String) throws {
            try FileManager.default.createDirectory(
                at: folder.appending(path: "state"), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: path))
        }
    }

    private func all(_ history: History) -> [String?] {
        history.load()
        return (0..<history.count).map { history.text(at: $0) }
    }

    @Test func `an entry is one line of JSON in a file for nobody else`() throws {
        let place = Place()
        let history = History(file: place.path, project: "/work", now: { 42 })
        history.record("resource a: K {\n  b: \"x\"\n}", stored: "resource a: K {\n  b: \"x\"\n}")
        #expect(
            try place.text() == #"{"text":"resource a: K {\n  b: \"x\"\n}","time":42,"project":"/work"}"# + "\n")
        let mode = try FileManager.default.attributesOfItem(atPath: place.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let folder = place.folder.appending(path: "state").path
        #expect(try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int == 0o700)
        #expect(all(History(file: place.path)) == ["resource a: K {\n  b: \"x\"\n}"])
    }

    @Test func `what is not to be stored is remembered for this visit only`() throws {
        let place = Place()
        let history = History(file: place.path)
        history.record("let a = 1", stored: "let a = 1")
        history.record(" let b = 2", stored: " let b = 2")
        history.record("abandoned", stored: nil)
        history.record("let k = s3cret", stored: "let k = ***")
        history.record("  \n ", stored: "  \n ")
        #expect(all(history) == ["let a = 1", " let b = 2", "abandoned", "let k = ***"])
        #expect(all(History(file: place.path)) == ["let a = 1", "let k = ***"])
        #expect(try !place.text().contains("s3cret"))
    }

    @Test func `an entry that repeats the last one is not added, across visits too`() {
        let place = Place()
        for _ in 0..<2 {
            let history = History(file: place.path)
            for text in ["plan", "plan", "apply", "plan"] { history.record(text, stored: text) }
        }
        #expect(all(History(file: place.path)) == ["plan", "apply", "plan", "apply", "plan"])
    }

    @Test func `two shells keep apart while walking and find each other's entries by searching`() {
        let place = Place()
        let (left, right) = (History(file: place.path), History(file: place.path))
        left.load()
        right.load()
        left.record("from left", stored: "from left")
        right.record("from right", stored: "from right")
        #expect(all(left) == ["from left"])
        #expect(all(right) == ["from right"])
        #expect(Set(left.search("from").map(\.text)) == ["from left", "from right"])
        right.record("later", stored: "later")
        #expect(left.search("later").map(\.text) == ["later"])
    }

    @Test func `damage costs only the lines that it hit`() throws {
        let place = Place()
        try place.write(
            """
            {"text":"one","time":1}
            not JSON at all
            {"text":7}
            {"time": 3, "text": "two"}
            {"text":"cut of
            """)
        let history = History(file: place.path)
        #expect(all(history) == ["one", "two"])
        history.record("three", stored: "three")
        #expect(all(History(file: place.path)) == ["one", "two", "three"])
    }

    @Test func `a file that cannot be written stops nobody`() {
        let history = History(file: "/proc/nowhere/history")
        history.record("plan", stored: "plan")
        #expect(all(history) == ["plan"])
        #expect(all(History(file: nil)) == [])
    }

    @Test func `a hint goes on from what is typed, in this project first`() throws {
        let place = Place()
        let here = History(file: place.path, project: "/here")
        here.record("let region = \"eu\"", stored: "let region = \"eu\"")
        let there = History(file: place.path, project: "/there")
        there.load()
        there.record("let rate = 2", stored: "let rate = 2")
        let later = History(file: place.path, project: "/here")
        later.load()
        #expect(later.continuation(of: "let r") == "let region = \"eu\"")
        #expect(later.continuation(of: "let ra") == "let rate = 2")
        #expect(later.continuation(of: "let rate = 2") == nil)
        #expect(later.continuation(of: "") == nil)
        #expect(later.continuation(of: "zzz") == nil)
        later.record("let run = 1", stored: nil)
        #expect(later.continuation(of: "let r") == "let run = 1")
    }

    @Test(arguments: ["\"quoted\"", "tab\there", "line\nbreak", "back\\slash", "/slash/", "世界é🚀", "\u{1}", "\u{2028}"])
    func `any text is found by its beginning and by its middle`(text: String) {
        let place = Place()
        History(file: place.path).record("x" + text + "y", stored: "x" + text + "y")
        let history = History(file: place.path)
        history.load()
        #expect(history.index(before: 1, startingWith: "x" + text) == 0)
        #expect(history.search(text).count == 1)
        #expect(history.search(text + "z").isEmpty)
    }

    @Test func `a search lists each text once, the latest first`() {
        let place = Place()
        let history = History(file: place.path)
        for text in ["plan a", "apply", "plan b", "plan a"] { history.record(text, stored: text) }
        #expect(history.search("plan").map(\.text) == ["plan a", "plan b"])
        #expect(history.search("").count == 3)
        #expect(history.search("plan", atMost: 1).count == 1)
    }
}

struct HistoryWalkTests {
    private struct Texts: EarlierStatements {
        var texts: [String]
        var count: Int { texts.count }
        func text(at index: Int) -> String? { texts.indices.contains(index) ? texts[index] : nil }
        func index(before index: Int, startingWith prefix: String) -> Int? {
            texts[..<min(max(index, 0), texts.count)].lastIndex { $0.hasPrefix(prefix) }
        }
    }

    private let texts = Texts(texts: ["let a", "plan", "let b", "let b", "apply"])

    @Test func `a walk goes back and comes forward to what was typed`() {
        var walk = HistoryWalk(typed: "", position: texts.count)
        var seen: [String?] = []
        for _ in 0..<5 { seen.append(walk.back(in: texts)) }
        #expect(seen == ["apply", "let b", "plan", "let a", nil])
        seen = []
        for _ in 0..<5 { seen.append(walk.forward(in: texts)) }
        #expect(seen == ["plan", "let b", "apply", "", nil])
    }

    @Test func `a walk stays among what begins with the typed text`() {
        var walk = HistoryWalk(typed: "let", position: texts.count)
        var seen: [String?] = []
        for _ in 0..<3 { seen.append(walk.back(in: texts)) }
        for _ in 0..<3 { seen.append(walk.forward(in: texts)) }
        #expect(seen == ["let b", "let a", nil, "let b", "let", nil])
    }

    @Test func `a walk can begin at an entry that was recalled before`() {
        var walk = HistoryWalk(typed: "", position: 0)
        let next = walk.forward(in: texts)
        #expect(next == "plan")
    }
}

struct ReverseSearchTests {
    @Test func `the choice moves within what was found and shows it`() {
        var search = ReverseSearch(original: TextBuffer("draft"))
        #expect(search.preview.text == "draft")
        search.type("p")
        search.show([HistoryEntry(text: "plan", time: 2), HistoryEntry(text: "apply", time: 1)])
        #expect(search.preview.text == "plan")
        search.older()
        search.older()
        #expect(search.preview.text == "apply")
        search.newer()
        #expect(search.preview.text == "plan")
        search.show([])
        search.older()
        #expect(search.preview.text == "draft")
        search.deleteBackward()
        search.deleteBackward()
        #expect(search.query.isEmpty)
    }
}
