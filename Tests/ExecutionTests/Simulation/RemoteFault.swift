// SPDX-License-Identifier: Apache-2.0

/// How a call to the simulated remote goes wrong.
enum RemoteFault: Sendable {
    /// Too many calls: nothing happens.
    case throttle
    /// Nothing happens, for no reason that anybody knows.
    case refuse
    /// The request does not arrive, and nobody says so.
    case loseRequest
    /// The effect happens, and nobody says so.
    case loseAnswer
    /// The effect happens after the caller has ceased to wait.
    case late
    /// The effect happens in part: the thing can be seen to lack something.
    case part
    /// The effect happens in part, and the remote cleans up as soon as somebody asks.
    case partUndone
}

/// What goes wrong in a simulation: chosen by what is called and how often it was called, so that the order of calls
/// does not matter.
struct RemoteFaults: Sendable {
    private let seed: UInt64
    /// Of a hundred calls so many go wrong.
    private let percent: Int
    private var counts: [String: Int] = [:]
    var isQuiet = false

    init(seed: UInt64, isQuiet: Bool) {
        self.seed = seed
        self.isQuiet = isQuiet
        var generator = SeededGenerator.of(seed, "faults", 0)
        percent = generator.pick([0, 5, 20, 50]) ?? 0
    }

    private mutating func generator(_ call: String, _ percent: Int) -> SeededGenerator? {
        if isQuiet || percent == 0 { return nil }
        let count = counts[call, default: 0]
        counts[call] = count + 1
        // Whoever asks again and again is heard at last.
        if count % 4 == 3 { return nil }
        var generator = SeededGenerator.of(seed, call, count)
        return generator.chance(percent) ? generator : nil
    }

    mutating func ofEffect(_ call: String, mayBePartial: Bool) -> RemoteFault? {
        guard var generator = generator(call, percent) else { return nil }
        let whole: [RemoteFault] = [.throttle, .refuse, .loseRequest, .loseAnswer, .loseAnswer, .late]
        return generator.pick(mayBePartial ? whole + [.part, .part, .partUndone] : whole)
    }

    /// True where a question is not answered: more seldom, since a plan asks many at once and needs all the answers.
    mutating func ofQuestion(_ call: String) -> Bool { generator(call, (percent + 9) / 10) != nil }
}
