// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension DiagnosticCode {
    static let thingFailed = DiagnosticCode(
        "V0701", "a thing that AWS could not bring up",
        "AWS took the call and made the thing, which then failed. It is recorded as incomplete: the next apply makes it "
            + "anew or completes it. What AWS gives as reason is in the message.")
    static let nameTaken = DiagnosticCode(
        "V0702", "a name that is taken",
        "A thing of that name is there already and was not made by this resource. Choose another name, or take the "
            + "thing over by `adopt`.")

    /// The codes of what becomes of things.
    static let allOfEngine: [DiagnosticCode] = [.thingFailed, .nameTaken]
}

extension CallError {
    static func thingFailed(_ kind: String, state: String, reason: String?) -> CallError {
        CallError(
            .failed,
            Diagnostic(
                .thingFailed, "the \(kind) is '\(state)'" + (reason.map { ": \($0)" } ?? ""),
                help: ["mend the cause, then apply again"]))
    }

    static func neverReady(_ kind: String, state: String, after limit: Duration) -> CallError {
        CallError(
            .timedOut, "the \(kind) is still '\(state)' after \(Value.duration(limit).literal)",
            help: ["plan    looks at it again", "apply    goes on waiting"])
    }

    static func neverGone(_ kind: String, after limit: Duration) -> CallError {
        CallError(
            .timedOut, "the \(kind) is still there \(Value.duration(limit).literal) after its deletion",
            help: ["apply    looks at it again"])
    }

    static func nameTaken(_ kind: String, _ name: String) -> CallError {
        CallError(
            .conflict,
            Diagnostic(
                .nameTaken, "there is an \(kind) '\(name)' already",
                help: ["choose another name", "adopt \(kind) \(name)    takes it over"]))
    }
}
