// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Standard

/// The plugins under test: this one through its entry, the local platform from its library, as the host loads them.
enum LoadedPlugins {
    static let standard: PluginContents = {
        do {
            guard let pointer = convergePlugin() else { preconditionFailure("the entry gives nothing") }
            return try PluginBox.adopt(pointer).plugin.contents()
        } catch { preconditionFailure("\(error)") }
    }()

    static let local: PluginContents = {
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
        let path = folder + "/libLocal.so"
        guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL), let symbol = dlsym(library, "converge_plugin") else {
            preconditionFailure("\(path) is no plugin: \(String(cString: dlerror()))")
        }
        do {
            guard let pointer = unsafeBitCast(symbol, to: PluginEntry.self)() else {
                preconditionFailure("the entry of \(path) gives nothing")
            }
            return try PluginBox.adopt(pointer).plugin.contents()
        } catch { preconditionFailure("\(error)") }
    }()
}
