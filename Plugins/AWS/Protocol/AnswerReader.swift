// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// An answer is not what the model says.
struct AnswerFault: Error, Hashable {
    /// Where in the answer, such as `role.tags`; empty for the whole.
    var path: String
    var reason: String
}

/// Reads a good answer of a service into our names. What the model does not know is left out; what the answer lacks is
/// absent.
struct AnswerReader {
    let model: ServiceModel

    /// - Parameter keepsContent: True where a body that is a blob is left to the caller.
    func read(
        _ response: HTTPResponse, _ operation: Operation, keepsContent: Bool = false
    ) throws(AnswerFault) -> ObjectValue {
        let object = try content(response, operation, keepsContent)
        // AWS leaves out what is empty, also where its model requires it; but of all of it something must be there.
        if object.isEmpty, operation.isReading, let lacking = operation.output.required.first, !keepsContent {
            throw AnswerFault(path: lacking, reason: "it is not there, and nothing else either")
        }
        return object
    }

    private func content(
        _ response: HTTPResponse, _ operation: Operation, _ keepsContent: Bool
    ) throws(AnswerFault) -> ObjectValue {
        switch model.wireProtocol {
        case .query, .ec2:
            guard let root = XMLNode.root(of: response.body) else {
                // Some calls answer with nothing where they tell nothing.
                if operation.output.members.isEmpty { return [:] }
                throw AnswerFault(path: "", reason: "it is no XML")
            }
            guard root.name.hasSuffix("Response") else { throw AnswerFault(path: "", reason: "it is a '\(root.name)'") }
            let start = operation.resultWrapper.flatMap { root.child($0) } ?? root
            return try XMLAnswer(model: model).object(start, operation.output, "")
        case .json:
            if operation.output.members.isEmpty { return [:] }
            return try JSONAnswer(model: model).object(try Self.json(response.body), operation.output, "")
        case .restJSON, .restXML: return try rest(response, operation, keepsContent)
        }
    }

    private func rest(
        _ response: HTTPResponse, _ operation: Operation, _ keepsContent: Bool
    ) throws(AnswerFault) -> ObjectValue {
        var result = try HeaderAnswer(model: model).object(response, operation.output)
        let body: ObjectValue
        if let name = operation.output.payload, let member = operation.output.member(name) {
            body = try payload(response.body, name, member, keepsContent)
        } else if !operation.output.members.contains(where: \.isInAnswerBody) || response.body.isEmpty {
            body = [:]
        } else if model.wireProtocol == .restJSON {
            body = try JSONAnswer(model: model).object(try Self.json(response.body), operation.output, "")
        } else {
            guard let root = XMLNode.root(of: response.body) else {
                throw AnswerFault(path: "", reason: "it is no XML")
            }
            if root.name.lowercased() == "html" { throw AnswerFault(path: "", reason: "it is a page of HTML") }
            body = try xml(root, operation.output)
        }
        for entry in body { result[entry.key] = entry.value }
        return result
    }

    private func xml(_ root: XMLNode, _ shape: StructureShape) throws(AnswerFault) -> ObjectValue {
        // A structure of one scalar may be that element alone: S3's LocationConstraint.
        let inBody = shape.members.filter(\.isInAnswerBody)
        if inBody.count == 1, let member = inBody.first, member.answer == root.name, root.children.isEmpty {
            if case .compound = member.type {
            } else {
                return root.text.isEmpty ? [:] : [member.name: .string(root.text)]
            }
        }
        return try XMLAnswer(model: model).object(root, shape, "")
    }

    /// One member is the body.
    private func payload(
        _ body: [UInt8], _ name: String, _ member: Member, _ keepsContent: Bool
    ) throws(AnswerFault) -> ObjectValue {
        switch member.type {
        case .blob: return keepsContent ? [:] : [name: .string(WireText.base64(body))]
        case .string, .jsonText:
            return keepsContent ? [:] : [name: .string(String(decoding: body, as: UTF8.self))]
        default: break
        }
        if body.isEmpty { return [:] }
        if model.wireProtocol == .restJSON {
            let value = try JSONAnswer(model: model).value(try Self.json(body), member.type, name)
            return value.isNull ? [:] : [name: value]
        }
        guard let root = XMLNode.root(of: body) else { throw AnswerFault(path: name, reason: "it is no XML") }
        return [name: try XMLAnswer(model: model).value([root], member.type, name, isFlat: false)]
    }

    static func json(_ body: [UInt8]) throws(AnswerFault) -> Value {
        if body.isEmpty { return .object([:]) }
        do throws(JSONError) { return try Value(foreignJSON: body) } catch {
            throw AnswerFault(path: "", reason: "it is no JSON: \(error.reason) at byte \(error.offset)")
        }
    }
}
