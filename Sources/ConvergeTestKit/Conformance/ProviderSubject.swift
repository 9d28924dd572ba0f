// SPDX-License-Identifier: Apache-2.0
public import ConvergeSDK

/// What the conformance suite needs to know of a provider and one of its kinds.
public struct ProviderSubject: Sendable {
    public var kind: ResourceKindSchema
    /// Inputs of a thing that can be made, every field given.
    public var inputs: ObjectValue
    /// The same with a value changed that is changed in place; nil where the kind has no such field.
    public var changed: ObjectValue?
    /// The same with a create-only value changed; nil where the kind has no such field.
    public var replaced: ObjectValue?
    /// Inputs that hold `secret` somewhere; nil for `inputs` with the secret in its first text.
    public var withSecret: ObjectValue?
    /// A secret that `services` know.
    public var secret: SecretReference
    /// Its text, which must turn up nowhere.
    public var secretText: String
    /// What the host lends. Nobody else works on the same platform while it is checked: things are counted.
    public var services: any HostServices
    /// Connects a provider to the platform. Called again and again: what the last connection made is there for the next.
    public var connect: @Sendable (any HostServices) async throws(CallError) -> any Provider

    public init(
        kind: ResourceKindSchema, inputs: ObjectValue, changed: ObjectValue? = nil, replaced: ObjectValue? = nil,
        withSecret: ObjectValue? = nil, secret: SecretReference, secretText: String, services: any HostServices,
        connect: @escaping @Sendable (any HostServices) async throws(CallError) -> any Provider
    ) {
        self.kind = kind
        self.inputs = inputs
        self.changed = changed
        self.replaced = replaced
        self.withSecret = withSecret
        self.secret = secret
        self.secretText = secretText
        self.services = services
        self.connect = connect
    }
}
