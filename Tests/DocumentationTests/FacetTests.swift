// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What capabilities promise to steps is there.
struct FacetTests {
    @Test func `every facet that is offered or needed is a protocol of the SDK`() throws {
        let declared = Set(
            try Repository.files(below: "Sources/ConvergeSDK/Facets", ["swift"]).flatMap { file in
                try file.text.matches(of: #/public protocol ([A-Za-z]+): Facet/#).map { String($0.output.1) }
            })
        #expect(declared.contains("TableStore"))
        for file in Repository.files(below: "Plugins", ["recipe", "swift"]) {
            for match in try file.text.matches(of: #/(?m)^  offers (.+)$|facets: \[("[^\]]*)\]/#) {
                let names = (match.output.1 ?? match.output.2 ?? "").split { !$0.isLetter }
                for name in names { #expect(declared.contains(String(name)), "\(file.path): \(name)") }
            }
        }
    }
}
