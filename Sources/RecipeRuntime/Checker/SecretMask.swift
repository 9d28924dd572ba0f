// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension [Diagnostic] {
    /// With the secrets that a recipe holds in clear masked in every excerpt of their lines.
    package var maskingSecrets: [Diagnostic] {
        let secrets = filter { $0.code == .secretWritten }.compactMap(\.labels.first?.place)
        if secrets.isEmpty { return self }
        let lastFirst = secrets.sorted { $0.start > $1.start }
        return map { diagnostic in
            var diagnostic = diagnostic
            for position in diagnostic.labels.indices {
                // From the last on, so that the columns of those before it stay what they are.
                for secret in lastFirst { diagnostic.labels[position].place.mask(secret) }
            }
            return diagnostic
        }
    }
}

extension SourcePlace {
    /// What stands for a secret, however long that is.
    private static let mask = "***"

    /// Masks in the excerpt what stands at another place; what is marked on that line moves with its text.
    fileprivate mutating func mask(_ secret: SourcePlace) {
        let line = start.line
        guard secret.file == file, secret.start.line <= line, line <= secret.end.line else { return }
        let scalars = Array(excerpt.unicodeScalars)
        let first = excerptColumn
        let offset = { (column: Int) in Swift.min(Swift.max(column - first, 0), scalars.count) }
        let from = secret.start.line == line ? offset(secret.start.column) : 0
        let to = secret.end.line == line ? offset(secret.end.column) : scalars.count
        guard from < to else { return }
        var masked = String.UnicodeScalarView(scalars[..<from])
        masked.append(contentsOf: Self.mask.unicodeScalars)
        masked.append(contentsOf: scalars[to...])
        excerpt = String(masked)
        func moved(_ position: SourcePosition) -> SourcePosition {
            guard position.line == line, position.column - first > from else { return position }
            let column = Swift.max(position.column - first - (to - from), from) + Self.mask.count + first
            return SourcePosition(line: line, column: column)
        }
        (start, end) = (moved(start), moved(end))
    }
}
