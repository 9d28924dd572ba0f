// SPDX-License-Identifier: Apache-2.0

/// Something that reads statements; lives on the editor's thread.
protocol StatementSource: AnyObject {
    func read(_ request: LineRequest) -> EditorEvent
}

/// The body of the editor's thread: takes one request after the other and answers it.
struct EditorThread {
    let mailbox: Mailbox
    let device: TerminalDevice
    let language: any EditorLanguage
    let history: History
    let capabilities: TerminalCapabilities

    func run() {
        let source = makeSource()
        while true {
            switch mailbox.waitForNext() {
            case .read(let request):
                let event = source.read(request)
                mailbox.endEditing(request.id)
                request.answer(event)
            case .close: return
            // Of no meaning between two lines.
            case .completion, .signal: continue
            }
        }
    }

    private func makeSource() -> any StatementSource {
        if capabilities.reading == .editing,
            let engine = EditorEngine(
                mailbox: mailbox, device: device, language: language, history: history,
                theme: capabilities.usesColor ? .colored : .plain, marksPrompts: capabilities.marksPrompts)
        {
            return engine
        }
        return PlainSource(
            mailbox: mailbox, device: device, language: language, history: history,
            hasPrompt: capabilities.reading != .piped)
    }
}
