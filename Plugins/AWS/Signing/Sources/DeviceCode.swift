// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The code that a device shows, which a profile with `mfa_serial` wants: somebody at the terminal types it.
struct DeviceCode: Sendable {
    var serial: String
    var profile: String
    let services: any HostServices

    func code(_ context: CallContext) async throws(AWSFailure) -> String {
        let answer: String?
        do throws(CallError) {
            answer = try await services.asker.ask(
                "Code of the device \(serial), for profile '\(profile)' (not shown):", context)
        } catch {
            throw AWSFailure(.transport(error))
        }
        guard let code = answer?.trimmed else {
            throw AWSFailure(
                .credentialSource(
                    "profile '\(profile)' wants a code of the device \(serial) (mfa_serial), and nobody is there to give it",
                    help: [
                        "give the command at a terminal, and type the code that the device shows",
                        "take a session by `aws sts get-session-token --serial-number \(serial)` and set its keys in the "
                            + "environment"
                    ]))
        }
        guard (6...8).contains(code.utf8.count), code.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw AWSFailure(
                .credentialSource(
                    "what was typed for the device \(serial) is no code: those have six digits",
                    help: ["give the command again, and type the code that the device shows"]))
        }
        return code
    }
}
