// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What each mapping of AWS makes on moto: made by default, changed to all that may be asked for together, and deleted;
/// the second plan after each apply is empty.
///
/// With `CONVERGE_MAPPINGS=all` it is changed to each optional parameter alone as well, and each form is also made and
/// deleted by itself.
@Suite(.enabled(if: MotoScript.isInstalled, "moto is not installed"))
struct AWSMappingLifeTests {
    private static let isWhole = ProcessInfo.processInfo.environment["CONVERGE_MAPPINGS"] == "all"
    private static let lives = MappingLives(isWhole: isWhole)

    @Test(arguments: MappingLives.names)
    func `a mapping of AWS lives in every form that can be asked for`(name: String) async throws {
        let word = try await Self.lives.word(of: name)
        #expect(word.hasPrefix("lived"), "\(name): \(word)")
    }
}
