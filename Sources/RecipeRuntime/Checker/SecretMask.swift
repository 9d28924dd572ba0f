// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension [Diagnostic] {
    /// With the secrets that a recipe holds in clear masked in every excerpt of their lines.
    package var maskingSecrets: [Diagnostic] {
        let secrets = filter { $0.code == .secretWritten }.compactMap(\.labels.first?.place)
        if secrets.isEmpty { return self }
        return map { diagnostic in
            var diagnostic = diagnostic
            for position in diagnostic.labels.indices {
                for secret in secrets { diagnostic.labels[position].place.mask(secret) }
            }
            return diagnostic
        }
    }
}

extension SourcePlace {
    /// Masks in the excerpt what stands at another place.
    fileprivate mutating func mask(_ secret: SourcePlace) {
        let line = start.line
        guard secret.file == file, secret.start.line <= line, line <= secret.end.line else { return }
        let scalars = Array(excerpt.unicodeScalars)
        let from = secret.start.line == line ? Swift.min(secret.start.column - 1, scalars.count) : 0
        let to = secret.end.line == line ? Swift.min(secret.end.column - 1, scalars.count) : scalars.count
        guard from < to else { return }
        var masked = String.UnicodeScalarView(scalars[..<from])
        masked.append(contentsOf: repeatElement("•", count: to - from))
        masked.append(contentsOf: scalars[to...])
        excerpt = String(masked)
    }
}
