// SPDX-License-Identifier: Apache-2.0
public import ConvergeSDK

/// How the fake cloud's provider finds things again.
extension FakeCloudProvider {
    func ids(_ query: String) async throws(CallError) -> [String] {
        let response = try await send("GET", query)
        return ((try? Value(json: response.body))?.list ?? []).compactMap(\.string)
    }

    func made(by token: String) async throws(CallError) -> String? { try await ids("?token=" + token).first }

    func madeInTwoSteps(_ token: String) async throws(CallError) -> String? {
        var after = ""
        while true {
            let page = try await ids("?after=" + after)
            for id in page where try await send("GET", "/\(id)?token=made-\(token)").status == 200 { return id }
            guard let last = page.last else { return nil }
            after = last
        }
    }

    public func settle(_ request: SettleRequest) async throws(CallError) -> Settlement {
        let token = request.context.token.text
        switch (request.effect, fault) {
        case (.update, .guessesThatUpdatesHappened), (.delete, .guessesThatDeletesHappened):
            return .happened(outputs: request.priorOutputs)
        case (.create, .deniesCreates), (.update, .deniesUpdates), (.delete, .deniesDeletes): return .didNotHappen
        default: break
        }
        switch request.effect {
        case .create:
            let key = fault == .givesReplacementsTheOldPlace ? "\(request.identity)" : token
            let id = try await fault == .makesThingsInTwoSteps ? madeInTwoSteps(token) : made(by: key)
            if id == nil, fault == .guessesThatCreatesHappened { return .happened(outputs: outputs("b-0")) }
            return id.map { .happened(outputs: outputs($0)) } ?? .didNotHappen
        case .update:
            let id = try id(request.priorOutputs)
            let response = try await send("GET", "/\(id)?token=\(token)")
            return response.status == 200 ? .happened(outputs: outputs(id)) : .didNotHappen
        case .delete:
            let id = try id(request.priorOutputs)
            if fault == .deletesInTwoSteps, try await send("GET", "/\(id)?token=deleted-\(token)").status == 200 {
                return .happened(outputs: [:])
            }
            let response = try await send("GET", "/" + id)
            return response.status == 404 ? .happened(outputs: [:]) : .didNotHappen
        }
    }

    public func list(_ request: ListRequest) async throws(CallError) -> ListResponse {
        let page = try await ids("?after=" + (request.pageToken ?? ""))
        var items: [ListedResource] = []
        for id in page {
            let content = body(try await send("GET", "/" + id))["content"]?.object ?? [:]
            items.append(
                ListedResource(id: id, inputs: fault == .listsNamesOnly ? [:] : content, outputs: outputs(id)))
        }
        return ListResponse(items: items, nextPageToken: fault == .listsTheFirstPageOnly ? nil : page.last)
    }
}
