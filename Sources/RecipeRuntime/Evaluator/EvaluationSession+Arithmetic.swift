// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

extension EvaluationSession {
    func negated(_ value: Value, _ range: SourceRange, _ scope: ScopeInstance) throws(EvaluationError) -> Value {
        switch value {
        case .unknown: return value
        case .int(let number):
            let (result, overflow) = Int64(0).subtractingReportingOverflow(number)
            return .int(try whole(result, overflow, range, scope))
        case .float(let number): return .float(-number)
        case .percent(let share): return .percent(-share)
        case .size(let bytes):
            let (result, overflow) = Int64(0).subtractingReportingOverflow(bytes)
            return .size(try whole(result, overflow, range, scope))
        case .duration(let duration): return .duration(.zero - duration)
        default: throw failure(.wrongValue, "`-` has no meaning before \(value.phrase)", at: range, in: scope)
        }
    }

    func arithmetic(
        _ op: BinaryOperator, _ left: Value, _ right: Value, _ range: SourceRange, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Value {
        if left.isUnknown { return left }
        if right.isUnknown { return right }
        switch (left, right) {
        case (.int(let a), .int(let b)): return try integers(op, a, b, range, scope)
        case (.int, .float), (.float, .int), (.float, .float):
            return .float(try floats(op, left.number ?? 0, right.number ?? 0, range, scope))
        case (.string(let a), .string(let b)) where op == .add: return try limited(.string(a + b), range, scope)
        case (.list(let a), .list(let b)) where op == .add: return try limited(.list(a + b), range, scope)
        case (.duration(let a), .duration(let b)):
            switch op {
            case .add:
                return try duration(
                    Double.nan, a.wholeNanoseconds.addingReportingOverflow(b.wholeNanoseconds), range, scope)
            case .subtract:
                return try duration(
                    Double.nan, a.wholeNanoseconds.subtractingReportingOverflow(b.wholeNanoseconds), range, scope)
            case .divide: return .float(try floats(.divide, a.seconds, b.seconds, range, scope))
            default: break
            }
        case (.size(let a), .size(let b)):
            switch op {
            case .add: return .size(try whole(a.addingReportingOverflow(b), range, scope))
            case .subtract: return .size(try whole(a.subtractingReportingOverflow(b), range, scope))
            case .divide: return .float(try floats(.divide, Double(a), Double(b), range, scope))
            default: break
            }
        case (.percent(let a), .percent(let b)) where op != .multiply && op != .modulo:
            let result = try floats(op, a, b, range, scope)
            return op == .divide ? .float(result) : .percent(result)
        default: break
        }
        if let moment = try moments(op, left, right, range, scope) { return moment }
        if let scaled = try scaled(op, left, right, range, scope) { return scaled }
        throw failure(
            .wrongValue, "`\(op.rawValue)` has no meaning between \(left.phrase) and \(right.phrase)", at: range,
            in: scope)
    }

    // MARK: Numbers

    private func integers(
        _ op: BinaryOperator, _ a: Int64, _ b: Int64, _ range: SourceRange, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Value {
        switch op {
        case .add: return .int(try whole(a.addingReportingOverflow(b), range, scope))
        case .subtract: return .int(try whole(a.subtractingReportingOverflow(b), range, scope))
        case .multiply: return .int(try whole(a.multipliedReportingOverflow(by: b), range, scope))
        case .modulo:
            if b == 0 { throw failure(.divisionByZero, "\(a) % 0 has no result", at: range, in: scope) }
            return .int(a.remainderReportingOverflow(dividingBy: b).partialValue)
        default: return .float(try floats(op, Double(a), Double(b), range, scope))
        }
    }

    private func floats(
        _ op: BinaryOperator, _ a: Double, _ b: Double, _ range: SourceRange, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Double {
        switch op {
        case .add: return a + b
        case .subtract: return a - b
        case .multiply: return a * b
        case .divide:
            if b == 0 { throw failure(.divisionByZero, "a division by zero has no result", at: range, in: scope) }
            return a / b
        default:
            throw failure(.wrongValue, "`\(op.rawValue)` has no meaning between these numbers", at: range, in: scope)
        }
    }

    private func whole(
        _ result: (partialValue: Int64, overflow: Bool), _ range: SourceRange, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Int64 { try whole(result.partialValue, result.overflow, range, scope) }

    private func whole(
        _ value: Int64, _ overflow: Bool, _ range: SourceRange, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Int64 {
        if overflow { throw failure(.overflow, "the result does not fit into 64 bits", at: range, in: scope) }
        return value
    }

    private func whole(
        _ value: Double, _ range: SourceRange, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Int64 {
        guard let result = Int64(exactly: value.rounded()) else {
            throw failure(.overflow, "the result does not fit into 64 bits", at: range, in: scope)
        }
        return result
    }

    private func duration(
        _ scaled: Double, _ exact: (partialValue: Int64, overflow: Bool)?, _ range: SourceRange, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Value {
        if let exact { return .duration(.nanoseconds(try whole(exact, range, scope))) }
        return .duration(.nanoseconds(try whole(scaled, range, scope)))
    }

    // MARK: Dates and times

    private func moments(
        _ op: BinaryOperator, _ left: Value, _ right: Value, _ range: SourceRange, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Value? {
        switch (op, left, right) {
        case (.subtract, .date(let a), .date(let b)):
            return .duration(.seconds((a.daysSinceEpoch - b.daysSinceEpoch) * 86_400))
        case (.subtract, .time(let a), .time(let b)):
            return try duration(0, a.nanoseconds.subtractingReportingOverflow(b.nanoseconds), range, scope)
        case (.add, .date(let date), .duration(let by)), (.add, .duration(let by), .date(let date)):
            return try moved(date, by.wholeNanoseconds, range, scope)
        case (.subtract, .date(let date), .duration(let by)):
            return try moved(date, (Duration.zero - by).wholeNanoseconds, range, scope)
        case (.add, .time(let time), .duration(let by)), (.add, .duration(let by), .time(let time)):
            let sum = time.nanoseconds.addingReportingOverflow(by.wholeNanoseconds)
            return .time(Timestamp(nanoseconds: try whole(sum, range, scope)))
        case (.subtract, .time(let time), .duration(let by)):
            let difference = time.nanoseconds.subtractingReportingOverflow(by.wholeNanoseconds)
            return .time(Timestamp(nanoseconds: try whole(difference, range, scope)))
        default: return nil
        }
    }

    private func moved(
        _ date: CalendarDate, _ nanoseconds: Int64, _ range: SourceRange, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Value {
        let day: Int64 = 86_400_000_000_000
        guard nanoseconds % day == 0 else {
            throw failure(
                .wrongValue, "a Date moves by whole days", at: range, in: scope,
                help: ["use a Time, such as 2026-11-01T02:00:00Z"])
        }
        let result = CalendarDate(daysSinceEpoch: date.daysSinceEpoch + Int(nanoseconds / day))
        guard (1...9999).contains(result.year) else {
            throw failure(.overflow, "the result is outside of the years 1 to 9999", at: range, in: scope)
        }
        return .date(result)
    }

    // MARK: Scaling

    private func scaled(
        _ op: BinaryOperator, _ left: Value, _ right: Value, _ range: SourceRange, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Value? {
        guard op == .multiply || op == .divide else { return nil }
        if op == .divide {
            guard let factor = right.number else { return nil }
            switch left {
            case .duration(let duration):
                let result = try floats(.divide, Double(duration.wholeNanoseconds), factor, range, scope)
                return try self.duration(result, nil, range, scope)
            case .size(let bytes):
                return .size(try whole(try floats(.divide, Double(bytes), factor, range, scope), range, scope))
            case .percent(let share): return .percent(try floats(.divide, share, factor, range, scope))
            default: return nil
            }
        }
        if let product = try product(left, right, range, scope) { return product }
        return try product(right, left, range, scope)
    }

    private func product(
        _ left: Value, _ right: Value, _ range: SourceRange, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Value? {
        switch (left, right) {
        case (.duration(let duration), .int(let factor)):
            return try self.duration(0, duration.wholeNanoseconds.multipliedReportingOverflow(by: factor), range, scope)
        case (.duration(let duration), .float(let factor)):
            return try self.duration(Double(duration.wholeNanoseconds) * factor, nil, range, scope)
        case (.duration(let duration), .percent(let share)):
            return try self.duration(Double(duration.wholeNanoseconds) * share / 100, nil, range, scope)
        case (.size(let bytes), .int(let factor)):
            return .size(try whole(bytes.multipliedReportingOverflow(by: factor), range, scope))
        case (.size(let bytes), .float(let factor)): return .size(try whole(Double(bytes) * factor, range, scope))
        case (.size(let bytes), .percent(let share)):
            return .size(try whole(Double(bytes) * share / 100, range, scope))
        case (.percent(let share), .int(let factor)): return .float(share / 100 * Double(factor))
        case (.percent(let share), .float(let factor)): return .float(share / 100 * factor)
        default: return nil
        }
    }

    // MARK: Comparison

    func compare(
        _ op: BinaryOperator, _ left: Value, _ right: Value, _ range: SourceRange, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Value {
        if left.isUnknown { return left }
        if right.isUnknown { return right }
        if left.containsSecret || right.containsSecret {
            throw failure(
                .secretUsed, "a secret is compared", at: range, in: scope,
                notes: ["secrets pass and interpolate; they are never compared, measured or branched on"])
        }
        switch op {
        case .equal, .notEqual:
            if left.isNull != right.isNull { return .bool(op == .notEqual) }
            if let unknown = left.firstUnknown ?? right.firstUnknown { return .unknown(unknown) }
            return .bool((op == .equal) == left.isSame(as: right))
        case .isIn:
            switch right {
            case .list(let items):
                if let unknown = left.firstUnknown ?? right.firstUnknown { return .unknown(unknown) }
                return .bool(items.contains { left.isSame(as: $0) })
            case .object(let object): return .bool(object[try key(left, range, scope)] != nil)
            default:
                throw failure(
                    .wrongValue, "on the right of `in` stands a list or an object, and this is \(right.phrase)",
                    at: range, in: scope)
            }
        default:
            guard let isLess = left.isLess(than: right), let isGreater = right.isLess(than: left) else {
                throw failure(
                    .wrongValue, "`\(op.rawValue)` has no meaning between \(left.phrase) and \(right.phrase)",
                    at: range, in: scope)
            }
            switch op {
            case .less: return .bool(isLess)
            case .lessOrEqual: return .bool(isLess || !isGreater && left.isSame(as: right))
            case .greater: return .bool(isGreater)
            default: return .bool(isGreater || !isLess && left.isSame(as: right))
            }
        }
    }
}

extension Value {
    /// Equality as the language has it: 1 and 1.0 are the same.
    func isSame(as other: Value) -> Bool {
        switch (self, other) {
        case (.int(let a), .float(let b)), (.float(let b), .int(let a)): return Double(a) == b
        case (.list(let a), .list(let b)):
            return a.count == b.count && zip(a, b).allSatisfy { $0.isSame(as: $1) }
        case (.object(let a), .object(let b)):
            return a.count == b.count
                && a.allSatisfy { entry in b[entry.key].map { entry.value.isSame(as: $0) } ?? false }
        default: return self == other
        }
    }

    /// Whether the value comes before the other; nil where they have no order.
    func isLess(than other: Value) -> Bool? {
        switch (self, other) {
        case (.int(let a), .int(let b)): return a < b
        case (.int, .float), (.float, .int), (.float, .float):
            guard let a = number, let b = other.number else { return nil }
            return a < b
        case (.string(let a), .string(let b)): return a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
        case (.duration(let a), .duration(let b)): return a < b
        case (.size(let a), .size(let b)): return a < b
        case (.percent(let a), .percent(let b)): return a < b
        case (.date(let a), .date(let b)): return a < b
        case (.time(let a), .time(let b)): return a < b
        default: return nil
        }
    }
}
