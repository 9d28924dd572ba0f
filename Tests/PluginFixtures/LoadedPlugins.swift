// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Foundation

/// The first-party plugins as the host loads them: from their libraries beside the test bundle, each once.
package enum LoadedPlugins {
    package static let standard = contents(of: "Standard")
    package static let local = contents(of: "Local")

    private static func contents(of module: String) -> PluginContents {
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
        let path = "\(folder)/lib\(module).so"
        guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL), let symbol = dlsym(library, "converge_plugin") else {
            preconditionFailure("\(path) is no plugin: \(String(cString: dlerror()))")
        }
        do {
            guard let pointer = unsafeBitCast(symbol, to: PluginEntry.self)() else {
                preconditionFailure("the entry of \(path) gives nothing")
            }
            return try PluginBox.adopt(pointer).plugin.contents()
        } catch { preconditionFailure("\(error)") }
    }
}
