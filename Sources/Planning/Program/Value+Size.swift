// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension Value {
    /// About how many bytes the value takes as text; found without making it.
    package var roughSize: Int {
        switch self {
        case .string(let text): text.utf8.count + 2
        case .list(let items): items.reduce(2) { $0 + $1.roughSize + 1 }
        case .object(let object): object.entries.reduce(2) { $0 + $1.key.utf8.count + $1.value.roughSize + 4 }
        case .template(let template):
            template.parts.reduce(16) { size, part in
                switch part {
                case .text(let text): size + text.utf8.count
                case .hole(let value): size + value.roughSize
                }
            }
        case .reference(let reference): 32 + reference.name.utf8.count + Value.object(reference.attributes).roughSize
        default: 16
        }
    }
}
