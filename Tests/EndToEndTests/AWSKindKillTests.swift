// SPDX-License-Identifier: Apache-2.0
import Testing

/// Kills the executable between two calls of an apply to moto, and applies again: there is no duplicate and no orphan.
///
/// One kind for each way in which a lost answer is settled, at three calls each; with `CONVERGE_KILLS=2` all kinds, at
/// six calls each, and so on.
@Suite(.enabled(if: MotoScript.isInstalled, "moto is not installed"))
struct AWSKindKillTests {
    private static let sample = [
        "apigatewayv2.Route", "ec2.Route", "iam.Role", "kms.Key", "lambda.Version", "route53.HostedZone", "s3.Bucket",
        "sqs.Queue"
    ]
    static let kinds = MotoScript.kinds.filter { Kills.factor > 1 || sample.contains($0) }

    private static let kills = MotoScript(
        "kills.py", options: ["--points", "\(3 * Kills.factor)"], kinds: kinds, size: 2)

    @Test(arguments: Self.kinds)
    func `an apply to AWS that is killed at a call makes everything once`(kind: String) async throws {
        let word = try await Self.kills.word(of: kind)
        #expect(word.hasPrefix("survived"), "\(kind): \(word)")
    }
}
