// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Kills the executable between two calls to moto in the life of a thing, and gives the command again: there is no
/// duplicate and no orphan, and the end is the same.
///
/// One kind for each way in which a lost answer is settled, and a sixteenth of the others, which `CONVERGE_ROTATION`
/// chooses by its number, at three places each. `CONVERGE_KILLS=2` tries all kinds at six places each,
/// `CONVERGE_KILLS=100` at all of them.
@Suite(.enabled(if: MotoScript.isInstalled, "moto is not installed"))
struct AWSKindKillTests {
    private static let sample = [
        "apigateway.Deployment", "apigatewayv2.Route", "athena.NamedQuery", "ec2.Route", "iam.Role", "kms.Alias",
        "kms.Key", "lambda.Version",
        "route53.HostedZone", "s3.Bucket", "sqs.Queue"
    ]
    private static let rotation =
        ProcessInfo.processInfo.environment["CONVERGE_ROTATION"].flatMap { Int($0) } ?? 0
    static let kinds = MotoScript.kinds.enumerated().filter { place, kind in
        Kills.factor > 1 || sample.contains(kind) || place % 16 == rotation % 16
    }.map(\.element)

    private static let kills = MotoScript(
        "kills.py", options: ["--points", "\(3 * Kills.factor)"], kinds: kinds, size: 2)

    @Test(arguments: Self.kinds)
    func `a life on AWS that is killed at a call goes on as if it had not been`(kind: String) async throws {
        let word = try await Self.kills.word(of: kind)
        #expect(word.hasPrefix("survived"), "\(kind): \(word)")
    }
}
