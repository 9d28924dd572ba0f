// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
public import Testing

/// The conformance suite of providers: every provider passes every check for each of its kinds.
///
/// ```swift
/// @Test(arguments: ProviderCheck.allCases)
/// func `notes conform`(check: ProviderCheck) async throws {
///     await ProviderConformance(subject).expect(check)
/// }
/// ```
public struct ProviderConformance: Sendable {
    public let subject: ProviderSubject

    public init(_ subject: ProviderSubject) { self.subject = subject }

    /// Checks one demand and records what is wrong as issues of the running test.
    public func expect(_ check: ProviderCheck, sourceLocation: SourceLocation = #_sourceLocation) async {
        let findings = await findings(of: check)
        #expect(findings.isEmpty, "\(check): \(findings.joined(separator: "; "))", sourceLocation: sourceLocation)
    }

    /// What the provider does wrong; empty where it passes or where what the check builds on is broken itself, which
    /// is then the finding of another check.
    public func findings(of check: ProviderCheck) async -> [String] {
        do throws(CallError) {
            switch check {
            case .createGivesEveryOutput: return try await createGivesEveryOutput()
            case .secondPlanIsEmpty: return try await secondPlanIsEmpty()
            case .updateChangesInPlace: return try await updateChangesInPlace()
            case .createOnlyFieldsAreNotUpdated: return try await createOnlyFieldsAreNotUpdated()
            case .replacementIsAnotherThing: return try await replacementIsAnotherThing()
            case .deleteRemoves: return try await deleteRemoves()
            case .deleteOfWhatIsGoneIsFine: return try await deleteOfWhatIsGoneIsFine()
            case .updateOfWhatIsGoneIsNotFound: return try await updateOfWhatIsGoneIsNotFound()
            case .sameTokenMakesNothingNew: return try await sameTokenMakesNothingNew()
            case .settleBeforeCreate: return try await settleBefore(.create)
            case .settleAfterCreate: return try await settleAfter(.create)
            case .settleBeforeUpdate: return try await settleBefore(.update)
            case .settleAfterUpdate: return try await settleAfter(.update)
            case .settleBeforeDelete: return try await settleBefore(.delete)
            case .settleAfterDelete: return try await settleAfter(.delete)
            case .interruptedCreate: return try await interrupted(.create)
            case .interruptedUpdate: return try await interrupted(.update)
            case .interruptedDelete: return try await interrupted(.delete)
            case .listShowsEachThingOnce: return try await listShowsEachThingOnce()
            case .wholeListsSayWhatReadsSay: return try await wholeListsSayWhatReadsSay()
            case .strangeFieldsAreRefused: return try await strangeFieldsAreRefused()
            case .unknownValuesAreRefused: return try await unknownValuesAreRefused()
            case .secretsAreNeverEchoed: return try await secretsAreNeverEchoed()
            case .cancelledCallsEnd: return try await cancelledCallsEnd()
            case .timeOutsAreNotFailures: return try await timeOutsAreNotFailures()
            case .otherVersionsAreLeftAlone: return try await otherVersionsAreLeftAlone()
            }
        } catch {
            return ["a call failed that should not: \(error.diagnostic.message)"]
        }
    }
}

/// A thing under test: who it is, and what was recorded of it.
struct Specimen: Sendable {
    var identity: ResourceIdentity
    var inputs: ObjectValue
    var outputs: ObjectValue
}
