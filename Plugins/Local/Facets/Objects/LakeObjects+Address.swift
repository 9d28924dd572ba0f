// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension LakeObjects {
    /// Contents lie under their digests, which no browser knows what to do with. So an object that somebody wants to
    /// open gets a link with the last part of its key for a name, in a folder that no other key has.
    func address(_ request: ObjectAddressRequest) async throws(CallError) -> String {
        try checkCancellation()
        try check(key: request.key)
        guard let row = try await find(request.key, version: nil, try await database()), let file = row.last?.string
        else { throw .noSuchObject(request.key) }
        let link = link(to: request.key)
        try LocalFiles.makeFolder(folder + "/links")
        try LocalFiles.makeFolder(link.folder)
        try LocalFiles.link("../../objects/" + file, at: link.path)
        return LocalFiles.url(of: link.path)
    }

    /// Where an object's link is, if there is one.
    func link(to key: String) -> (folder: String, path: String) {
        let mark = hexadecimal(platform.services.hashing.sha256(Array(key.utf8))).prefix(16)
        let place = "\(folder)/links/\(mark)"
        return (place, place + "/" + (key.split(separator: "/").last ?? "object"))
    }

    /// Points the link of an object at its new content, where it has one.
    func relink(_ key: String, to file: String) throws(CallError) {
        let link = link(to: key)
        guard try LocalFiles.isFolder(link.folder) else { return }
        try LocalFiles.link("../../objects/" + file, at: link.path)
    }
}
