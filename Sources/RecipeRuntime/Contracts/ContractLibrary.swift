// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax
import Synchronization

/// Finds kinds, capabilities, shapes, step kinds and mappings by name: those of the plugins and those that the recipe's
/// own files declare, which count first.
final class ContractLibrary: Sendable {
    let vocabulary: Vocabulary
    let declared: DeclaredContracts
    private let cache: ContractCache

    init(_ vocabulary: Vocabulary, declared: DeclaredContracts = DeclaredContracts()) {
        self.vocabulary = vocabulary
        self.declared = declared
        cache = declared.isEmpty ? vocabulary.cache : ContractCache()
    }

    /// The type that a name stands for: a shape, a capability or a resource kind.
    func type(named name: String) -> RecipeType? {
        if declared.shapes[name] != nil { return .shape(name) }
        if declared.capabilities[name] != nil || vocabulary.resourceKinds.contains(name) { return .thing(name) }
        if vocabulary.texts.declares(.capability, name) { return .thing(name) }
        return vocabulary.texts.declares(.shape, name) ? .shape(name) : nil
    }

    /// A capability or native kind.
    func kind(named name: String) -> KindContract? {
        cache.value(\.kinds, name) {
            if let origin = vocabulary.resourceKinds[name], declared.capabilities[name] == nil {
                return KindContract(native: origin.schema, plugin: origin.plugin, self)
            }
            return capability(named: name).map { KindContract($0) }
        }
    }

    func step(named name: String) -> StepContract? {
        cache.value(\.steps, name) {
            vocabulary.stepKinds[name].map {
                StepContract($0, executors: vocabulary.executors[name] ?? [], self)
            }
        }
    }

    func capability(named name: String) -> CapabilityContract? {
        cache.value(\.capabilities, name) {
            if let origin = declared.capabilities[name] {
                return CapabilityContract(origin.declaration, plugin: nil, origin.source, self)
            }
            for offset in vocabulary.texts.texts(of: .capability, name) {
                let text = parsed(offset)
                guard let declaration = text.capabilities.first(where: { $0.name.text == name }) else { continue }
                return CapabilityContract(declaration, plugin: text.plugin, text.source, self)
            }
            return nil
        }
    }

    func shape(named name: String) -> ShapeContract? {
        cache.value(\.shapes, name) {
            if let origin = declared.shapes[name] { return ShapeContract(origin.declaration, origin.source, self) }
            for offset in vocabulary.texts.texts(of: .shape, name) {
                let text = parsed(offset)
                guard let declaration = text.shapes.first(where: { $0.name.text == name }) else { continue }
                return ShapeContract(declaration, text.source, self)
            }
            return nil
        }
    }

    /// The mappings of a capability: those of the recipe's files first, then in the order of the plugins' texts.
    func mappings(of capability: String) -> [MappingOrigin] {
        let found = cache.value(\.mappings, capability) {
            var found = declared.mappings.filter { $0.declaration.capability.text == capability }
            for offset in vocabulary.texts.texts(of: .mapping, capability) {
                let text = parsed(offset)
                found += text.mappings.filter { $0.capability.text == capability }.map {
                    MappingOrigin(
                        declaration: $0, source: text.source, plugin: text.plugin, problems: text.diagnostics)
                }
            }
            return found
        }
        return found ?? []
    }

    /// Every name that a resource may have as its kind.
    var resourceKindNames: [String] {
        vocabulary.resourceKinds.names + vocabulary.texts.names(of: .capability)
            + Array(declared.capabilities.keys)
    }

    /// Every name that may stand as a type, beside the simple ones.
    var typeNames: [String] {
        resourceKindNames + vocabulary.texts.names(of: .shape) + Array(declared.shapes.keys)
    }

    /// What is wrong with the plugins' texts that were read so far.
    var problemsOfTexts: [Diagnostic] { vocabulary.cache.parsedTexts.flatMap(\.diagnostics) }

