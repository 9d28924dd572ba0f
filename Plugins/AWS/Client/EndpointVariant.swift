// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Which of AWS's own endpoints are wanted.
struct EndpointVariant: Sendable, Hashable {
    /// Those whose cryptography is validated by FIPS 140.
    var isFIPS = false
    /// Those that are reached by IPv6, too.
    var isDualStack = false

    /// What the variables say, else the profile.
    init(_ surroundings: Surroundings, _ profile: ProfileFile.Section?) throws(AWSFailure) {
        isFIPS = try Self.isWanted("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", surroundings, profile)
        isDualStack = try Self.isWanted("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint", surroundings, profile)
    }

    /// Its name in the models; nil for what is usual.
    var key: String? {
        switch (isFIPS, isDualStack) {
        case (false, false): nil
        case (true, false): "fips"
        case (false, true): "dual"
        case (true, true): "fips_dual"
        }
    }

    var words: String {
        switch (isFIPS, isDualStack) {
        case (true, true): "FIPS endpoint for IPv6"
        case (true, false): "FIPS endpoint"
        default: "endpoint for IPv6"
        }
    }

    private static func isWanted(
        _ variable: String, _ key: String, _ surroundings: Surroundings, _ profile: ProfileFile.Section?
    ) throws(AWSFailure) -> Bool {
        let origin = surroundings[variable] == nil ? "\(key) of the profile" : variable
        switch (surroundings[variable] ?? profile?.values[key])?.lowercased() {
        case nil, "", "false": return false
        case "true": return true
        case let other?: throw AWSFailure(.settings("\(origin) is '\(other)'; it is true or false"))
        }
    }
}
