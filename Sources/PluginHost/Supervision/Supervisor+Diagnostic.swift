// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Diagnostic {
    static func supervisorNotStarted(_ program: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            .supervisorNotStarted, "the project's supervisor could not be started", notes: ["\(program): \(reason)"],
            help: ["converge supervise"])
    }

    /// - Parameter reason: What it said itself; nil where it had no time to.
    static func supervisorFailed(_ place: SupervisorPlace, _ reason: String?) -> Diagnostic {
        Diagnostic(
            .supervisorNotStarted, "the project's supervisor failed when it was started",
            notes: reason.map { ["it said: \($0)"] } ?? [], help: ["tail '\(place.log)'"])
    }

    static func supervisorSilent(_ place: SupervisorPlace) -> Diagnostic {
        Diagnostic(
            .supervisorSilent, "the project's supervisor does not answer",
            help: [
                "tail '\(place.log)'",
                "end the process that the log names as started, then give the command again: it starts another"
            ])
    }

    static func supervisorDeaf(_ cause: Diagnostic) -> Diagnostic {
        Diagnostic(
            .supervisorNotStarted, "the supervisor \(cause.message)",
            help: ["remove what has that name, or move the project to a file system that knows sockets"])
    }

    static func unknownService(_ id: String) -> Diagnostic {
        Diagnostic(
            .unknownService, "no service '\(id)' runs in this project",
            help: ["apply again: it starts what should run"])
    }

    static func unknownServiceKind(_ service: SupervisedServiceSpecification, known: [String]) -> Diagnostic {
        Diagnostic(
            .unknownService, "the plugin '\(service.plugin)' has no service '\(service.service)'",
            notes: [known.isEmpty ? "it has none" : "it has: " + known.joined(separator: ", ")],
            help: ["install the version of the plugin with which '\(service.id)' was made"])
    }
}
