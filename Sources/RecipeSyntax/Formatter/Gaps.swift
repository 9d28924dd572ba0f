// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension PieceList {
    /// True where a space stands between two neighbours on one line.
    func hasSpace(_ left: Int, _ right: Int) -> Bool {
        let (before, after) = (pieces[left], pieces[right])
        switch after.role {
        case .comma, .separator, .colon, .dot, .question, .openAngle, .closeAngle, .openCall, .closeCall, .closeGroup,
            .closeIndex, .closeList:
            return false
        case .openIndex where before.role != .openObject && before.role != .separator:
            return false
        case .closeObject, .closeBlock:
            return before.role != .openObject && before.role != .openBlock
        default:
            break
        }
        switch before.role {
        case .dot, .prefix, .openAngle, .openCall, .openGroup, .openIndex, .openList: return false
        case .flag: return after.flags.contains(.blankBefore)
        default: return true
        }
    }
}
