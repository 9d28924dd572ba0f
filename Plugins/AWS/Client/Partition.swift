// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A part of AWS with accounts, hosts and ARNs of its own.
enum Partition: String, Sendable {
    case aws
    case china = "aws-cn"
    case government = "aws-us-gov"

    init(region: String) {
        if region.hasPrefix("cn-") {
            self = .china
        } else if region.hasPrefix("us-gov-") {
            self = .government
        } else {
            self = .aws
        }
    }

    /// What hosts end with.
    var suffix: String { self == .china ? "amazonaws.com.cn" : "amazonaws.com" }
}
