// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// Requests sent one after the other until told to stop, and what was answered how often.
final class Load: Sendable {
    private let url: String
    private let isOver = Atomic(false)
    private let counts = Mutex<[String: Int]>([:])

    init(_ url: String) { self.url = url }

    var answers: [String: Int] { counts.withLock { $0 } }
    var count: Int { answers.values.reduce(0, +) }

    func stop() { isOver.store(true, ordering: .relaxed) }

    func send(atOnce: Int) async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<atOnce { group.addTask { await self.sendInTurn() } }
        }
    }

    private func sendInTurn() async {
        while !isOver.load(ordering: .relaxed) {
            let answer: String
            do {
                let reply = try await ask(url)
                answer = reply.status == 200 ? reply.body?.at("model")?.string ?? reply.text : "\(reply)"
            } catch {
                answer = "no answer: \(error)"
            }
            counts.withLock { $0[answer, default: 0] += 1 }
        }
    }
}
