// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Testing

struct NotesTests {
    @Test func `many notes at once are each made once`() async throws {
        try await LocalPlatform.with { platform in
            let provider = try await platform.connect()
            let ids = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<1000 {
                    group.addTask {
                        let made = try await provider.create(
                            CreateRequest(
                                kind: "local.Note",
                                identity: ResourceIdentity(
                                    environment: "default", module: "test", address: Address("n\(number)")),
                                inputs: ["text": .string("note \(number)")],
                                context: LocalPlatform.context("t\(number)")))
                        return made.outputs["id"]?.string ?? ""
                    }
                }
                var ids: Set<String> = []
                for try await id in group { ids.insert(id) }
                return ids
            }
            #expect(ids.count == 1000)
            var listed: [String] = []
            var page: String?
            repeat {
                let answer = try await provider.list(
                    ListRequest(kind: "local.Note", pageToken: page, context: LocalPlatform.context()))
                listed += answer.items.map(\.id)
                page = answer.nextPageToken
            } while page != nil
            #expect(Set(listed) == ids)
            #expect(listed.count == 1000)
        }
    }

    @Test func `a kind or facet that is not there is refused by name`() async throws {
        try await LocalPlatform.with { platform in
            let error = await #expect(throws: CallError.self) {
                try await platform.connect().list(ListRequest(kind: "local.Nota", context: LocalPlatform.context()))
            }
            #expect(error?.diagnostic.help == ["did you mean 'local.Note'?"])
            let unsupported = await #expect(throws: CallError.self) {
                try await platform.facet((any ModelHost).self, "ModelHost", of: "local.Lake")
            }
            #expect(unsupported?.reason == .unsupported(feature: "ModelHost"))
        }
    }
}
