// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Where OpenLineage events go, from the variables that its own client reads.
struct LineageSettings: Sendable {
    enum Transport: Sendable, Hashable {
        case http(url: String, key: String?, timeout: Duration)
        /// One event a line.
        case file(String)
    }

    var transport: Transport
    /// Of the jobs.
    var namespace: String

    /// What made the events.
    static let producer = "urn:converge:\(ConvergeMain.version)"

    /// - Returns: Nil where no events are asked for; with what cannot be followed.
    static func read(_ variables: [String: String]) -> (settings: LineageSettings?, problems: [String]) {
        let variables = variables.filter { !$0.value.isEmpty }
        if variables["OPENLINEAGE_DISABLED"]?.lowercased() == "true" { return (nil, []) }
        let own = { (name: String) in variables["OPENLINEAGE__TRANSPORT__" + name] }
        let url = variables["OPENLINEAGE_URL"] ?? own("URL")
        let kind = own("TYPE") ?? (url == nil ? own("LOG_FILE_PATH").map { _ in "file" } : "http")
        guard let kind else { return (nil, []) }
        var problems: [String] = []
        let transport: Transport
        switch kind {
        case "file":
            guard let path = own("LOG_FILE_PATH") else {
                return (nil, ["OPENLINEAGE__TRANSPORT__LOG_FILE_PATH names no file for the events"])
            }
            if own("APPEND")?.lowercased() == "false" {
                problems.append(
                    "OPENLINEAGE__TRANSPORT__APPEND is always true here: each event is a line of the one file")
            }
            transport = .file(Paths.absolute(path))
        case "http", "async_http":
            guard let url else { return (nil, ["OPENLINEAGE_URL names no address for the events"]) }
            guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
                return (nil, ["'\(url)' in OPENLINEAGE_URL is no address that begins with http:// or https://"])
            }
            let endpoint = variables["OPENLINEAGE_ENDPOINT"] ?? own("ENDPOINT") ?? "api/v1/lineage"
            var timeout = Duration.seconds(5)
            if let text = own("TIMEOUT") {
                if let seconds = Double(text), seconds > 0, seconds < 3600 {
                    timeout = .seconds(seconds)
                } else {
                    problems.append("OPENLINEAGE__TRANSPORT__TIMEOUT is a number of seconds, and not '\(text)'")
                }
            }
            transport = .http(
                url: joined(url, endpoint),
                key: variables["OPENLINEAGE_API_KEY"] ?? own("AUTH__API_KEY") ?? own("AUTH__APIKEY"), timeout: timeout)
        default:
            return (nil, ["OPENLINEAGE__TRANSPORT__TYPE '\(kind)' is not known here; http and file are"])
        }
        return (
            LineageSettings(transport: transport, namespace: variables["OPENLINEAGE_NAMESPACE"] ?? "default"), problems
        )
    }

    private static func joined(_ url: String, _ endpoint: String) -> String {
        let base = url.hasSuffix("/") ? String(url.dropLast()) : url
        return base + (endpoint.hasPrefix("/") ? endpoint : "/" + endpoint)
    }
}
