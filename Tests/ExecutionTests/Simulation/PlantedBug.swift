// SPDX-License-Identifier: Apache-2.0

/// A mistake of an engine that the simulator has to find.
enum PlantedBug: Sendable, CaseIterable {
    /// Intents are not written before effects.
    case forgetsIntents
    /// Intents and results are written and not synced.
    case doesNotSync
    /// An end that is written together with the beginning of something else is lost.
    case losesEnds
    /// An interrupted operation is taken for one that did not happen, without asking.
    case guesses
    /// That a step was taken back is not recorded.
    case forgetsUndone
    /// Which run is the part that a step runs is not recorded.
    case losesParts
}
