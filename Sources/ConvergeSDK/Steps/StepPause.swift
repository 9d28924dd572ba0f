// SPDX-License-Identifier: Apache-2.0

/// What a step waits for while nobody works on it: the process of its run may end meanwhile.
public struct StepPause: Sendable, Hashable {
    /// When it is to be asked again; nil for no time.
    public var until: Timestamp?
    /// The signal that lets it go on; nil for none.
    public var signal: String?
    /// What it waits for, in words.
    public var text: String

    public init(until: Timestamp? = nil, signal: String? = nil, text: String) {
        self.until = until
        self.signal = signal
        self.text = text
    }

    /// The signal by which a step, named by its address in the run, is approved or denied.
    public static func approval(of step: String) -> String { "approval of " + step }
}

/// What somebody gave to a run that waits for it.
public struct StepSignal: Sendable, Hashable {
    public var value: Value
    /// The user's name.
    public var by: String
    public var at: Timestamp

    public init(value: Value, by: String, at: Timestamp) {
        self.value = value
        self.by = by
        self.at = at
    }
}

/// How far a step got.
@frozen
public enum StepProgress: Sendable, Hashable {
    case finished(StepResponse)
    /// It is asked again once that has come, under the same token; what it recorded as its handle is there then.
    case paused(StepPause)
}
