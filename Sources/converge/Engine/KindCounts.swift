// SPDX-License-Identifier: Apache-2.0

/// Names of kinds, counted: each, or where there is less room those of one service together.
enum KindCounts {
    /// `aws.ec2.Vpc, aws.ec2.Subnet ×4`
    static func each(_ kinds: [String]) -> String { text(counted(kinds, by: { $0 })) }

    /// `aws.ec2 ×5, aws.redshift.Cluster`: by name where there is one of a service alone.
    static func byService(_ kinds: [String]) -> String {
        let services = counted(kinds, by: service)
        return text(
            services.map { name, count in
                (count == 1 ? kinds.first { service(of: $0) == name } ?? name : name, count)
            })
    }

    /// Each name once.
    static func names(_ kinds: [String]) -> [String] { counted(kinds, by: { $0 }).map(\.name) }

    private static func service(of kind: String) -> String {
        kind.split(separator: ".").dropLast().joined(separator: ".")
    }

    private static func counted(_ kinds: [String], by name: (String) -> String) -> [(name: String, count: Int)] {
        var counts: [(name: String, count: Int)] = []
        for kind in kinds.map(name) {
            if let place = counts.firstIndex(where: { $0.name == kind }) {
                counts[place].count += 1
            } else {
                counts.append((kind, 1))
            }
        }
        return counts
    }

    private static func text(_ counts: [(name: String, count: Int)]) -> String {
        counts.map { $0.count == 1 ? $0.name : "\($0.name) ×\($0.count)" }.joined(separator: ", ")
    }
}
