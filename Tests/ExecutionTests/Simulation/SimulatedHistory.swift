// SPDX-License-Identifier: Apache-2.0

/// A recipe and what its author makes of it, edit after edit, as a seed has it.
struct SimulatedHistory: Sendable {
    struct Step: Sendable {
        let module: SimulatedModule
        /// True where a protected thing would go, so that the plan must be refused.
        let isRefused: Bool
    }

    private(set) var steps: [Step] = []
    private var module = SimulatedModule()
    private var nextNumber = 0

    init(seed: UInt64) {
        var generator = SeededGenerator(seed)
        // Some have so many of a kind that they are listed.
        for _ in 0..<(generator.chance(4) ? 21 + generator.below(4) : 1 + generator.below(6)) { add(&generator) }
        steps.append(Step(module: module, isRefused: false))
        for _ in 0..<(1 + generator.below(4)) {
            if generator.chance(15), let refused = breach(&generator) {
                steps.append(Step(module: refused, isRefused: true))
            }
            for _ in 0...generator.below(3) { edit(&generator) }
            steps.append(Step(module: module, isRefused: false))
        }
        if generator.chance(30) {
            for index in module.resources.indices { module.resources[index].isProtected = false }
            steps.append(Step(module: module, isRefused: false))
            steps.append(Step(module: SimulatedModule(), isRefused: false))
        }
    }

    private mutating func add(_ generator: inout SeededGenerator) {
        let others = module.resources.map(\.number)
        var resource = SimulatedModule.Resource(
            number: nextNumber, text: Self.text(&generator, others), isNamed: generator.chance(40))
        if generator.chance(20) { resource.need = generator.pick(others) }
        resource.isProtected = generator.chance(10)
        resource.createsFirst = generator.chance(30)
        nextNumber += 1
        module.resources.append(resource)
    }

    private static func text(
        _ generator: inout SeededGenerator, _ others: [Int]
    ) -> SimulatedModule.Resource.Text {
        if generator.chance(55), let other = generator.pick(others) {
            return .output(generator.chance(60) ? "id" : "stamp", of: other)
        }
        return .literal(generator.below(1000))
    }

    private mutating func edit(_ generator: inout SeededGenerator) {
        let index = generator.below(module.resources.count)
        guard module.resources.indices.contains(index) else { return add(&generator) }
        let resource = module.resources[index]
        let before = steps.last { !$0.isRefused }?.module.resources.first { $0.number == resource.number }
        switch generator.below(8) {
        case 0: add(&generator)
        case 1, 2:
            let earlier = module.resources.map(\.number).filter { $0 < resource.number }
            module.resources[index].text = Self.text(&generator, earlier)
        case 3: if !resource.isProtected { module.resources[index].region += 1 }
        // What is recorded as protected is let go by an edit of its own.
        case 4: if before?.isProtected != true { remove(index) }
        case 5: module.resources[index].renamings += 1
        case 6:
            if resource.isProtected || before == nil || before?.region == resource.region {
                module.resources[index].isProtected.toggle()
            }
        default: module.resources[index].need = nil
        }
    }

    private mutating func remove(_ index: Int) {
        let number = module.resources.remove(at: index).number
        for other in module.resources.indices {
            if module.resources[other].need == number { module.resources[other].need = nil }
            if case .output(_, number) = module.resources[other].text {
                module.resources[other].text = .literal(number)
            }
        }
    }

    /// An edit by which something protected would be deleted or replaced; nil where nothing is protected.
    private func breach(_ generator: inout SeededGenerator) -> SimulatedModule? {
        var copy = self
        let candidates = module.resources.indices.filter { module.resources[$0].isProtected }
        guard let index = generator.pick(candidates) else { return nil }
        if generator.chance(50) {
            copy.remove(index)
        } else {
            copy.module.resources[index].region += 1
        }
        return copy.module
    }
}
