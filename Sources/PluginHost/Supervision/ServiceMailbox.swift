// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// The messages of one supervised service. Those that it has not taken wait while it is restarted.
final class ServiceMailbox: ServiceInbox {
    /// One message on its way; the first answer counts.
    private final class Letter: Sendable {
        let content: Value
        private let sender = Mutex<CheckedContinuation<Result<Value, CallError>, Never>?>(nil)

        init(_ content: Value, _ sender: CheckedContinuation<Result<Value, CallError>, Never>) {
            self.content = content
            self.sender.withLock { $0 = sender }
        }

        func answer(_ result: Result<Value, CallError>) {
            let waiting = sender.withLock { sender in
                defer { sender = nil }
                return sender
            }
            waiting?.resume(returning: result)
        }

        var isAnswered: Bool { sender.withLock { $0 == nil } }
    }

    private struct State {
        var waiting: [Letter] = []
        /// Handed to the service and not known to be answered.
        var taken: [Letter] = []
        var reader: CheckedContinuation<Letter?, Never>?
        var isClosed = false
    }

    private let state = Mutex(State())

    func next() async -> ServiceMessage? {
        let letter = await withTaskCancellationHandler {
            await withCheckedContinuation { (reader: CheckedContinuation<Letter?, Never>) in read(reader) }
        } onCancel: {
            wake()
        }
        return letter.map { letter in ServiceMessage(content: letter.content, answer: letter.answer) }
    }

    private func read(_ reader: CheckedContinuation<Letter?, Never>) {
        let (isNow, letter) = state.withLock { state -> (Bool, Letter?) in
            state.taken.removeAll(where: \.isAnswered)
            if state.isClosed || Task.isCancelled { return (true, nil) }
            state.waiting.removeAll(where: \.isAnswered)
            if state.waiting.isEmpty {
                state.reader = reader
                return (false, nil)
            }
            let letter = state.waiting.removeFirst()
            state.taken.append(letter)
            return (true, letter)
        }
        if isNow { reader.resume(returning: letter) }
    }

    /// Ends the wait of a reader that is not wanted any more.
    private func wake() {
        let reader = state.withLock { state in
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    /// Sends a message and waits for its answer.
    func call(_ content: Value, timeout: Duration) async throws(CallError) -> Value {
        let posted = Mutex<Letter?>(nil)
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { sender in
                let letter = Letter(content, sender)
                posted.withLock { $0 = letter }
                if Task.isCancelled { letter.answer(.failure(.cancelled)) }
                expire(letter, after: timeout)
                deliver(letter)
            }
        } onCancel: {
            posted.withLock { $0 }?.answer(.failure(.cancelled))
        }.get()
    }

    /// A task of its own, since the answer must not wait for it; it holds nothing but the letter.
    private func expire(_ letter: Letter, after timeout: Duration) {
        Task {
            do { try await Task.sleep(for: timeout) } catch { return }
            letter.answer(
                .failure(CallError(.timedOut, "no answer within \(Value.duration(timeout).literal)")))
        }
    }

    private func deliver(_ letter: Letter) {
        let (reader, isRefused) = state.withLock { state -> (CheckedContinuation<Letter?, Never>?, Bool) in
            if state.isClosed { return (nil, true) }
            if let reader = state.reader {
                state.reader = nil
                state.taken.append(letter)
                return (reader, false)
            }
            state.waiting.append(letter)
            return (nil, false)
        }
        if isRefused { letter.answer(.failure(CallError(.notFound, "the service was stopped"))) }
        reader?.resume(returning: letter)
    }

    /// The service failed: whether the messages that it took had an effect nobody knows.
    func loseTaken() {
        let taken = state.withLock { state in
            defer { state.taken = [] }
            return state.taken
        }
        for letter in taken { letter.answer(.failure(CallError(.lost, "the service failed before it answered"))) }
    }

    /// Nobody reads any more.
    func close() {
        let (reader, letters) = state.withLock { state in
            state.isClosed = true
            defer {
                state.reader = nil
                state.waiting = []
                state.taken = []
            }
            return (state.reader, state.waiting + state.taken)
        }
        reader?.resume(returning: nil)
        for letter in letters { letter.answer(.failure(CallError(.notFound, "the service was stopped"))) }
    }
}
