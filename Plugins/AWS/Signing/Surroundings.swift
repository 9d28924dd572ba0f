// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation

/// What AWS tools look at to find their settings: variables and files of the user.
struct Surroundings: Sendable {
    var variables: [String: String]
    /// The content of a file; nil where it cannot be read.
    var read: @Sendable (String) -> [UInt8]?
    /// The names of the files in a folder; none where it cannot be read.
    var list: @Sendable (String) -> [String]

    init(
        variables: [String: String], read: @escaping @Sendable (String) -> [UInt8]?,
        list: @escaping @Sendable (String) -> [String]
    ) {
        self.variables = variables
        self.read = read
        self.list = list
    }

    /// Those of this process.
    static var process: Surroundings { files(ProcessInfo.processInfo.environment) }

    /// The files of this machine with given variables.
    static func files(_ variables: [String: String]) -> Surroundings {
        Surroundings(
            variables: variables, read: { path in FileManager.default.contents(atPath: path).map { Array($0) } },
            list: { folder in
                // A folder that is not there holds nothing.
                do { return try FileManager.default.contentsOfDirectory(atPath: folder).sorted() } catch { return [] }
            })
    }

    /// The variable's value; nil where it is not set or empty.
    subscript(name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

    func isTrue(_ name: String) -> Bool { self[name]?.lowercased() == "true" }

    /// A path with `~` replaced by the home folder.
    func expanded(_ path: String) -> String {
        guard path == "~" || path.hasPrefix("~/") else { return path }
        return (self["HOME"] ?? "") + path.dropFirst()
    }

    var configPath: String { expanded(self["AWS_CONFIG_FILE"] ?? "~/.aws/config") }
    var credentialsPath: String { expanded(self["AWS_SHARED_CREDENTIALS_FILE"] ?? "~/.aws/credentials") }
}
