// SPDX-License-Identifier: Apache-2.0

/// What a provider may do wrong, and the check that catches it.
public enum ProviderFault: String, Sendable, Hashable, CaseIterable {
    case forgetsAnOutput
    case readsOtherwise
    case ignoresUpdates
    case updatesCreateOnlyFields
    case givesReplacementsTheOldPlace
    case keepsWhatIsDeleted
    case complainsReadingWhatIsGone
    case complainsOfWhatIsGone
    case updatesWhatIsGone
    case makesThingsAgain
    case guessesThatCreatesHappened
    case deniesCreates
    case guessesThatUpdatesHappened
    case deniesUpdates
    case guessesThatDeletesHappened
    case deniesDeletes
    case makesThingsInTwoSteps
    case updatesInTwoSteps
    case deletesInTwoSteps
    case listsTheFirstPageOnly
    case listsNamesOnly
    case acceptsStrangeFields
    case acceptsUnknownValues
    case echoesSecrets
    case ignoresCancellation
    case takesTimeOutsForFailures
    case overwritesOtherVersions

    public var caughtBy: ProviderCheck {
        switch self {
        case .forgetsAnOutput: .createGivesEveryOutput
        case .readsOtherwise: .secondPlanIsEmpty
        case .ignoresUpdates: .updateChangesInPlace
        case .updatesCreateOnlyFields: .createOnlyFieldsAreNotUpdated
        case .givesReplacementsTheOldPlace: .replacementIsAnotherThing
        case .keepsWhatIsDeleted, .complainsReadingWhatIsGone: .deleteRemoves
        case .complainsOfWhatIsGone: .deleteOfWhatIsGoneIsFine
        case .updatesWhatIsGone: .updateOfWhatIsGoneIsNotFound
        case .makesThingsAgain: .sameTokenMakesNothingNew
        case .guessesThatCreatesHappened: .settleBeforeCreate
        case .deniesCreates: .settleAfterCreate
        case .guessesThatUpdatesHappened: .settleBeforeUpdate
        case .deniesUpdates: .settleAfterUpdate
        case .guessesThatDeletesHappened: .settleBeforeDelete
        case .deniesDeletes: .settleAfterDelete
        case .makesThingsInTwoSteps: .interruptedCreate
        case .updatesInTwoSteps: .interruptedUpdate
        case .deletesInTwoSteps: .interruptedDelete
        case .listsTheFirstPageOnly: .listShowsEachThingOnce
        case .listsNamesOnly: .wholeListsSayWhatReadsSay
        case .acceptsStrangeFields: .strangeFieldsAreRefused
        case .acceptsUnknownValues: .unknownValuesAreRefused
        case .echoesSecrets: .secretsAreNeverEchoed
        case .ignoresCancellation: .cancelledCallsEnd
        case .takesTimeOutsForFailures: .timeOutsAreNotFailures
        case .overwritesOtherVersions: .otherVersionsAreLeftAlone
        }
    }
}
