// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// A declared resource after expansion.
///
/// It is filled while a program is built, by one thread, and only read afterwards: that is why it may be shared
/// (`@unchecked` says no more than this).
final class ResourceInstance: @unchecked Sendable {
    let address: Address
    let code: ResourceCode
    /// The position of its declaration in the module.
    let declaration: Int
    let scope: ScopeInstance
    let key: String?
    /// The connection whose provider makes it.
    let alias: String
    /// The module that declares it; it holds this instance.
    unowned let home: ModuleInstance
    /// Set for capabilities: the module that fulfils it.
    private(set) var mapping: ModuleInstance?
    private var settledFields: [Int: (value: Value, reads: Reads)]
    /// All inputs, once they are final.
    private(set) var inputs: ObjectValue?
    private(set) var dependencies: [Address] = []
    /// What its meta fields say, with what those of a capability around say for it.
    private(set) var terms = ResourceTerms()
    /// Native resources that `@needs` names, here or at a capability around.
    var needs: Set<Address> = []
    /// The rules of its kind that its inputs do not decide before outputs are known.
    var openRules: [Int] = []

    init(
        address: Address, code: ResourceCode, declaration: Int, scope: ScopeInstance, key: String?, alias: String,
        home: ModuleInstance
    ) {
        self.address = address
        self.code = code
        self.declaration = declaration
        self.scope = scope
        self.key = key
        self.alias = alias
        self.home = home
        settledFields = [:]
    }

    var reference: Value { .reference(Reference(type: code.contract.name, resource: address)) }

    func settled(_ position: Int) -> (value: Value, reads: Reads)? {
        settledFields.isEmpty ? nil : settledFields[position]
    }

    func settle(_ position: Int, _ value: Value, _ reads: Reads) { settledFields[position] = (value, reads) }

    func settle(inputs: ObjectValue?, dependencies: [Address]) {
        self.inputs = inputs
        self.dependencies = dependencies
    }

    func settle(_ terms: ResourceTerms) { self.terms = terms }

    /// The exemption from a policy, named in full or as its own module does.
    func exemption(from policy: String) -> PolicyExemption? {
        if terms.exemptions.isEmpty { return nil }
        return terms.exemptions[policy] ?? policy.split(separator: ".").last.flatMap { terms.exemptions[String($0)] }
    }

    /// The service and version of the mapping.
    private(set) var service = ""
    private(set) var mappingVersion = 0

    func fulfil(by mapping: ModuleInstance, service: String, version: Int) {
        self.mapping = mapping
        self.service = service
        mappingVersion = version
    }

    /// True where a field is not left to its default.
    func gives(_ position: Int) -> Bool {
        code.fields[position] != nil || home.owner != nil && override(code.contract.fields[position].name) != nil
    }

    /// The value that `@native` of the capability around gives to a field.
    func override(_ field: String) -> (FieldCode, ScopeInstance)? {
        guard let owner = home.owner, let meta = owner.code.meta else { return nil }
        for override in meta.native where override.child == code.name {
            if let found = override.fields.last(where: { $0.name == field }) { return (found.1, owner.scope) }
        }
        return nil
    }

    /// The native resources that it is or consists of.
    var natives: [Address] {
        guard let mapping else { return [address] }
        return mapping.natives
    }
}
