// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A page of things.
struct ListedPage: Sendable {
    var things: [SeenThing]
    var next: String?
}

extension AWSThing {
    /// The things of a page of the kind's list.
    ///
    /// - Parameters:
    ///   - token: From the page before.
    ///   - known: Fields whose values are known, so that things below other parents are not asked for.
    ///   - isKept: Whether a thing belongs to the answer.
    func listed(
        _ list: ListEntry, after token: String?, known: ObjectValue = [:],
        keeping isKept: @Sendable (SeenThing) -> Bool
    ) async throws(CallError) -> ListedPage {
        let scope = Scope(encoded(known), try await surroundings())
        do throws(AWSFailure) {
            if let parents = list.parents, scope.value(of: parents.name) == nil {
                var things: [SeenThing] = []
                for parent in try await all(parents, scope) {
                    let inner = scope.adding([parents.name: parent])
                    for page in try await answers(to: list.call, inner) {
                        things += try await self.things(of: page, list, inner)
                    }
                }
                return ListedPage(things: things.filter(isKept), next: nil)
            }
            let page = try await client.page(
                list.call.service ?? entry.service, list.call.operation, list.call.parameters(in: scope),
                token: token, refusal: refusal, context: context)
            return ListedPage(things: try await things(of: page.answer, list, scope).filter(isKept), next: page.next)
        } catch {
            throw error.callError
        }
    }

    private func all(_ parents: ListEntry.Parents, _ scope: Scope) async throws(AWSFailure) -> [Value] {
        guard let call = parents.call else { return parents.values }
        let pages = try await answers(to: call, scope)
        let items = ValuePath(parents.items)
        return parents.values + pages.flatMap { items.pick(from: .object($0), scope)?.list ?? [] }
    }

    private func things(
        of answer: ObjectValue, _ list: ListEntry, _ scope: Scope
    ) async throws(AWSFailure) -> [SeenThing] {
        var things: [SeenThing] = []
        for item in ValuePath(list.items).pick(from: .object(answer), scope)?.list ?? [] {
            do throws(CallError) {
                if let seen = try await thing(of: item, list, scope) { things.append(seen) }
            } catch {
                throw AWSFailure(.transport(error))
            }
        }
        return things
    }

    private func thing(of item: Value, _ list: ListEntry, _ scope: Scope) async throws(CallError) -> SeenThing? {
        let inner = scope.adding(item.object ?? [:]).adding(named(item)).adding(["item": item])
        let id = list.id.flatMap { inner.expand($0)?.plainText } ?? entry.id.name(in: inner)
        guard let id, let parts = entry.id.parts(of: id) else { return nil }
        if list.isWhole {
            if entry.read.isGone(item) { return nil }
            var thing = try await seen(item, recorded: nil, outputs: parts, further: [])
            thing.id = id
            return thing
        }
        var thing = try await look(recorded: nil, outputs: parts)
        thing?.id = id
        return thing
    }

    /// The fields and outputs that an item gives under their own names.
    private func named(_ item: Value) -> ObjectValue {
        ObjectValue(
            entry.fields.compactMap { field in
                field.from.flatMap { ValuePath($0).pick(from: item) }.map { (field.schema.name, field.decoded($0)) }
            }
                + entry.outputs.compactMap { output in
                    output.value == nil
                        ? ValuePath(output.from).pick(from: item).map { (output.schema.name, $0) } : nil
                })
    }
}
