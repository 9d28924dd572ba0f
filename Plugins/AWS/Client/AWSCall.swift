// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// One call, before it is written for the wire.
struct AWSCall: Sendable {
    /// What becomes of a call that the service refuses for now, because it is asked too often.
    enum Refusal: Sendable {
        /// It is told at once: the host tries the whole again, and has less under way meanwhile.
        case told
        /// It is tried as often as a call is tried that fails otherwise.
        case tried
        /// It is tried for as long as the host tries: what was begun is not left half done.
        case outlasted
    }

    let model: ServiceModel
    let operation: Operation
    var parameters: ObjectValue
    /// The bytes of a body that is a blob, in place of base64 text in the parameters.
    var content: [UInt8]?
    /// True where a second one after a lost answer does no harm, whatever the call is.
    var isRepeatable = false
    /// False for answers that hold credentials, and for content that must come as it is.
    var masksAnswer = true
    /// True where the body of the answer is handed over as bytes.
    var keepsContent = false
    /// Nil for the connection's own.
    var region: String?
    /// Nil for the connection's own.
    var timeout: Duration?
    var largestAnswer = 64 << 20
    var refusal = Refusal.tried

    /// - Throws: `unknownCall` with the nearest name.
    init(
        _ service: String, _ operation: String, _ parameters: ObjectValue, isRepeatable: Bool = false,
        masksAnswer: Bool = true
    ) throws(AWSFailure) {
        do throws(ModelFault) { model = try ServiceModel.named(service) } catch {
            guard let reason = error.reason else {
                let nearest = NearestName.find(service, in: ServiceModel.names)
                throw AWSFailure(.unknownCall(nearest: nearest), service: service, operation: operation)
            }
            throw AWSFailure(.model("Models/\(service): \(reason)"), service: service, operation: operation)
        }
        guard let found = model.operations[operation] else {
            let nearest = NearestName.find(operation, in: model.operations.keys.sorted())
            throw AWSFailure(.unknownCall(nearest: nearest), service: service, operation: operation)
        }
        self.operation = found
        self.parameters = parameters
        self.isRepeatable = isRepeatable
        self.masksAnswer = masksAnswer
    }

    /// True where an answer that was lost is asked for again.
    var isSafe: Bool {
        isRepeatable || operation.isReading || operation.tokenMember.map { parameters[$0] != nil } ?? false
    }

    /// A failure of this call.
    func failure(_ cause: AWSFailure.Cause) -> AWSFailure {
        AWSFailure(cause, service: model.name, operation: operation.name, isReading: operation.isReading)
    }
}

/// A good answer.
struct AWSAnswer: Sendable {
    var object: ObjectValue
    /// The body, of calls that keep it.
    var content: [UInt8]
    var headers: [(name: String, value: String)]
    var status: Int
    var requestID: String?
}
