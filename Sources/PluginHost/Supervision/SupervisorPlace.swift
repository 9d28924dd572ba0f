// SPDX-License-Identifier: Apache-2.0
import CSystemCalls
import ConvergeSDK
import Glibc

/// Where the supervisor of a project keeps its files: below `.converge/run`.
struct SupervisorPlace: Sendable {
    let stateFolder: String

    var folder: String { stateFolder + "/run" }
    var socket: String { folder + "/supervisor.sock" }
    var log: String { folder + "/supervisor.log" }
    /// Held locked by the supervisor as long as it lives.
    private var lock: String { folder + "/supervisor.lock" }
    private var specifications: String { folder + "/services.json" }

    /// The folder of one service.
    func folder(ofService id: String) -> String { folder + "/services/" + Self.fileName(for: id) }

    /// A name as one part of a path: what is neither letter, digit, `_` nor `-` becomes `%` and two digits.
    static func fileName(for name: String) -> String {
        name.utf8.map { byte -> String in
            let isPlain =
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "_")
            return isPlain ? String(Unicode.Scalar(byte)) : "%" + Hex.text([byte])
        }.joined()
    }

    /// Takes the lock; nil where another supervisor holds it.
    func takeLock() throws(CallError) -> SupervisorLock? {
        try Folders.make(folder)
        let file = try checked("create", lock) { open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }
        guard csc_try_lock(file) == 0 else {
            close(file)
            return nil
        }
        return SupervisorLock(descriptor: file, path: lock)
    }

    func readSpecifications() throws(CallError) -> [SupervisedServiceSpecification] {
        guard let bytes = try DurableFile.read(specifications) else { return [] }
        do throws(JSONError) {
            return try Value(json: bytes).list?.compactMap(SupervisedServiceSpecification.init(value:)) ?? []
        } catch {
            throw CallError(
                .failed, "'\(specifications)' is damaged: \(error.reason)",
                help: ["rm '\(specifications)', then apply again: it starts what should run"])
        }
    }

    func writeSpecifications(_ services: [SupervisedServiceSpecification]) throws(CallError) {
        let text = Value.list(services.map(\.value)).json()
        try DurableFile.write(Array(text.utf8), to: specifications, mode: 0o600)
    }
}

/// The right to be the supervisor of a project, which ends with the process.
struct SupervisorLock: ~Copyable {
    private let descriptor: Int32
    private let path: String

    fileprivate init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        _ = csc_unlock(descriptor)
        close(descriptor)
    }

    /// False once the project's folder was removed or exchanged.
    var isInPlace: Bool {
        var (held, named) = (stat(), stat())
        return fstat(descriptor, &held) == 0 && stat(path, &named) == 0 && held.st_ino == named.st_ino
    }
}
