// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Writes a call as its service wants to read it.
struct RequestWriter {
    let model: ServiceModel

    /// - Parameters:
    ///   - parameters: By our names.
    ///   - content: The bytes of a body that is a blob, in place of base64 text in the parameters.
    func request(
        _ operation: Operation, _ parameters: ObjectValue, content: [UInt8]? = nil
    ) throws(ParameterFault) -> WireRequest {
        let absent = content == nil ? nil : operation.input.payload
        let input = try ParameterCheck(model: model).checked(parameters, operation.input, absent: absent)
        var request =
            switch model.wireProtocol {
            case .query, .ec2: form(operation, input)
            case .json: json(operation, input)
            case .restJSON, .restXML: try RESTRequest(model: model, operation: operation).request(input, content)
            }
        if let prefix = operation.hostPrefix {
            request.hostPrefix = try URITemplate.filled(prefix, operation.input, input)
        }
        return request
    }

    private func form(_ operation: Operation, _ input: ObjectValue) -> WireRequest {
        var form = FormBody(model: model)
        form.add("Action", operation.name)
        form.add("Version", model.version)
        form.write(input, operation.input)
        var request = WireRequest(method: operation.method, path: operation.uri)
        request.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
        request.body = form.bytes
        return request
    }

    private func json(_ operation: Operation, _ input: ObjectValue) -> WireRequest {
        var request = WireRequest(method: operation.method, path: operation.uri)
        request.add("Content-Type", "application/x-amz-json-" + model.jsonVersion)
        request.add("X-Amz-Target", "\(model.targetPrefix).\(operation.name)")
        if model.isQueryCompatible { request.add("x-amzn-query-mode", "true") }
        let body = JSONBody(model: model).value(input, operation.input)
        request.body = Array(Value.object(body).json(.plain).utf8)
        return request
    }
}
