// SPDX-License-Identifier: Apache-2.0

/// The looks of the editor's parts, as the parameters of a terminal's SGR sequence; empty means plain.
struct Theme: Sendable, Equatable {
    /// False where the terminal or the user wants no colour: only inverse video is left then.
    let usesColor: Bool

    static let colored = Theme(usesColor: true)
    static let plain = Theme(usesColor: false)

    private func color(_ code: String) -> String { usesColor ? code : "" }

    var prompt: String { color("1;36") }
    var faint: String { color("90") }
    var substitute: String { color("31;1") }
    var required: String { color("33") }
    /// The chosen item of a menu.
    var chosen: String { "7" }

    func code(for style: SemanticStyle) -> String {
        switch style {
        case .plain: ""
        case .keyword: color("1;34")
        case .kind: color("36")
        case .unknownKind: color("31")
        case .field: color("94")
        case .string: color("32")
        case .number: color("33")
        case .comment: color("90")
        case .error: color("4;31")
        }
    }
}
