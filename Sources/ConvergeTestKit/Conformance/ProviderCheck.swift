// SPDX-License-Identifier: Apache-2.0

/// One demand on providers. Each is checked by itself, so that one fault is one failure.
public enum ProviderCheck: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// Creation answers every output of the kind, each of its type.
    case createGivesEveryOutput
    /// Reading gives the inputs and outputs that were recorded, so that a second plan is empty.
    case secondPlanIsEmpty
    /// An update is visible in what is read, and the thing stays the same one.
    case updateChangesInPlace
    /// An update of what only a new thing can have is refused.
    case createOnlyFieldsAreNotUpdated
    /// A thing with another create-only value can be made beside the old one, and is another one.
    case replacementIsAnotherThing
    /// What was deleted is gone.
    case deleteRemoves
    /// Deleting what is gone is not an error.
    case deleteOfWhatIsGoneIsFine
    /// Updating what is gone is an error with the reason `notFound`, and makes nothing.
    case updateOfWhatIsGoneIsNotFound
    /// The same token again gives the same thing and makes nothing new, at once or later.
    case sameTokenMakesNothingNew
    /// Of a creation that never began settling does not say that it happened.
    case settleBeforeCreate
    /// Of a creation whose answer was lost settling gives the outputs.
    case settleAfterCreate
    /// Of an update that never began settling does not say that it happened.
    case settleBeforeUpdate
    /// Of an update whose answer was lost settling gives the outputs.
    case settleAfterUpdate
    /// Of a deletion that never began settling does not say that it happened.
    case settleBeforeDelete
    /// Of a deletion whose answer was lost settling says that it happened.
    case settleAfterDelete
    /// The process ends at any call to a lent service, before or behind what it does, while a thing is made: settling
    /// agrees with what is there, and the work can be finished.
    case interruptedCreate
    /// As `interruptedCreate`, while a thing is changed.
    case interruptedUpdate
    /// As `interruptedCreate`, while a thing is deleted.
    case interruptedDelete
    /// Listing shows each thing once, page by page. Nothing to check where the kind is not listable.
    case listShowsEachThingOnce
    /// Where the kind is listed whole, a list says of a thing what reading it says.
    case wholeListsSayWhatReadsSay
    /// Inputs that the kind does not have are refused, and nothing is made.
    case strangeFieldsAreRefused
    /// A value that is not known yet is refused, and nothing is made.
    case unknownValuesAreRefused
    /// The text of a secret is in no output, input that is read, listing or error.
    case secretsAreNeverEchoed
    /// A cancelled call ends soon though a lent service does not answer.
    case cancelledCallsEnd
    /// A lent service that answers too late is told as `timedOut` or `lost`, never as a definite failure.
    case timeOutsAreNotFailures
    /// Where the provider tells versions: a change gives another one, and a thing of another version than the expected one
    /// is neither changed nor deleted.
    case otherVersionsAreLeftAlone

    public var description: String { rawValue }
}
