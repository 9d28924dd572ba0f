// SPDX-License-Identifier: Apache-2.0
import CEditLine
import Glibc

/// A thread of the operating system, for work that blocks and must not take one of the pool's few threads.
enum OperatingSystemThread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a detached thread, which takes signals whoever starts it: a stop that it sends to itself must stop it.
    ///
    /// - Returns: False when the system has none left.
    @discardableResult
    static func start(_ run: @escaping @Sendable () -> Void) -> Bool {
        var attributes = pthread_attr_t()
        guard pthread_attr_init(&attributes) == 0 else { return false }
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let body = Unmanaged.passRetained(Body(run))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, &attributes,
            { context in
                ce_unblock_signals()
                if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, body.toOpaque())
        if result != 0 {
            body.release()
            return false
        }
        return true
    }
}
