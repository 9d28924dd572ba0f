// SPDX-License-Identifier: Apache-2.0
import CEditLine
import Glibc
import Synchronization

/// A signal that the shell answers in the ordinary course of things.
package enum ProcessSignal: Sendable, Hashable, CaseIterable {
    case interrupt
    case terminate
    /// The terminal is gone.
    case hangup
    case resized
    case continued

    var number: Int32 {
        switch self {
        case .interrupt: SIGINT
        case .terminate: SIGTERM
        case .hangup: SIGHUP
        case .resized: SIGWINCH
        case .continued: SIGCONT
        }
    }
}

/// Brings signals from their handler to those who wait for them.
///
/// The handler only writes a byte to a pipe; one thread of the process reads the pipe and calls the listeners.
/// While somebody listens to a signal it never has its default effect: Ctrl-C does not end the process, however
/// often it comes. SIGINT, SIGTERM and SIGHUP end the process when the last who listened to them is gone.
package final class SignalRelay: Sendable {
    package static let shared = SignalRelay()

    private struct Listener {
        let signals: Set<ProcessSignal>
        let action: @Sendable (ProcessSignal) -> Void
    }

    private struct State {
        var listeners: [Int: Listener] = [:]
        var nextID = 0
        var watched: Set<ProcessSignal> = []
        var pipe: WakePipe?
    }

    private let state = Mutex(State())

    private init() {}

    /// Calls the action, on the relay's thread, at each delivery.
    func listen(to signals: Set<ProcessSignal>, _ action: @escaping @Sendable (ProcessSignal) -> Void) -> Int {
        state.withLock { state in
            let id = state.nextID
            state.nextID += 1
            state.listeners[id] = Listener(signals: signals, action: action)
            if state.pipe == nil, let pipe = WakePipe() {
                state.pipe = pipe
                OperatingSystemThread.start { self.relay(from: pipe) }
            }
            if let pipe = state.pipe {
                for signal in signals.subtracting(state.watched) {
                    // `nohup` asks for a program that goes on without its terminal.
                    if signal == .hangup, ce_is_ignored(signal.number) != 0 { continue }
                    ce_watch_signal(signal.number, pipe.writeEnd)
                }
                state.watched.formUnion(signals)
            }
            return id
        }
    }

    func stopListening(_ id: Int) {
        state.withLock { $0.listeners[id] = nil }
    }

    private func relay(from pipe: WakePipe) {
        while true {
            var waiting = pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0)
            poll(&waiting, 1, -1)
            for number in pipe.drain() {
                guard let signal = ProcessSignal.allCases.first(where: { $0.number == Int32(number) }) else { continue }
                let actions = state.withLock { state in
                    state.listeners.values.filter { $0.signals.contains(signal) }.map(\.action)
                }
                for action in actions { action(signal) }
                if actions.isEmpty, signal == .interrupt || signal == .terminate || signal == .hangup {
                    ce_die_by_signal(signal.number)
                }
            }
        }
    }
}

/// Listens to signals from its making until it is ended, from whatever thread.
package final class SignalListening: Sendable {
    private let id: Int

    /// - Parameter action: Called at each delivery, on the relay's thread.
    package init(to signals: Set<ProcessSignal>, _ action: @escaping @Sendable (ProcessSignal) -> Void) {
        id = SignalRelay.shared.listen(to: signals, action)
    }

    package func end() { SignalRelay.shared.stopListening(id) }
}
