// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The open menu of completions: what is offered, what is chosen, and how to get back to what was typed.
struct CompletionMenu: Equatable {
    /// The text as it was before Tab.
    let original: TextBuffer
    /// The scalar position where the text that an item replaces begins.
    let start: Int
    let total: Int
    private let items: [CompletionItem]
    private(set) var visibleItems: [CompletionItem]
    /// The chosen one of the visible items; nil until Tab or an arrow chooses.
    private(set) var chosen: Int?
    private(set) var isPending = false

    enum Move {
        case next, previous, nextPage, previousPage
    }

    init(_ completion: Completion, original: TextBuffer) {
        self.original = original
        start = original.position(utf8Offset: Int(completion.replaces.lower))
        total = completion.total
        items = completion.items
        visibleItems = completion.items
    }

    /// A menu that shows that the answer is not there yet.
    init(pendingAt original: TextBuffer) {
        self.init(.none, original: original)
        isPending = true
    }

    var isNarrowed: Bool { visibleItems.count < items.count }
    var chosenItem: CompletionItem? { chosen.flatMap { visibleItems.indices.contains($0) ? visibleItems[$0] : nil } }

    /// The longest text that all items begin with.
    static func commonPrefix(of items: [CompletionItem]) -> String {
        guard var common = items.first?.text else { return "" }
        for item in items.dropFirst() {
            common = String(zip(common, item.text).prefix { $0 == $1 }.map(\.0))
            if common.isEmpty { break }
        }
        return common
    }

    /// What one press of Tab adds without a choice: the common prefix where it goes on from what is typed.
    static func extending(_ buffer: TextBuffer, with completion: Completion) -> TextBuffer {
        var result = buffer
        let start = buffer.position(utf8Offset: Int(completion.replaces.lower))
        let typed = TextBuffer.string(buffer.scalars[min(start, buffer.cursor)..<buffer.cursor])
        let common = commonPrefix(of: completion.items)
        let isSingle = completion.items.count == 1 && completion.total == 1
        let goesOn = common.hasPrefix(typed) && common.count > typed.count
        if isSingle || goesOn {
            let suffix = isSingle ? completion.items[0].suffix : ""
            result.replace(start..<buffer.cursor, with: common + suffix)
        }
        return result
    }

    /// Chooses another item and goes around at the ends; a page never does.
    mutating func move(_ move: Move, page: Int = MenuLayout.tallest) {
        guard !visibleItems.isEmpty else { return }
        let last = visibleItems.count - 1
        switch move {
        case .next: chosen = chosen.map { $0 == last ? 0 : $0 + 1 } ?? 0
        case .previous: chosen = chosen.map { $0 == 0 ? last : $0 - 1 } ?? last
        case .nextPage: chosen = min((chosen ?? 0) + page, last)
        case .previousPage: chosen = max((chosen ?? 0) - page, 0)
        }
    }

    /// The text with the chosen item in it.
    func applied(to buffer: TextBuffer, taking: Bool = false) -> TextBuffer {
        guard let item = chosenItem else { return buffer }
        var result = buffer
        result.replace(min(start, buffer.cursor)..<buffer.cursor, with: item.text + (taking ? item.suffix : ""))
        return result
    }

    /// Keeps the items that match what is typed now.
    ///
    /// - Returns: False when the menu has nothing more to say and should close.
    mutating func narrow(to buffer: TextBuffer) -> Bool {
        guard !isPending, chosen == nil, buffer.cursor >= start else { return false }
        let typed = TextBuffer.string(buffer.scalars[start..<buffer.cursor])
        visibleItems = items.filter { $0.matches(typed) && $0.text != typed }
        return !visibleItems.isEmpty
    }
}
