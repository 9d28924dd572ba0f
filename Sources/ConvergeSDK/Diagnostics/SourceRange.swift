// SPDX-License-Identifier: Apache-2.0

/// A half-open range of UTF-8 offsets in one source text.
@frozen
public struct SourceRange: Sendable, Hashable {
    /// The offset of the first byte.
    public var lower: UInt32
    /// The offset behind the last byte.
    public var upper: UInt32

    @inlinable
    public init(_ lower: Int, _ upper: Int) {
        self.lower = UInt32(clamping: lower)
        self.upper = UInt32(clamping: Swift.max(lower, upper))
    }

    /// The smallest range that holds both.
    @inlinable
    public func union(_ other: SourceRange) -> SourceRange {
        SourceRange(Int(Swift.min(lower, other.lower)), Int(Swift.max(upper, other.upper)))
    }
}
