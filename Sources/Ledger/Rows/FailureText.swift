// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution

extension ColumnText {
    static func write(_ failure: FailureRecord?) -> String? {
        guard let failure else { return nil }
        return Value.list([
            .string(failure.code), .string(failure.message), .list(failure.notes.map { .string($0) }),
            .list(failure.help.map { .string($0) })
        ]).json(.exact)
    }

    static func failure(_ text: String?) throws(Misfit) -> FailureRecord? {
        guard let text else { return nil }
        let parts = try list(text)
        guard parts.count == 4, let code = parts[0].string, let message = parts[1].string else {
            throw Misfit(reason: "its failure is not what was written")
        }
        return FailureRecord(code: code, message: message, notes: strings(parts[2]), help: strings(parts[3]))
    }
}
