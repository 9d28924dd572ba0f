// SPDX-License-Identifier: Apache-2.0

/// Carries a plugin through the C entry point.
public final class PluginBox: Sendable {
    public let plugin: any Plugin

    public init(_ plugin: any Plugin) { self.plugin = plugin }

    /// Gives the box away; the host's `adopt` takes it, once.
    public func handOver() -> UnsafeMutableRawPointer { Unmanaged.passRetained(self).toOpaque() }

    /// Takes what an entry point handed over.
    public static func adopt(_ pointer: UnsafeMutableRawPointer) -> PluginBox {
        Unmanaged<PluginBox>.fromOpaque(pointer).takeRetainedValue()
    }
}

/// The type of the C function `converge_plugin` of a plugin's library.
public typealias PluginEntry = @convention(c) () -> UnsafeMutableRawPointer?
