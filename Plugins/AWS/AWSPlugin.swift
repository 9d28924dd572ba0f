// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The entry that the host looks up in this library.
@c(converge_plugin)
public func convergePlugin() -> UnsafeMutableRawPointer? { PluginBox(AWSPlugin()).handOver() }

/// Amazon Web Services: native kinds as tables over the services' own HTTP APIs.
struct AWSPlugin: Plugin {
    func contents() throws(CallError) -> PluginContents {
        PluginContents(name: "aws", version: "0.1.0", doc: "Amazon Web Services on their own HTTP APIs")
    }
}
