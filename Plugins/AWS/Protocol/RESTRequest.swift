// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Requests of rest-json and rest-xml: parts of the input go into path, query and headers, the rest into the body.
struct RESTRequest {
    let model: ServiceModel
    let operation: Operation

    func request(_ input: ObjectValue, _ content: [UInt8]?) throws(ParameterFault) -> WireRequest {
        let parts = operation.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var request = WireRequest(method: operation.method)
        request.path = try URITemplate.filled(parts.first.map(String.init) ?? "/", operation.input, input)
        if parts.count > 1 {
            for item in parts[1].split(separator: "&") {
                let pair = item.split(separator: "=", maxSplits: 1)
                let value = pair.count > 1 ? String(pair[1]) : ""
                request.query.append(WireRequest.Pair(name: pair.first.map(String.init) ?? "", value: value))
            }
        }
        for entry in input {
            guard let member = operation.input.member(entry.key) else { continue }
            switch member.place {
            case .query: addQuery(entry.value, member, &request)
            case .header: addHeader(entry.value, member, &request)
            case .headers:
                for header in entry.value.object ?? [:] {
                    request.add(member.wire + header.key, header.value.string ?? header.value.json(.plain))
                }
            case .body, .uri, .status: break
            }
        }
        addQueryMaps(input, &request)
        addBody(input, content, &request)
        return request
    }

    // MARK: Query and headers

    private func addQuery(_ value: Value, _ member: Member, _ request: inout WireRequest) {
        guard case .compound(let place) = member.type else {
            return addQuery(member.wire, value, member.type, &request)
        }
        guard case .list(let shape) = model.compound(place), case .list(let items) = value else { return }
        for item in items { addQuery(member.wire, item, shape.of, &request) }
    }

    private func addQuery(_ name: String, _ value: Value, _ type: ShapeType, _ request: inout WireRequest) {
        guard let text = ScalarText.text(value, type, times: .iso8601) else { return }
        request.query.append(WireRequest.Pair(name: name, value: text))
    }

    /// A map's keys are names themselves; one that another member has given counts no more.
    private func addQueryMaps(_ input: ObjectValue, _ request: inout WireRequest) {
        let given = Set(request.query.map(\.name))
        for entry in input {
            guard let member = operation.input.member(entry.key), member.place == .query,
                case .compound(let place) = member.type, case .map(let shape) = model.compound(place)
            else { continue }
            for pair in entry.value.object ?? [:] where !given.contains(pair.key) {
                for item in pair.value.list ?? [pair.value] {
                    addQuery(pair.key, item, itemType(shape.value), &request)
                }
            }
        }
    }

    private func itemType(_ type: ShapeType) -> ShapeType {
        if case .compound(let place) = type, case .list(let shape) = model.compound(place) { return shape.of }
        return type
    }

    private func addHeader(_ value: Value, _ member: Member, _ request: inout WireRequest) {
        switch (member.type, value) {
        case (.compound(let place), .list(let items)):
            guard case .list(let shape) = model.compound(place), !items.isEmpty else { return }
            let texts = items.compactMap { item -> String? in
                guard let text = ScalarText.text(item, shape.of, times: .rfc822) else { return nil }
                guard shape.of == .string, text.contains(",") || text.contains("\"") else { return text }
                return "\"" + text.replacing("\"", with: "\\\"") + "\""
            }
            request.add(member.wire, texts.joined(separator: ","))
        case (.jsonText, .string(let text)): request.add(member.wire, WireText.base64(Array(text.utf8)))
        default:
            if let text = ScalarText.text(value, member.type, times: .rfc822) { request.add(member.wire, text) }
        }
    }

    // MARK: Body

    private func addBody(_ input: ObjectValue, _ content: [UInt8]?, _ request: inout WireRequest) {
        if let name = operation.input.payload, let member = operation.input.member(name) {
            return addPayload(content, input[name], member, &request)
        }
        let inBody = operation.input.members.filter { $0.place == .body }
        if inBody.isEmpty { return }
        switch model.wireProtocol {
        case .restJSON:
            let body = JSONBody(model: model).value(input, operation.input) { $0.place == .body }
            request.body = Array(Value.object(body).json(.plain).utf8)
            setType("application/json", &request)
        default:
            let given = input.filter { operation.input.member($0.key)?.place == .body }
            if given.isEmpty { return }
            var body = XMLBody(model: model)
            let root = operation.bodyElement ?? operation.name + "Request"
            body.write(given, operation.input, root, operation.bodyNamespace ?? operation.input.namespace)
            request.body = body.bytes
            setType("application/xml", &request)
        }
    }

    /// One member is the body.
    private func addPayload(
        _ content: [UInt8]?, _ value: Value?, _ member: Member, _ request: inout WireRequest
    ) {
        switch member.type {
        case .blob, .string, .jsonText:
            if let content {
                request.body = content
            } else if let text = value?.string {
                request.body = member.type == .blob ? WireText.bytes(base64: text) ?? [] : Array(text.utf8)
            } else {
                return
            }
            setType(member.type == .blob ? "application/octet-stream" : "text/plain", &request)
        default: addPayload(value, member, &request)
        }
    }

    private func addPayload(_ value: Value?, _ member: Member, _ request: inout WireRequest) {
        if model.wireProtocol == .restJSON {
            let body = value.map { JSONBody(model: model).value($0, member.type) } ?? .object([:])
            request.body = Array(body.json(.plain).utf8)
            return setType("application/json", &request)
        }
        guard let value else { return }
        var body = XMLBody(model: model)
        body.write(value, member.type, member.wire, member.namespace)
        request.body = body.bytes
        setType("application/xml", &request)
    }

    /// What the caller says counts.
    private func setType(_ type: String, _ request: inout WireRequest) {
        if request.header("Content-Type") == nil { request.add("Content-Type", type) }
    }
}
