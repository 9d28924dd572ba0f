// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Testing

@testable import Shell

struct CompletionMenuTests {
    private func completion(_ names: [String], from start: Int = 3, to end: Int = 5, total: Int? = nil) -> Completion {
        Completion(
            replaces: SourceRange(start, end), items: names.map { CompletionItem($0, suffix: ": ") }, total: total)
    }

    private let typed = TextBuffer("x: Da")

    @Test func `one press of Tab adds what all items have in common`() {
        let result = CompletionMenu.extending(typed, with: completion(["DataLake", "DataWarehouse"]))
        #expect(result.text == "x: Data")
    }

    @Test func `the only item is inserted with what follows it`() {
        #expect(CompletionMenu.extending(typed, with: completion(["DataLake"])).text == "x: DataLake: ")
    }

    @Test func `an item that begins otherwise changes nothing until it is chosen`() {
        #expect(CompletionMenu.extending(typed, with: completion(["lake_data", "lake_da"])) == typed)
    }

    @Test func `text behind the cursor stays`() {
        let inside = TextBuffer("x: Da {}", cursor: 5)
        let result = CompletionMenu.extending(inside, with: completion(["DataLake"]))
        #expect(result.text == "x: DataLake:  {}")
        #expect(result.cursor == 13)
    }

    @Test func `the choice goes around and stands in the text`() {
        var menu = CompletionMenu(completion(["DataLake", "DataMart"]), original: typed)
        #expect(menu.chosenItem == nil)
        var seen: [String] = []
        var buffer = typed
        for move in [CompletionMenu.Move.next, .next, .next, .previous] {
            menu.move(move)
            buffer = menu.applied(to: buffer)
            seen.append(buffer.text)
        }
        #expect(seen == ["x: DataLake", "x: DataMart", "x: DataLake", "x: DataMart"])
        #expect(menu.applied(to: buffer, taking: true).text == "x: DataMart: ")
        #expect(menu.original == typed)
    }

    @Test func `pages stop at the ends`() {
        var menu = CompletionMenu(completion((0..<25).map { "k\($0)" }), original: typed)
        menu.move(.nextPage)
        #expect(menu.chosen == 10)
        menu.move(.nextPage)
        menu.move(.nextPage)
        #expect(menu.chosen == 24)
        menu.move(.previousPage)
        #expect(menu.chosen == 14)
    }

    @Test func `typing narrows by the parts behind dots too, whatever the case`() {
        var menu = CompletionMenu(completion(["local.Note", "local.Lake", "Number"]), original: TextBuffer("x: n"))
        let staysOpen = menu.narrow(to: TextBuffer("x: nO"))
        #expect(staysOpen && menu.visibleItems.map(\.text) == ["local.Note"])
    }

    @Test func `typing narrows, and closes when nothing is left`() {
        var menu = CompletionMenu(completion(["DataLake", "DataMart", "Dam"]), original: typed)
        var left: [[String]] = []
        for text in ["x: Dat", "x: Da"] where menu.narrow(to: TextBuffer(text)) {
            left.append(menu.visibleItems.map(\.text))
        }
        #expect(left == [["DataLake", "DataMart"], ["DataLake", "DataMart", "Dam"]])
        for text in ["x: Dax", "x"] {
            let staysOpen = menu.narrow(to: TextBuffer(text))
            #expect(!staysOpen)
        }
    }

    @Test func `a letter typed on a chosen item takes it`() {
        var menu = CompletionMenu(completion(["DataLake", "DataMart"]), original: typed)
        menu.move(.next)
        let staysOpen = menu.narrow(to: TextBuffer("x: DataLakes"))
        #expect(!staysOpen)
    }

    @Test func `a replaced range outside the text is brought into it`() {
        let menu = CompletionMenu(completion(["abc"], from: 90, to: 99), original: typed)
        #expect(menu.applied(to: typed) == typed)
        #expect(CompletionMenu.extending(typed, with: completion(["abc"], from: 90, to: 99)).text == "x: Daabc: ")
    }
}

struct MenuLayoutTests {
    private func rows(
        _ items: [CompletionItem], moves: Int = 0, columns: Int = 40, limit: Int = 20, total: Int? = nil
    ) -> [String] {
        var menu = CompletionMenu(
            Completion(replaces: SourceRange(0, 0), items: items, total: total), original: TextBuffer(""))
        for _ in 0..<moves { menu.move(.next) }
        return MenuLayout(columns: columns, theme: .plain).rows(of: menu, limit: limit).map(\.text)
    }

    @Test func `few items stand one a row with what is said about them`() {
        let items = [
            CompletionItem("name", detail: "String, required"),
            CompletionItem("retention", detail: "Duration?. How long old versions are kept")
        ]
        #expect(
            rows(items, moves: 1) == [
                "\u{1B}[7mname\u{1B}[0m       String, required", "retention  Duration?. How long old vers…"
            ])
    }

    @Test func `many items stand in columns, the chosen one explained below`() {
        let items = (0..<30).map { CompletionItem("k\($0)", detail: "doc \($0)") }
        let shown = rows(items, moves: 1, columns: 26)
        #expect(shown.first == "\u{1B}[7mk0\u{1B}[0m   k6   k12  k18  k24")
        #expect(shown.count == 7)
        #expect(shown.last == "doc 0")
    }

    @Test func `a tall menu scrolls with the choice and says where it is`() {
        let items = (0..<100).map { CompletionItem("kind\($0)") }
        let shown = rows(items, moves: 31, columns: 8)
        #expect(shown.count == 11)
        #expect(shown.contains("\u{1B}[7mkind30\u{1B}[0m"))
        let wide = rows(items, moves: 31, columns: 40)
        #expect(wide.last == "rows 6-15 of 20, 100 items")
    }

    @Test func `more than was listed is counted`() {
        let items = (0..<3).map { CompletionItem("k\($0)") }
        #expect(rows(items, total: 90).last == "87 more: type to narrow")
    }

    @Test(arguments: [4, 9, 20, 80], [1, 2, 5, 20])
    func `a menu fits any terminal`(columns: Int, limit: Int) {
        let items = (0..<50).map { CompletionItem("a rather long item \($0) 世界", detail: "something 世界 to say") }
        for moves in [0, 1, 49] {
            var menu = CompletionMenu(Completion(replaces: SourceRange(0, 0), items: items), original: TextBuffer(""))
            for _ in 0..<moves { menu.move(.next) }
            let rows = MenuLayout(columns: columns, theme: .colored).rows(of: menu, limit: limit)
            #expect(rows.allSatisfy { $0.width <= columns })
            #expect(rows.count <= max(limit, 3))
        }
    }

    @Test(
        arguments: [
            ("abcdef", 6, "abcdef"), ("abcdefg", 6, "abcde…"), ("世界人", 5, "世界…"), ("世界", 0, ""), ("ab", 1, "…")
        ])
    func `a text is cut with an ellipsis`(text: String, columns: Int, shown: String) {
        #expect(MenuLayout.fitted(text, columns: columns) == shown)
    }
}
