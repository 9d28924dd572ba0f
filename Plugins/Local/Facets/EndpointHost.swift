// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Speaks to the endpoint in the supervisor.
struct EndpointHost: ModelHost {
    private static let answerLimit = Duration.seconds(30)

    let specification: SupervisedServiceSpecification
    let services: any HostServices

    func deploy(_ request: DeployModelRequest) async throws(CallError) -> ModelDeployment {
        // Refused here already, so that the reason is told before anything is started.
        _ = try await ModelPackage(request.model, files: services.files)
        return try await send(
            .deploy(
                request.model, weight: request.weight, startTimeout: request.startTimeout,
                token: request.context.token.text),
            timeout: request.startTimeout + Self.answerLimit)
    }

    func shift(_ request: ShiftRequest) async throws(CallError) -> ModelDeployment {
        try await send(
            .shift(request.weights, expected: request.expected),
            timeout: RunningEndpoint.restartTimeout + Self.answerLimit)
    }

    func current(_ context: CallContext) async throws(CallError) -> ModelDeployment {
        try await send(.current, timeout: Self.answerLimit)
    }

    func send(_ message: EndpointMessage, timeout: Duration) async throws(CallError) -> ModelDeployment {
        try checkCancellation()
        try await services.supervisor.ensure(specification)
        return try ModelDeployment(
            try await services.supervisor.call(specification.id, message.value, timeout: timeout))
    }
}
