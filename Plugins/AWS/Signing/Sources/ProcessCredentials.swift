// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation

/// Credentials that a program prints: `credential_process` of a profile. It is run as it is, without a shell.
struct ProcessCredentials: CredentialSource {
    let command: String
    let profile: String
    let services: any HostServices

    func credentials(_ context: CallContext) async throws(AWSFailure) -> Credentials {
        let words = Self.words(command)
        guard let words, let program = words.first else {
            throw AWSFailure(.settings("credential_process of profile '\(profile)' has an open quote or no program"))
        }
        let origin = "credential_process of profile '\(profile)'"
        // Whatever it prints, to standard error too, may hold secrets that nobody has named.
        var request = ProcessRequest(
            command: words, workingFolder: FileManager.default.currentDirectoryPath, timeout: .seconds(60))
        request.masksOutput = false
        let result: ProcessResult
        do throws(CallError) { result = try await services.processes.run(request) } catch {
            if error.reason == .cancelled { throw .cancelled }
            throw AWSFailure(.credentialSource("\(origin): \(error.diagnostic.message)", help: error.diagnostic.help))
        }
        guard result.exitCode == 0 else {
            let end = result.exitCode.map { "exit code \($0)" } ?? "signal \(result.signal ?? 0)"
            throw AWSFailure(
                .credentialSource("\(origin) ended with \(end)", help: ["run '\(program)' by hand and see"]))
        }
        return try CredentialDocument.credentials(result.output, origin: origin, tokenName: "SessionToken")
    }

    /// The words of a command line, with quotes and backslashes as a shell reads them, and nothing else of a shell's;
    /// nil for an open quote.
    static func words(_ line: String) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var isEscaped = false
        for letter in line {
            switch letter {
            case _ where isEscaped:
                word = (word ?? "") + String(letter)
                isEscaped = false
            case "\\" where quote != "'": isEscaped = true
            case _ where letter == quote: quote = nil
            case "\"" where quote == nil, "'" where quote == nil:
                quote = letter
                word = word ?? ""
            case _ where quote == nil && letter.isWhitespace:
                if let ended = word { words.append(ended) }
                word = nil
            default: word = (word ?? "") + String(letter)
            }
        }
        if let word { words.append(word) }
        return quote == nil && !isEscaped ? words : nil
    }
}
