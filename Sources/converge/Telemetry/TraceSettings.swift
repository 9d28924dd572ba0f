// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Where traces go, from the variables that every OpenTelemetry SDK reads.
struct TraceSettings: Sendable {
    /// Takes OTLP over HTTP.
    var url: String
    /// Of the collector, and what it asks for; values may be credentials.
    var headers: [(name: String, value: String)] = []
    var timeout = Duration.seconds(10)
    /// What describes this program in each trace: `service.name` and more.
    var resource: ObjectValue
    /// The span of whoever started this program.
    var parent: TraceParent?

    /// - Returns: Nil where no traces are asked for; with what cannot be followed.
    static func read(_ variables: [String: String]) -> (settings: TraceSettings?, problems: [String]) {
        let variables = variables.filter { !$0.value.isEmpty }
        let exporter = variables["OTEL_TRACES_EXPORTER"] ?? "otlp"
        guard variables["OTEL_SDK_DISABLED"]?.lowercased() != "true", exporter != "none",
            variables["OTEL_TRACES_SAMPLER"] != "always_off",
            let url = variables["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"]
                ?? variables["OTEL_EXPORTER_OTLP_ENDPOINT"].map({
                    $0.hasSuffix("/") ? $0 + "v1/traces" : $0 + "/v1/traces"
                })
        else { return (nil, []) }
        var problems: [String] = []
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            return (nil, ["'\(url)' in OTEL_EXPORTER_OTLP_ENDPOINT is no address that begins with http:// or https://"])
        }
        if exporter != "otlp" {
            problems.append("OTEL_TRACES_EXPORTER '\(exporter)' is not known; traces go out by otlp")
        }
        let wire = variables["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] ?? variables["OTEL_EXPORTER_OTLP_PROTOCOL"]
        if let wire, !wire.hasPrefix("http/") {
            return (
                nil, ["OTEL_EXPORTER_OTLP_PROTOCOL '\(wire)' is not spoken here; http/json is, on port 4318 as a rule"]
            )
        }
        if let sampler = variables["OTEL_TRACES_SAMPLER"], !sampler.hasSuffix("always_on") {
            problems.append("OTEL_TRACES_SAMPLER '\(sampler)' is not known; every run is traced")
        }
        let parent = variables[TraceParent.variable].flatMap { TraceParent($0) }
        // Whoever started this program traces nothing, and so nothing below it is.
        if let parent, !parent.isSampled, variables["OTEL_TRACES_SAMPLER"] != "always_on" { return (nil, problems) }
        var resource: ObjectValue = ["service.name": "converge"]
        for (name, value) in pairs(variables["OTEL_RESOURCE_ATTRIBUTES"], &problems) { resource[name] = .string(value) }
        if let name = variables["OTEL_SERVICE_NAME"] { resource["service.name"] = .string(name) }
        resource["service.version"] = resource["service.version"] ?? .string(ConvergeMain.version)
        var settings = TraceSettings(url: url, resource: resource, parent: parent)
        settings.headers = pairs(
            variables["OTEL_EXPORTER_OTLP_TRACES_HEADERS"] ?? variables["OTEL_EXPORTER_OTLP_HEADERS"], &problems)
        let timeout = variables["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT"] ?? variables["OTEL_EXPORTER_OTLP_TIMEOUT"]
        if let timeout {
            if let milliseconds = Int64(timeout), milliseconds > 0 {
                settings.timeout = .milliseconds(milliseconds)
            } else {
                problems.append("OTEL_EXPORTER_OTLP_TIMEOUT is a number of milliseconds, and not '\(timeout)'")
            }
        }
        return (settings, problems)
    }

    /// `name=value,name=value`, with values percent-encoded.
    private static func pairs(_ text: String?, _ problems: inout [String]) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for part in (text ?? "").split(separator: ",") {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, let name = sides.first.map({ trimmed($0) }), !name.isEmpty else {
                // Not the text itself, which may be a credential.
                problems.append("a part of OTEL_EXPORTER_OTLP_HEADERS or OTEL_RESOURCE_ATTRIBUTES is not name=value")
                continue
            }
            pairs.append((name, decoded(trimmed(sides[1]))))
        }
        return pairs
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    private static func decoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
