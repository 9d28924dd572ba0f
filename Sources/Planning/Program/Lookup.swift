// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// `lookup KIND { … }`: an existing thing that a recipe reads when it is planned, and does not manage.
package struct Lookup: Sendable, Hashable {
    package let kind: String
    package let provider: ProviderUse
    /// Fields and outputs of the thing, and what each must be.
    package let query: ObjectValue

    package init(kind: String, provider: ProviderUse, query: ObjectValue) {
        self.kind = kind
        self.provider = provider
        self.query = query
    }
}

/// What was found: fields and outputs in one object each.
package typealias LookupResults = [Lookup: ObjectValue]
