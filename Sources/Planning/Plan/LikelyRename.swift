// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// A deletion and a creation that look like one thing under another name.
package struct LikelyRename: Sendable, Hashable {
    /// What is declared no more, and what is declared in its place, as the recipe names them.
    package let former: Address
    package let new: Address
    /// The rows that would move, by their new addresses: one for a thing, several for a capability's.
    package let moves: [Address: Address]
    /// Where the new one is declared.
    package let place: SourcePlace
    /// For all that a loop declares: the key as it is written there.
    var key: String?

    /// The edit that makes it a move.
    package var edit: String {
        // Inside of a module an address without the stroke is the module's.
        if let key { return "@formerly: \(former.text)[\(key)]" }
        let stroke = new.text.contains("/") ? "/" : ""
        let isPlain = stroke.isEmpty && !former.text.contains("/")
        return "@formerly: \(isPlain ? former.text : Value.string(stroke + former.text).literal)"
    }

    /// - Parameter snapshot: Has what is deleted.
    static func find(
        among changes: [PlannedChange], _ snapshot: LedgerSnapshot, _ program: Program
    ) -> [LikelyRename] {
        var wholes: Set<String> = []
        var places: [Address: SourcePlace] = [:]
        for node in program.resources {
            places[node.address] = node.place
            if case .composite = node.form { wholes.insert(node.address.text) }
        }
        for record in snapshot.records.values where record.composite != nil {
            wholes.insert(record.identity.address.text)
        }
        var leaving: [Likeness: [Address]] = [:]
        for change in changes where change.action == .delete && change.successor == nil {
            guard let record = snapshot.records[change.address], record.status == .ready else { continue }
            leaving[
                Likeness(change.kind, change.provider, record.inputs, part(of: change.address, wholes)), default: []
            ]
            .append(change.address)
        }
        if leaving.isEmpty { return [] }
        var coming: [Likeness: [Address]] = [:]
        for change in changes where change.action == .create && snapshot.records[change.address] == nil {
            let likeness = Likeness(change.kind, change.provider, change.inputs, part(of: change.address, wholes))
            coming[likeness, default: []].append(change.address)
        }
        var groups: [Pair: [Address: Address]] = [:]
        for (likeness, former) in leaving {
            // Where several look the same nobody can tell which is which.
            guard former.count == 1, let new = coming[likeness], new.count == 1 else { continue }
            groups[Pair(former[0], new[0], likeness.part), default: [:]][new[0]] = former[0]
        }
        let single = groups.compactMap { pair, moves -> LikelyRename? in
            guard let place = places[Address(pair.new)] ?? moves.keys.sorted().first.flatMap({ places[$0] }) else {
                return nil
            }
            return LikelyRename(
                former: Address(pair.former), new: Address(pair.new), moves: moves, place: place)
        }
        return ofLoops(single).sorted { $0.new < $1.new }
    }

    /// Those of one loop as one rename.
    private static func ofLoops(_ renames: [LikelyRename]) -> [LikelyRename] {
        struct Loop: Hashable {
            let former: String
            let new: String
            let place: SourcePlace
        }
        var (others, loops): ([LikelyRename], [Loop: LikelyRename]) = ([], [:])
        for rename in renames {
            guard let former = Keyed(rename.former), let new = Keyed(rename.new), former.key == new.key,
                let key = new.written(in: rename.place.excerpt)
            else {
                others.append(rename)
                continue
            }
            let loop = Loop(former: former.name, new: new.name, place: rename.place)
            let moves = rename.moves.merging(loops[loop]?.moves ?? [:]) { own, _ in own }
            loops[loop] = LikelyRename(
                former: Address(former.name), new: Address(new.name), moves: moves, place: rename.place, key: key)
        }
        return others + loops.values
    }

    /// An address that a loop gave: `note["a"]`.
    private struct Keyed {
        let name: String
        let key: String

        init?(_ address: Address) {
            guard !address.text.contains("/"), address.text.hasSuffix("]"),
                let bracket = address.text.firstIndex(of: "[")
            else { return nil }
            name = String(address.text[..<bracket])
            key = String(address.text[bracket...].dropFirst().dropLast())
        }

        /// The key's expression in the line that declares it; nil where it is not there as a whole.
        func written(in line: String) -> String? {
            guard let range = line.firstRange(of: " \(name)[") else { return nil }
            var depth = 1
            var text = ""
            for character in line[range.upperBound...] {
                if character == "[" { depth += 1 }
                if character == "]" { depth -= 1 }
                if depth == 0 { return text }
                text.append(character)
            }
            return nil
        }
    }

    /// Which part of a capability's a thing is; nil for one by itself.
    private static func part(of address: Address, _ wholes: Set<String>) -> String? {
        var head = address.text
        while let stroke = head.lastIndex(of: "/") {
            head = String(head[..<stroke])
            if wholes.contains(head) { return String(address.text.dropFirst(head.count)) }
        }
        return nil
    }

    /// What two things have in common that are likely the same one: all but the address.
    private struct Likeness: Hashable {
        let kind: String
        let alias: String
        let inputs: [String: Value]
        /// The part of a capability that it is; nil for a thing by itself.
        let part: String?

        init(_ kind: String, _ provider: ProviderUse, _ inputs: ObjectValue, _ part: String?) {
            (self.kind, alias) = (kind, provider.alias)
            self.inputs = Dictionary(
                inputs.filter { !$0.value.isNull }.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
            self.part = part
        }
    }

    /// The names of both without the part that they share.
    private struct Pair: Hashable {
        let former: String
        let new: String

        init(_ former: Address, _ new: Address, _ part: String?) {
            func whole(_ address: Address) -> String { String(address.text.dropLast(part?.count ?? 0)) }
            (self.former, self.new) = (whole(former), whole(new))
        }
    }
}
