// SPDX-License-Identifier: Apache-2.0
import CEditLine
import Glibc

/// The terminal's two descriptors: bytes in, bytes out, and its size.
struct TerminalDevice: Sendable {
    var input: Int32 = STDIN_FILENO
    var output: Int32 = STDOUT_FILENO

    /// What became available to read.
    struct Readiness {
        var input = false
        var wake = false
        var isInterrupted = false
    }

    var size: TerminalSize {
        var window = winsize()
        guard ioctl(output, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
            return TerminalSize(columns: 80, rows: 24)
        }
        return TerminalSize(columns: Int(window.ws_col), rows: Int(window.ws_row))
    }

    /// Writes all of a text; gives up when the terminal is gone.
    func write(_ text: String) {
        var text = text
        text.withUTF8 { buffer in
            var rest = UnsafeRawBufferPointer(buffer)
            while let base = rest.baseAddress, !rest.isEmpty {
                let written = Glibc.write(output, base, rest.count)
                if written > 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest[written...])
                } else if errno == EAGAIN {
                    var waiting = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
                    poll(&waiting, 1, -1)
                } else if errno != EINTR {
                    return
                }
            }
        }
    }

    /// Waits for a key or for another thread; a negative time waits for ever.
    func wait(wake: Int32, milliseconds: Int32) -> Readiness {
        var descriptors = [
            pollfd(fd: input, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wake, events: Int16(POLLIN), revents: 0)
        ]
        let count = poll(&descriptors, 2, milliseconds)
        guard count >= 0 else { return Readiness(isInterrupted: true) }
        return Readiness(input: descriptors[0].revents != 0, wake: descriptors[1].revents != 0)
    }

    /// Waits until a descriptor can be read; a negative time waits for ever.
    func wait(forOnly descriptor: Int32, milliseconds: Int32) -> Bool {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, milliseconds) > 0
    }

    /// The bytes that are there; empty at the end of the input, nil when reading fails.
    func read() -> [UInt8]? {
        while true {
            var count = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: 65536) { buffer, used in
                count = Glibc.read(input, buffer.baseAddress, buffer.count)
                used = max(count, 0)
            }
            if count >= 0 { return bytes }
            if errno != EINTR, errno != EAGAIN { return nil }
        }
    }
}

/// A pipe to wake a thread that waits in `poll`.
struct WakePipe: Sendable {
    let readEnd: Int32
    let writeEnd: Int32

    /// Nil when the process has no descriptor left.
    init?() {
        var ends: [Int32] = [-1, -1]
        guard ce_make_pipe(&ends) == 0 else { return nil }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    /// Only once nobody waits for it or wakes it any more.
    func close() {
        _ = Glibc.close(readEnd)
        _ = Glibc.close(writeEnd)
    }

    func wake() {
        // A full pipe wakes as well as one more byte.
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }

    /// Takes the bytes out that woke the thread.
    @discardableResult
    func drain() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(readEnd, &bytes, bytes.count)
        return Array(bytes.prefix(max(count, 0)))
    }
}