    /// The names of the contracts that a plugin's text declares, in its order.
    func capabilities(inText offset: Int) -> [String] { parsed(offset).capabilities.map(\.name.text) }

    private func parsed(_ offset: Int) -> ParsedText {
        let made = vocabulary.cache.value(\.texts, offset) { ParsedText(vocabulary.texts.texts[offset]) }
        return made ?? ParsedText(vocabulary.texts.texts[offset])
    }

    /// What is compiled of a contract, once: `make` is called outside of any lock, and may be called twice.
    func compiled<T: Sendable>(_ key: String, _ make: () -> T) -> T {
        if let found = cache.compiled.withLock({ $0[key] }), let known = found as? T { return known }
        let made = make()
        cache.compiled.withLock { $0[key] = made }
        return made
    }
}

/// The contracts that the files of a recipe declare.
struct DeclaredContracts: Sendable {
    struct Origin<Declaration: Sendable>: Sendable {
        let declaration: Declaration
        let source: SourceText
    }

    var capabilities: [String: Origin<CapabilityDeclaration>] = [:]
    var shapes: [String: Origin<ShapeDeclaration>] = [:]
    var mappings: [MappingOrigin] = []

    var isEmpty: Bool { capabilities.isEmpty && shapes.isEmpty && mappings.isEmpty }
}

/// A mapping and where it stands.
struct MappingOrigin: Sendable {
    let declaration: MappingDeclaration
    let source: SourceText
    /// Nil where a recipe's file declares it.
    let plugin: String?
    /// What is wrong with a plugin's text that has it; a recipe's file is told by itself.
    var problems: [Diagnostic] = []

    var service: String { declaration.service.text }
    var provider: String { declaration.provider.text }
}

/// A plugin's text as its declarations.
struct ParsedText: Sendable {
    let plugin: String
    let source: SourceText
    var capabilities: [CapabilityDeclaration] = []
    var shapes: [ShapeDeclaration] = []
    var mappings: [MappingDeclaration] = []
    let diagnostics: [Diagnostic]

    init(_ text: PluginTextIndex.Text) {
        plugin = text.plugin
        let name = "\(text.plugin):\(text.text.path)"
        do throws(Diagnostic) {
            source = SourceText(name: name, try text.text.read())
        } catch {
            source = SourceText(name: name, "")
            diagnostics = [error]
            return
        }
        let parsed = Recipe.parse(source)
        diagnostics = parsed.diagnostics
        for statement in parsed.file.statements {
            switch statement {
            case .capability(let node): capabilities.append(node)
            case .shape(let node): shapes.append(node)
            case .mapping(let node): mappings.append(node)
            default: continue
            }
        }
    }
}

/// Contracts that were made once.
final class ContractCache: Sendable {
    struct Content: Sendable {
        var kinds: [String: KindContract] = [:]
        var steps: [String: StepContract] = [:]
        var capabilities: [String: CapabilityContract] = [:]
        var shapes: [String: ShapeContract] = [:]
        var mappings: [String: [MappingOrigin]] = [:]
        var texts: [Int: ParsedText] = [:]
    }

    private let content = Mutex(Content())
    let compiled = Mutex<[String: any Sendable]>([:])

    /// The texts that were read, in their plugins' order.
    var parsedTexts: [ParsedText] {
        content.withLock(\.texts).sorted { $0.key < $1.key }.map(\.value)
    }

    /// The value that was made for a key; `make` is called outside of the lock, so that it may ask for others.
    func value<Key: Hashable, Made: Sendable>(
        _ table: any WritableKeyPath<Content, [Key: Made]> & Sendable, _ key: Key, _ make: () -> Made?
    ) -> Made? {
        if let found = content.withLock({ $0[keyPath: table][key] }) { return found }
        guard let made = make() else { return nil }
        return content.withLock { content in
            if let first = content[keyPath: table][key] { return first }
            content[keyPath: table][key] = made
            return made
        }
    }
}
