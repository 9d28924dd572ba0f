// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A part of a list.
struct AWSPage: Sendable {
    var answer: ObjectValue
    /// The items, where the model or the caller says where they are.
    var items: [Value]
    /// What to ask the next page with; nil on the last one. An empty page with a token is not the end.
    var next: String?
}

extension AWSClient {
    /// One page of a list.
    ///
    /// - Parameters:
    ///   - items: Where the items are; nil for what the model says.
    ///   - token: From the page before; nil for the first.
    func page(
        _ service: String, _ operation: String, _ parameters: ObjectValue = [:], items: String? = nil,
        token: String? = nil, refusal: AWSCall.Refusal = .tried, context: CallContext
    ) async throws(AWSFailure) -> AWSPage {
        var call = try AWSCall(service, operation, parameters)
        call.refusal = refusal
        let paging = call.operation.paging
        if let token, let paging {
            let values = PageToken.values(token)
            guard values.count == paging.input.count else {
                throw call.failure(.settings("the page token of \(operation) is none of ours"))
            }
            for (name, value) in zip(paging.input, values) where !value.isNull { call.parameters[name] = value }
        }
        let answer = try await self.answer(to: call, context: context).object
        let places = items.map { [$0] } ?? paging?.items ?? []
        let found = places.flatMap { place in
            let value = AnswerPath(place).value(in: answer)
            return value?.list ?? value.flatMap { $0.isNull ? nil : [$0] } ?? []
        }
        var page = AWSPage(answer: answer, items: found, next: nil)
        if let paging { page.next = PageToken.next(paging, answer) }
        if let next = page.next, next == token {
            let fault = AnswerFault(path: paging?.output.first ?? "", reason: "the page points to itself")
            throw call.failure(.answerFault(fault, status: 200, requestID: nil))
        }
        return page
    }

    /// All items of a list, page by page.
    ///
    /// - Parameter onPage: False ends the list.
    func pages(
        _ service: String, _ operation: String, _ parameters: ObjectValue = [:], items: String? = nil,
        refusal: AWSCall.Refusal = .tried, context: CallContext,
        _ onPage: (AWSPage) async throws(AWSFailure) -> Bool
    ) async throws(AWSFailure) {
        var token: String?
        repeat {
            let page = try await page(
                service, operation, parameters, items: items, token: token, refusal: refusal, context: context)
            guard try await onPage(page) else { return }
            token = page.next
        } while token != nil
    }

    /// All items of a list.
    func items(
        _ service: String, _ operation: String, _ parameters: ObjectValue = [:], items: String? = nil,
        context: CallContext
    ) async throws(AWSFailure) -> [Value] {
        var all: [Value] = []
        try await pages(service, operation, parameters, items: items, context: context) { page in
            all += page.items
            return true
        }
        return all
    }
}

/// What a next page is asked with: the values of all token members as a JSON list.
enum PageToken {
    static func values(_ token: String) -> [Value] {
        // Text that is no JSON holds none; the caller compares the number.
        do throws(JSONError) { return try Value(foreignJSON: Array(token.utf8)).list ?? [] } catch { return [] }
    }

    /// Nil where the answer says that it is the last page.
    static func next(_ paging: Paging, _ answer: ObjectValue) -> String? {
        if let more = paging.more, AnswerPath(more).value(in: answer)?.bool != true { return nil }
        let values = paging.output.map { AnswerPath($0).value(in: answer) ?? .null }
        let isEnd = values.allSatisfy { $0.isNull || $0 == .string("") }
        return isEnd ? nil : Value.list(values).json(.plain)
    }
}
