// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// What starts a workflow without anybody asking for it: an `on …` clause, as values.
package struct TriggerNode: Sendable, Hashable {
    package var source: TriggerSource
    /// The clause.
    package var place: SourcePlace

    package init(source: TriggerSource, place: SourcePlace) {
        self.source = source
        self.place = place
    }

    /// By what it is known in records: the same as long as it waits for the same thing.
    package var key: String { source.key }
}

/// What a trigger waits for.
package enum TriggerSource: Sendable, Hashable {
    case schedule(Schedule)
    case files(FileArrival)
    case objects(ObjectArrival)
    case table(TableArrival)
    /// Looks that often whether something of the module is not as it was recorded.
    case drift(every: Duration)
    case metric(MetricWatch)
    case webhook(Webhook)
    case workflow(WorkflowEnd)

    /// The word behind `on`.
    package var word: String {
        switch self {
        case .schedule: "schedule"
        case .files, .objects, .table: "data"
        case .drift: "drift"
        case .metric: "metric"
        case .webhook: "webhook"
        case .workflow: "workflow"
        }
    }

    package var key: String {
        switch self {
        case .schedule(let schedule):
            "schedule \(Value.string(schedule.cron.description).literal)"
                + (schedule.zone.name == "UTC" ? "" : " \(schedule.zone.name)")
        case .files(let files): "data \(Value.string(files.pattern).literal)"
        case .objects(let objects):
            "data \(objects.store)" + (objects.prefix.isEmpty ? "" : " \(Value.string(objects.prefix).literal)")
        case .table(let table): "data \(table.store) table \(Value.string(table.name).literal)"
        case .drift: "drift"
        case .metric(let metric): "metric \(metric.text)"
        case .webhook(let hook): "webhook \(Value.string(hook.path).literal)"
        case .workflow(let end):
            "workflow \(end.name)" + (end.recipe.map { " of \(Value.string($0).literal)" } ?? "") + " "
                + (end.statuses.count > 1 ? "any" : end.statuses.first ?? "")
        }
    }
}

/// Files that come into a folder.
package struct FileArrival: Sendable, Hashable {
    /// A path, with `*` and `?` in its parts, relative to the recipe's folder or whole.
    package var pattern: String
    /// How long a file's size and time must stay as they are before it counts as written to its end.
    package var settle: Duration
    package var every: Duration

    package init(pattern: String, settle: Duration, every: Duration) {
        self.pattern = pattern
        self.settle = settle
        self.every = every
    }
}

/// Objects that come into a store.
package struct ObjectArrival: Sendable, Hashable {
    package var store: Address
    package var prefix: String
    package var every: Duration

    package init(store: Address, prefix: String, every: Duration) {
        self.store = store
        self.prefix = prefix
        self.every = every
    }
}

/// New versions of a table.
package struct TableArrival: Sendable, Hashable {
    package var store: Address
    package var name: String
    package var every: Duration

    package init(store: Address, name: String, every: Duration) {
        self.store = store
        self.name = name
        self.every = every
    }
}

/// A condition on what is measured; it starts the workflow when it becomes true, and again only after it was not.
package struct MetricWatch: Sendable, Hashable {
    package enum Form: Sendable, Hashable {
        /// An expression over the outputs of resources, asked of the program.
        case condition
        /// The newest finished run of a tracker.
        case tracked(tracker: Address, metric: String, experiment: String?, above: Double?, below: Double?)
        /// What a thing measures, over the last stretch of time.
        case measured(thing: Address, metric: String, above: Double?, below: Double?, over: Duration)
    }

    package var form: Form
    /// As the recipe has it.
    package var text: String
    package var every: Duration

    package init(form: Form, text: String, every: Duration) {
        self.form = form
        self.text = text
        self.every = every
    }
}

/// Requests that others send, signed with a secret that both know.
package struct Webhook: Sendable, Hashable {
    package var path: String
    /// A secret's reference.
    package var secret: Value
    /// How far a request's time stamp may be from the present.
    package var window: Duration
    /// In bytes.
    package var largest: Int64

    package init(path: String, secret: Value, window: Duration, largest: Int64) {
        self.path = path
        self.secret = secret
        self.window = window
        self.largest = largest
    }
}

/// The end of another workflow's run.
package struct WorkflowEnd: Sendable, Hashable {
    package var name: String
    /// The recipe that declares it, relative to this one's folder; nil for this one.
    package var recipe: String?
    package var statuses: Set<String>

    package init(name: String, recipe: String?, statuses: Set<String>) {
        self.name = name
        self.recipe = recipe
        self.statuses = statuses
    }
}
