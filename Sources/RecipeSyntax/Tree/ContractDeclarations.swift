// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// `capability name { … }`: its body holds `param`, `let`, `output`, `feature`, `offers` and `access`.
package struct CapabilityDeclaration: Sendable, Hashable {
    package var name: Name
    package var body: Block
    package var range: SourceRange
}

/// `feature name when condition "doc"` in a capability.
package struct FeatureDeclaration: Sendable, Hashable {
    package var name: Name
    package var condition: Expression?
    package var doc: PlainText?
    package var range: SourceRange
}

/// `offers Facet, …` in a capability.
package struct OffersStatement: Sendable, Hashable {
    package var facets: [Name]
    package var range: SourceRange
}

/// `access level, …` in a capability.
package struct AccessStatement: Sendable, Hashable {
    package var levels: [Name]
    package var range: SourceRange
}

/// `shape name { param … }`: a record type.
package struct ShapeDeclaration: Sendable, Hashable {
    package var name: Name
    package var body: Block
    package var range: SourceRange
}

/// `mapping capability on provider service "S3" version 3 { … }`
package struct MappingDeclaration: Sendable, Hashable {
    package var capability: Name
    package var provider: Name
    package var service: PlainText
    package var version: Int64
    package var versionRange: SourceRange
    package var body: Block
    package var range: SourceRange
}

/// `lacks feature "why"` in a mapping.
package struct LacksStatement: Sendable, Hashable {
    package var feature: Name
    package var reason: StringLiteral
    package var range: SourceRange
}
