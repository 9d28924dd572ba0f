// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// Texts of a manifest, each read when it is asked for, and not kept.
package final class ManifestTexts: Sendable {
    private enum Content {
        case known([PluginText])
        case parts([ManifestPart], [[TextDeclaration]])
    }

    private let content: Content

    /// Texts that are known whole.
    package init(_ texts: [PluginText]) { content = .known(texts) }

    /// Texts that stand in a manifest.
    ///
    /// - Parameter declarations: Of each.
    init(_ parts: [ManifestPart], _ declarations: [[TextDeclaration]]) { content = .parts(parts, declarations) }

    package var count: Int {
        switch content {
        case .known(let texts): texts.count
        case .parts(let parts, _): parts.count
        }
    }

    package var paths: [String] {
        switch content {
        case .known(let texts): texts.map(\.path)
        case .parts(let parts, _): parts.map(\.name)
        }
    }

    /// What each seems to declare.
    package var declarations: [[TextDeclaration]] {
        switch content {
        case .known(let texts): texts.map(\.declarations)
        case .parts(_, let declarations): declarations
        }
    }

    /// One of them.
    ///
    /// - Parameter position: In the order of `paths`.
    /// - Throws: Where the file was changed by hand meanwhile.
    package func text(_ position: Int) throws(Diagnostic) -> PluginText {
        switch content {
        case .known(let texts): return texts[position]
        case .parts(let parts, _):
            let part = parts[position]
            do throws(ManifestProblem) {
                return PluginText(path: part.name, text: try part.object(named: "path").text("text"))
            } catch {
                throw .unreadableManifest(part.file.path, error.words)
            }
        }
    }

    /// All of them.
    package func all() throws(Diagnostic) -> [PluginText] {
        var texts: [PluginText] = []
        for position in 0..<count { texts.append(try text(position)) }
        return texts
    }
}
