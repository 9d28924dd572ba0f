// SPDX-License-Identifier: Apache-2.0
import Testing

/// The life of one thing of each kind of AWS on moto: apply, an empty plan, a change, drift after a change by boto3 and its
/// repair, replacement, forget and adopt, destroy; boto3 sees each time what the recipe says.
@Suite(.enabled(if: MotoScript.isInstalled, "moto is not installed"))
struct AWSKindLifeTests {
    private static let lives = MotoScript("lifecycle.py", kinds: MotoScript.kinds, size: 7)

    @Test(arguments: MotoScript.kinds)
    func `a thing of AWS lives from its creation to its end`(kind: String) async throws {
        let word = try await Self.lives.word(of: kind)
        #expect(word.hasPrefix("lived"), "\(kind): \(word)")
    }
}
