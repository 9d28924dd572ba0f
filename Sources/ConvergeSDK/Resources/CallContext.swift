// SPDX-License-Identifier: Apache-2.0

/// Names one intended effect for ever: a repeat with the same token has no second effect.
public struct OperationToken: Sendable, Hashable, CustomStringConvertible {
    /// 32 lower-case hexadecimal digits.
    public let text: String

    public init(_ text: String) { self.text = text }

    public var description: String { text }
}

/// Which piece of work a call belongs to; log lines and progress are filed under it.
public struct CallContext: Sendable, Hashable {
    public var token: OperationToken
    /// The run, such as `apply-12`.
    public var run: String
    /// The address or step name inside the run.
    public var operation: String
    /// When the caller stops waiting; nil for no limit.
    public var deadline: Timestamp?

    public init(token: OperationToken, run: String, operation: String, deadline: Timestamp? = nil) {
        self.token = token
        self.run = run
        self.operation = operation
        self.deadline = deadline
    }
}

/// The identity of a resource row: an environment, the module that declared it, and its address there.
public struct ResourceIdentity: Sendable, Hashable, CustomStringConvertible {
    public var environment: String
    public var module: String
    public var address: Address

    public init(environment: String, module: String, address: Address) {
        self.environment = environment
        self.module = module
        self.address = address
    }

    public var description: String { "\(environment)/\(module)/\(address)" }
}
