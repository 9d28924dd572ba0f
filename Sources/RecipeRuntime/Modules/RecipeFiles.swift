// SPDX-License-Identifier: Apache-2.0

/// The way to the files beside a recipe that its values are made of.
package struct RecipeFiles: Sendable {
    /// An archive of a folder's files and of texts that are put beside them, as base64; the same for the same content.
    ///
    /// A folder's path is relative to that of the recipe; nil for texts alone.
    let pack: @Sendable (_ folder: String?, _ texts: [(name: String, text: String)]) throws -> String

    package init(
        pack: @escaping @Sendable (_ folder: String?, _ texts: [(name: String, text: String)]) throws -> String
    ) {
        self.pack = pack
    }

    /// Of recipes that lie nowhere.
    package static let none = RecipeFiles { _, _ in throw RecipeFilesAbsent() }
}

/// Nobody gave a way to files.
struct RecipeFilesAbsent: Error, CustomStringConvertible {
    var description: String { "there are no files here" }
}
