// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

/// Declarations of what is gone: taken out, where nothing of what they declare is there any more.
extension DriftEdit {
    /// What takes the declaration out of a thing that is gone; nothing where another part of it has done so.
    mutating func removal(of address: Address) -> Result<[Replacement], Reason> {
        let name = String(address.text.prefix { $0 != "/" && $0 != "[" })
        let owner = Address(String(address.text.prefix { $0 != "/" }))
        let declarations = statements.compactMap { statement -> ResourceDeclaration? in
            if case .resource(let node) = statement, node.name.text == name, declares(node, owner) { node } else { nil }
        }
        guard let declaration = declarations.first else {
            return .failure(
                Reason(
                    text:
                        "it is gone, and what declares it stands elsewhere or for several\(place(of: name)): change that, "
                        + "or `apply` makes it again"))
        }
        if let reason = things.kept[name] {
            return .failure(
                Reason(text: "it is gone, and \(reason): take both out, or `apply` makes it again"))
        }
        let parts = things.recorded.filter { $0 == owner || $0.text.hasPrefix("\(owner)/") }
        if let other = parts.subtracting(things.gone).min() {
            return .failure(
                Reason(text: "it is gone, and \(other) of \(name)\(place(of: name)) is there: `apply` makes it again"))
        }
        guard removed.insert(owner).inserted else { return .success([]) }
        return .success([Replacement(range: whole(declaration), text: "")])
    }

    /// A declaration with what would be left of its line.
    private func whole(_ declaration: ResourceDeclaration) -> SourceRange {
        let bytes = source.utf8
        let isBlank = { (byte: UInt8) in [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")].contains(byte) }
        let newline = UInt8(ascii: "\n")
        var lower = Int(declaration.range.lower)
        var upper = Int(declaration.range.upper)
        let lineStart = bytes[..<lower].lastIndex(of: newline).map { $0 + 1 } ?? 0
        let lineEnd = bytes[upper...].firstIndex(of: newline) ?? bytes.count
        let rest = bytes[upper..<lineEnd].drop(while: isBlank)
        if rest.first == UInt8(ascii: ";") {
            upper = rest.startIndex + 1
            while upper < lineEnd, isBlank(bytes[upper]) { upper += 1 }
        } else if rest.isEmpty || rest.first == UInt8(ascii: "#"), bytes[lineStart..<lower].allSatisfy(isBlank) {
            lower = lineStart
            upper = min(lineEnd + 1, bytes.count)
        }
        return SourceRange(lower, upper)
    }
}
