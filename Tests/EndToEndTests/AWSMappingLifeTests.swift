// SPDX-License-Identifier: Apache-2.0
import Testing

/// What mappings of AWS make on moto: made by default, changed to all that may be asked for together, and deleted, so that
/// nothing is left. The second plan after each apply is empty, and a change by boto3 is shown and put right.
///
/// With `CONVERGE_MAPPINGS=all` each is changed to each optional parameter alone as well, and each form also made and
/// deleted by itself.
@Suite(.enabled(if: MotoScript.isInstalled, "moto is not installed"))
struct AWSMappingLifeTests {
    private static let lives = MappingLives(isWhole: MappingLives.isWhole)

    @Test func `there are mappings to try`() { #expect(!MappingLives.names.isEmpty) }

    @Test(arguments: MappingLives.names)
    func `a mapping of AWS lives in every form that can be asked for`(name: String) async throws {
        let word = try await Self.lives.word(of: name)
        #expect(word.hasPrefix("lived"), "\(name): \(word)")
    }
}
