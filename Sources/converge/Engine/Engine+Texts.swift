// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import PluginHost
import RecipeSyntax

extension Engine {
    /// Holds a plugin's own texts to the grammar: a statement that cannot be read would be missing without a word.
    static func checkTexts(of manifest: PluginManifest) throws {
        let problems = try manifest.texts.all().flatMap { text in
            Recipe.parse(SourceText(name: "\(manifest.name):\(text.path)", text.text)).diagnostics
        }
        if !problems.isEmpty { throw Diagnostics(problems) }
    }
}
