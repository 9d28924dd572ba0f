cat > acme.swift <<'SWIFT'
import ConvergeSDK

@c(converge_plugin) public func convergePlugin() -> UnsafeMutableRawPointer? { PluginBox(Acme()).handOver() }

struct Acme: Plugin {
    func contents() throws(CallError) -> PluginContents {
        throw CallError(.denied, "no licence was found", help: ["put the licence into /etc/acme"])
    }
}
SWIFT
FROM=$(dirname "$(command -v converge)")
mkdir plugins
swiftc -emit-library -module-name Acme -I "$FROM/Modules" -L "$FROM" -lConvergeSDK acme.swift -o plugins/libAcme.so
converge plugin manifest plugins/libAcme.so
