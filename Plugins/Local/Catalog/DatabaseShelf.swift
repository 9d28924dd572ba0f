// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// The databases of one connection, each opened and brought to its schema at first need.
final class DatabaseShelf: Sendable {
    private let opener: any DatabaseOpener
    private let opened = Mutex<[String: any Database]>([:])

    init(_ opener: any DatabaseOpener) { self.opener = opener }

    /// The database at a path. The schema may be applied again: callers that race each apply it.
    func database(_ path: String, schema: [DatabaseStatement]) async throws(CallError) -> any Database {
        if let database = opened.withLock({ $0[path] }) { return database }
        let database = try await opener.open(path: path)
        _ = try await database.write(schema)
        opened.withLock { $0[path] = database }
        return database
    }

    /// Forgets the databases below a folder that is taken away.
    func forget(below folder: String) {
        opened.withLock { $0 = $0.filter { !$0.key.hasPrefix(folder + "/") } }
    }
}
