// SPDX-License-Identifier: Apache-2.0

/// A verb as its completion sees it.
package struct CommandShape: Sendable, Hashable {
    /// What a word behind a verb, or behind an option, stands for.
    package enum Meaning: Sendable, Hashable {
        /// A recipe, or a folder on the way to one.
        case recipe
        /// Any file or folder.
        case file
        /// A workflow of the module at the prompt, or a recipe's.
        case workflow
        /// A resource, an output of one, or a run.
        case record
        /// The address of a resource that is declared or recorded.
        case address
        /// A run that was recorded: any, one that is under way, one that waits, or one that can go on.
        case run, runningRun, waitingRun, resumableRun
        /// A run or a platform; behind it another of the same, and behind two platforms a recipe.
        case comparable
        /// A step of the run that stands before it which waits for approval, or a signal that the run waits for.
        case approvableStep, awaitedSignal
        /// What a module was at one of its applies.
        case version
        /// One of a few words.
        case oneOf([String])
        /// A step of the run that stands before it.
        case step
        /// A verb that can be helped with.
        case topic
        /// What `explain` knows.
        case explainable
        case plugin
        case environment
        /// `NAME=` of a parameter.
        case setting
        /// Nothing that could be listed.
        case free
    }

    package struct Option: Sendable, Hashable {
        /// Without the hyphens.
        package var name: String
        /// Nil for a flag.
        package var value: Meaning?
        package var doc: String
        package var isRepeatable: Bool

        package init(_ name: String, value: Meaning?, doc: String, isRepeatable: Bool = false) {
            self.name = name
            self.value = value
            self.doc = doc
            self.isRepeatable = isRepeatable
        }
    }

    package var name: String
    package var doc: String
    /// The words that it takes, in order; the last stands for all behind it where `isOpenEnded`.
    package var words: [Meaning]
    package var isOpenEnded: Bool
    package var options: [Option]

    package init(
        _ name: String, doc: String, words: [Meaning] = [], isOpenEnded: Bool = false, options: [Option] = []
    ) {
        self.name = name
        self.doc = doc
        self.words = words
        self.isOpenEnded = isOpenEnded
        self.options = options
    }

    /// Whether a word has to follow the verb, or can.
    package var takesWords: Bool { !words.isEmpty || !options.isEmpty }
}

/// What there is to be named behind verbs: files, records and names, as they are now.
package protocol CommandNames: Sendable {
    /// What may stand for the meaning. Items need not begin with what is typed; that is looked at by who asks.
    ///
    /// - Parameters:
    ///   - typed: The word as far as it is typed.
    ///   - words: The words between the verb and this one, without options.
    func items(_ meaning: CommandShape.Meaning, typed: String, after words: [String]) async -> [CompletionItem]
}
