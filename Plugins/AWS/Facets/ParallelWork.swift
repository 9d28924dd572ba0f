// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Many pieces of work of one kind.
enum ParallelWork {
    /// Does a piece of work for each number, a few at a time; ends at the first failure, with the others stopped.
    ///
    /// - Returns: What came of each, in the order of the numbers.
    static func each<T: Sendable>(
        _ numbers: Range<Int>, atOnce limit: Int, _ work: @escaping @Sendable (Int) async throws(CallError) -> T
    ) async throws(CallError) -> [T] {
        let results = await withTaskGroup(of: (Int, Result<T, CallError>).self) { group in
            var next = numbers.lowerBound
            var results: [(Int, Result<T, CallError>)] = []
            var hasFailed = false
            func start() {
                guard next < numbers.upperBound else { return }
                let number = next
                next += 1
                group.addTask {
                    do throws(CallError) { return (number, .success(try await work(number))) } catch {
                        return (number, .failure(error))
                    }
                }
            }
            for _ in 0..<limit { start() }
            while let result = await group.next() {
                // What the stopped ones say is of no interest.
                if hasFailed { continue }
                results.append(result)
                if case .failure = result.1 {
                    hasFailed = true
                    group.cancelAll()
                } else {
                    start()
                }
            }
            return results
        }
        if case .failure(let error)? = results.last?.1 { throw error }
        var parts: [T] = []
        for result in results.sorted(by: { $0.0 < $1.0 }) { parts.append(try result.1.get()) }
        return parts
    }
}
