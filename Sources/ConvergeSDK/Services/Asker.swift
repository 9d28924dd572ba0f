// SPDX-License-Identifier: Apache-2.0

/// Somebody who may be there while work runs, and can be asked what no file says, such as the code of a device.
public protocol Asker: Sendable {
    /// Asks for one line, which is not shown while it is typed.
    ///
    /// - Returns: Nil where nobody is there, or nobody answers; that is no error.
    func ask(_ question: String, _ context: CallContext) async throws(CallError) -> String?
}

struct NobodyToAsk: Asker {
    func ask(_ question: String, _ context: CallContext) async throws(CallError) -> String? { nil }
}
