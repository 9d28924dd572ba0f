// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// A plugin's library file, looked at before any of its code runs.
struct PluginLibrary {
    let bundle: PluginBundle
    let sha256: String
    private let elf: ELFLibrary

    /// Reads the whole file and checks its form.
    init(_ bundle: PluginBundle) throws(Diagnostic) {
        self.bundle = bundle
        let file = try Self.open(bundle)
        do throws(CallError) { sha256 = try file.sha256() } catch {
            throw .unreadableLibrary(bundle, error.diagnostic.message)
        }
        do throws(ELFLibrary.Problem) {
            elf = try ELFLibrary(file, architecture: SDKVersion.architecture)
        } catch {
            switch error {
            case .notALibrary: throw .notALibrary(bundle)
            case .truncated: throw .truncatedLibrary(bundle)
            case .otherArchitecture(let name): throw .otherArchitecture(bundle, name)
            }
        }
    }

    private static func open(_ bundle: PluginBundle) throws(Diagnostic) -> LibraryFile {
        do throws(CallError) { return try LibraryFile(bundle.libraryPath) } catch {
            if error.reason == .notFound { throw .missingLibrary(bundle) }
            throw .unreadableLibrary(bundle, error.diagnostic.message)
        }
    }

    /// True where the library says that it is a plugin.
    var hasEntry: Bool { elf.hasEntry }

    /// Refuses a library that needs more of the SDK than this host has.
    func checkSymbols() throws(Diagnostic) {
        let missing = elf.undefined.filter { name in
            var name = name
            return name.withUTF8 { ByteSearch.holds("11ConvergeSDK", in: UnsafeRawBufferPointer($0)) }
                && dlsym(nil, name) == nil
        }
        if !missing.isEmpty { throw .missingSymbols(bundle, missing) }
    }

    /// Loads the library's code, for the rest of the process's life, and asks for its contents.
    func load() throws(Diagnostic) -> PluginContents {
        guard hasEntry else { throw .noEntry(bundle) }
        RuntimeLibraries.load(neededBy: elf)
        guard let handle = dlopen(bundle.libraryPath, RTLD_NOW | RTLD_LOCAL) else {
            throw .unloadable(bundle, dlerror().map { String(cString: $0) } ?? "no reason given")
        }
        guard let symbol = dlsym(handle, ELFLibrary.entry) else { throw .noEntry(bundle) }
        // What has that name has this type: it is the one thing that a plugin's author promises.
        let entry = unsafeBitCast(symbol, to: PluginEntry.self)
        guard let box = entry() else { throw .emptyEntry(bundle) }
        let contents: PluginContents
        do throws(CallError) {
            contents = try PluginBox.adopt(box).plugin.contents()
        } catch {
            throw .failingContents(bundle, error.diagnostic)
        }
        guard contents.name == bundle.module.lowercased() else { throw .misnamed(bundle, contents.name) }
        return contents
    }
}

/// Libraries of the Swift runtime that came with an installation.
///
/// A library's search path is not inherited by what it loads: a plugin that needs Foundation, where the host has not
/// loaded it, would look for it at the place where it was when the plugin was built. So the host loads it first, from
/// its own folder; the loader then knows it by name.
enum RuntimeLibraries {
    static func load(neededBy library: ELFLibrary) {
        let folder = Paths.parent(of: Paths.parent(of: PluginLocator.runningExecutable)) + "/lib/converge"
        load(library.needed, from: folder)
    }

    private static func load(_ names: [String], from folder: String) {
        for name in names where dlopen(name, RTLD_NOW | RTLD_NOLOAD) == nil {
            let path = folder + "/" + name
            guard Paths.exists(path) else { continue }
            do {
                let library = try ELFLibrary(LibraryFile(path), architecture: SDKVersion.architecture)
                load(library.needed, from: folder)
                dlopen(path, RTLD_NOW | RTLD_LOCAL)
            } catch {
                // What cannot be read here is told by the loader when it loads the plugin.
            }
        }
    }
}
