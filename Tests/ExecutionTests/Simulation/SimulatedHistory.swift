// SPDX-License-Identifier: Apache-2.0

/// A recipe and what its author makes of it, edit after edit, as a seed has it.
struct SimulatedHistory: Sendable {
    struct Step: Sendable {
        let module: SimulatedModule
        /// True where a protected thing would go, so that the plan must be refused.
        var isRefused = false
        /// True where a policy is broken.
        var isDenied = false

        /// True for an edit that its author takes back.
        var isAside: Bool { isRefused || isDenied }
    }

    private(set) var steps: [Step] = []
    private var module = SimulatedModule()
    private var nextNumber = 0

    init(seed: UInt64) {
        var generator = SeededGenerator(seed)
        for number in 0..<generator.below(3) { module.groups.append(SimulatedModule.Group(number: number)) }
        // Some have so many of a kind that they are listed.
        for _ in 0..<(generator.chance(4) ? 21 + generator.below(4) : 1 + generator.below(6)) { add(&generator) }
        steps.append(Step(module: module))
        for _ in 0..<(1 + generator.below(4)) {
            if generator.chance(15), let refused = breach(&generator) {
                steps.append(Step(module: refused, isRefused: true))
            }
            if generator.chance(30), let offence = offence(&generator) { steps.append(offence) }
            for _ in 0...generator.below(3) { edit(&generator) }
            steps.append(Step(module: module))
        }
        if generator.chance(30) {
            for index in module.resources.indices { module.resources[index].isProtected = false }
            steps.append(Step(module: module))
            steps.append(Step(module: SimulatedModule()))
        }
    }

    private mutating func add(_ generator: inout SeededGenerator) {
        let others = steady.map(\.number)
        var resource = SimulatedModule.Resource(
            number: nextNumber, text: Self.text(&generator, others), isNamed: generator.chance(40))
        if generator.chance(30) { resource.need = generator.pick(others) }
        resource.isProtected = generator.chance(10)
        resource.createsFirst = generator.chance(30)
        if generator.chance(40) { resource.group = generator.pick(module.groups)?.number }
        if !resource.isProtected, generator.chance(15) { resource.condition = generator.pick(others) }
        // What lodges can go whenever its host goes: nothing keeps it, it waits for nobody else and has no name.
        let mayLodge = resource.condition == nil && !resource.isProtected && !resource.isNamed
        resource.lodges = resource.need != nil && mayLodge && generator.chance(80)
        if resource.lodges { resource.text = .literal(2 * resource.number) }
        nextNumber += 1
        module.resources.append(resource)
    }

    /// Those that are there whatever others say, so that others may read them. What lodges is read by nobody: whoever
    /// lets go of it only once its host is made anew would keep the old host from going.
    private var steady: [SimulatedModule.Resource] { module.resources.filter { $0.condition == nil && !$0.lodges } }

    private static func text(
        _ generator: inout SeededGenerator, _ others: [Int]
    ) -> SimulatedModule.Resource.Text {
        if generator.chance(55), let other = generator.pick(others) {
            return .output(generator.chance(60) ? "id" : "stamp", of: other)
        }
        let number = generator.below(1000)
        // The others are odd digits that policies do not bear.
        return .literal(number % 10 == 5 ? number : number / 2 * 2)
    }

    private mutating func edit(_ generator: inout SeededGenerator) {
        let index = generator.below(module.resources.count)
        guard module.resources.indices.contains(index) else { return add(&generator) }
        let resource = module.resources[index]
        let before = steps.last { !$0.isAside }?.module.resources.first { $0.number == resource.number }
        switch generator.below(11) {
        case 0: add(&generator)
        case 1, 2:
            let earlier = steady.map(\.number).filter { $0 < resource.number }
            module.resources[index].text = Self.text(&generator, resource.lodges ? [] : earlier)
        case 3: if !resource.isProtected { module.resources[index].region += 1 }
        // What is recorded as protected is let go by an edit of its own.
        case 4: if before?.isProtected != true { remove(index) }
        case 5: module.rename { $0.resources[index].renamings += 1 }
        case 6:
            if resource.condition == nil, !resource.lodges,
                resource.isProtected || before == nil || before?.region == resource.region
            {
                module.resources[index].isProtected.toggle()
            }
        case 7:
            let group = generator.pick(module.groups)?.number
            module.rename { $0.resources[index].group = group }
        case 8:
            let group = generator.below(module.groups.count)
            guard module.groups.indices.contains(group) else { return }
            let former = module.groups[group].address
            module.groups[group].formerly.insert(former, at: 0)
            module.rename { $0.groups[group].renamings += 1 }
        case 9:
            let group = generator.below(module.groups.count)
            if module.groups.indices.contains(group) { module.groups[group].size += 1 }
        default: module.resources[index].need = nil
        }
    }

    private mutating func remove(_ index: Int) {
        let number = module.resources.remove(at: index).number
        for other in module.resources.indices {
            if module.resources[other].need == number { module.resources[other].need = nil }
            if module.resources[other].condition == number { module.resources[other].condition = nil }
            if case .output(_, number) = module.resources[other].text {
                module.resources[other].text = .literal(number * 2)
            }
        }
    }

    /// An edit that a policy denies, or that exempts what it makes of a note; nil where there is no note for it.
    private func offence(_ generator: inout SeededGenerator) -> Step? {
        var copy = module
        let candidates = copy.resources.indices.filter { index in
            let resource = copy.resources[index]
            return resource.condition == nil && !copy.resources.contains { $0.condition == resource.number }
        }
        guard let index = generator.pick(candidates) else { return nil }
        let digits = SimulatedPolicies.Rule.allCases.filter { $0 != .warn }.map(\.rawValue)
        copy.resources[index].text = .literal(10 * generator.below(100) + (generator.pick(digits) ?? 7))
        let isExempt = generator.chance(20)
        if isExempt { for other in copy.resources.indices { copy.resources[other].isExempt = true } }
        return Step(module: copy, isDenied: !isExempt && SimulatedPolicies(copy).isBroken(by: copy))
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
