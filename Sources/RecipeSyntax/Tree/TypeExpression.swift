// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// A type as it is written: `Int`, `List<String>?`, `aws.s3.Bucket`.
package struct TypeExpression: Sendable, Hashable {
    package var name: DottedName
    package var arguments: [TypeExpression]
    /// Written with `?`: may be null.
    package var isOptional: Bool
    package var range: SourceRange
}
