// SPDX-License-Identifier: Apache-2.0

/// The version of the contract between host and plugins.
public enum SDKVersion {
    /// Raised when plugins must be built anew.
    public static let major = 1
    /// Raised when something was added.
    public static let minor = 0
    /// The compiler that built this SDK, as far as binary compatibility asks.
    public static var compiler: String {
        #if compiler(>=6.4)
            "swift-6.4"
        #elseif compiler(>=6.3)
            "swift-6.3"
        #else
            "swift-6.2"
        #endif
    }
    /// The architecture that this SDK was built for.
    public static var architecture: String {
        #if arch(x86_64)
            "x86_64"
        #elseif arch(arm64)
            "aarch64"
        #else
            "unknown"
        #endif
    }
    /// What a plugin and its host must agree on.
    public static var fingerprint: String { "sdk-\(major) \(compiler) \(architecture) evolution" }
}
