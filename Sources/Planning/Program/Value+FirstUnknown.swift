// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension Value {
    /// The first part that is not known yet.
    package var firstUnknown: UnknownValue? {
        switch self {
        case .unknown(let unknown): return unknown
        case .list(let items): return items.lazy.compactMap(\.firstUnknown).first
        case .object(let object): return object.lazy.compactMap(\.value.firstUnknown).first
        case .template(let template):
            return template.parts.lazy.compactMap { if case .hole(let value) = $0 { value.firstUnknown } else { nil } }
                .first
        case .reference(let reference): return reference.attributes.lazy.compactMap(\.value.firstUnknown).first
        default: return nil
        }
    }
}
