// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The user's shared config and credentials files.
struct Profiles: Sendable {
    let configPath: String
    let credentialsPath: String
    private let config: ProfileFile
    private let credentials: ProfileFile

    /// Files that are not there are as empty ones.
    init(_ surroundings: Surroundings) throws(AWSFailure) {
        configPath = surroundings.configPath
        credentialsPath = surroundings.credentialsPath
        config = try Self.file(configPath, surroundings)
        credentials = try Self.file(credentialsPath, surroundings)
    }

    private static func file(_ path: String, _ surroundings: Surroundings) throws(AWSFailure) -> ProfileFile {
        guard let bytes = surroundings.read(path) else { return ProfileFile() }
        do throws(ProfileFile.Fault) { return try ProfileFile(bytes) } catch {
            throw AWSFailure(.settings("\(path), line \(error.line): \(error.reason)"))
        }
    }

    /// What both files say of a profile; nil where neither knows it.
    func profile(_ name: String) -> ProfileFile.Section? {
        let inConfig = config.sections["profile " + name] ?? (name == "default" ? config.sections["default"] : nil)
        let inCredentials = credentials.sections[name]
        guard let first = inConfig ?? inCredentials else { return nil }
        return inConfig == nil ? first : inCredentials.map { first.merging($0) } ?? first
    }

    func session(_ name: String) -> ProfileFile.Section? { config.sections["sso-session " + name] }

    func services(_ name: String) -> ProfileFile.Section? { config.sections["services " + name] }

    /// The names of all profiles, in order.
    var names: [String] {
        let inConfig = config.sections.keys.compactMap { name -> String? in
            if name == "default" { return name }
            return name.hasPrefix("profile ") ? String(name.dropFirst("profile ".count)) : nil
        }
        return Set(inConfig).union(credentials.sections.keys).sorted()
    }

    /// Why a profile cannot be used that neither file knows.
    func missing(_ name: String) -> AWSFailure {
        let nearest = NearestName.find(name, in: names).map { "; did you mean '\($0)'?" } ?? ""
        return AWSFailure(
            .settings("there is no profile '\(name)' in \(configPath) or \(credentialsPath)\(nearest)"))
    }
}
