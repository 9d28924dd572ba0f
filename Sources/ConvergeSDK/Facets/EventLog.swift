// SPDX-License-Identifier: Apache-2.0

/// Events in order, which many readers read, each at its own place, as long as the log keeps them.
///
/// Events of the same key keep their order, unless the log was too busy for one and took a later one. A repeat after a
/// lost answer can add events again, also under the same token: what must count once carries a name of its own inside.
public protocol EventLog: Facet {
    /// Adds events at the end.
    ///
    /// - Returns: Where each of them is, in the order of the request.
    func append(_ request: AppendEventsRequest) async throws(CallError) -> [EventPosition]

    /// Reads on. A page without events is not an error: there are none now.
    func read(_ request: ReadEventsRequest) async throws(CallError) -> EventPage

    /// The cursor of a page that ended with these events, one of each part that was read: for who keeps the events themselves
    /// and not their pages. Parts that are not named are read from their oldest event.
    func cursor(behind positions: [EventPosition]) throws(CallError) -> String
}

extension EventLog {
    public func cursor(behind positions: [EventPosition]) throws(CallError) -> String {
        throw CallError(.unsupported(feature: "cursor"), "this log is read on by the cursors of its pages alone")
    }
}

public struct NewEvent: Sendable, Hashable {
    /// Events of one key stay in order; empty where the order does not matter.
    public var key: String
    public var data: [UInt8]

    public init(key: String = "", data: [UInt8]) {
        self.key = key
        self.data = data
    }
}

public struct AppendEventsRequest: Sendable {
    public var events: [NewEvent]
    public var context: CallContext

    public init(events: [NewEvent], context: CallContext) {
        self.events = events
        self.context = context
    }
}

/// The place of an event in its log.
public struct EventPosition: Sendable, Hashable {
    /// The part of the log that has it.
    public var part: String
    /// Its number there, in the log's own form.
    public var number: String

    public init(part: String, number: String) {
        self.part = part
        self.number = number
    }
}

/// Where reading begins.
@frozen
public enum EventStart: Sendable, Hashable {
    case oldest
    /// With what comes from now on.
    case newest
    case time(Timestamp)
    /// Behind a page that was read before.
    case cursor(String)
}

public struct ReadEventsRequest: Sendable {
    public var start: EventStart
    /// A page has at most that many events.
    public var limit: Int
    /// How long to wait for a first event where there is none.
    public var wait: Duration
    public var context: CallContext

    public init(start: EventStart, limit: Int = 1000, wait: Duration = .zero, context: CallContext) {
        self.start = start
        self.limit = limit
        self.wait = wait
        self.context = context
    }
}

public struct StoredEvent: Sendable, Hashable {
    public var key: String
    public var data: [UInt8]
    public var position: EventPosition
    /// When the log took it.
    public var time: Timestamp

    public init(key: String, data: [UInt8], position: EventPosition, time: Timestamp) {
        self.key = key
        self.data = data
        self.position = position
        self.time = time
    }
}

public struct EventPage: Sendable, Hashable {
    public var events: [StoredEvent]
    /// To read on behind these events. Whoever reads keeps it beside what was made of them.
    public var cursor: String
    /// False where more was there already.
    public var isAtEnd: Bool

    public init(events: [StoredEvent], cursor: String, isAtEnd: Bool) {
        self.events = events
        self.cursor = cursor
        self.isAtEnd = isAtEnd
    }
}
