// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Where a service is, and for which region its requests are signed.
struct Endpoint: Sendable, Hashable {
    /// Scheme, host, and port where it is not the scheme's own; without a slash at its end.
    var base: String
    /// A path before every request's.
    var path: String
    var signingRegion: String
    /// True where somebody gave the address.
    var isOverride: Bool

    /// Host and port as requests say them.
    var host: String { String(base[(base.firstRange(of: "://")?.upperBound ?? base.startIndex)...]) }

    /// The endpoint with a name before the host.
    func withHostPrefix(_ prefix: String) -> Endpoint {
        guard !prefix.isEmpty, let scheme = base.firstRange(of: "://") else { return self }
        var result = self
        result.base.insert(contentsOf: prefix, at: scheme.upperBound)
        return result
    }

    /// An address that somebody gave; nil where it is none.
    init?(address: String, signingRegion: String) {
        guard let scheme = address.firstRange(of: "://"), ["http", "https"].contains(address[..<scheme.lowerBound])
        else { return nil }
        let rest = address[scheme.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        var host = rest[..<end].lowercased()
        guard !host.isEmpty, !host.contains("@"), end == rest.endIndex || rest[end] == "/" else { return nil }
        let isSecure = address.hasPrefix("https")
        // The scheme's own port is not part of the host that is signed.
        let port = isSecure ? ":443" : ":80"
        if host.hasSuffix(port) { host.removeLast(port.count) }
        base = (isSecure ? "https://" : "http://") + host
        path = String(rest[end...])
        while path.hasSuffix("/") { path.removeLast() }
        self.signingRegion = signingRegion
        isOverride = true
    }

    /// AWS's own of a variant; nil where its rules offer none in the region.
    init?(_ model: ServiceModel, region: String, _ variant: EndpointVariant) {
        self.init(model, region: region)
        guard let key = variant.key else { return }
        let hosts = model.hosts[key] ?? [:]
        guard let host = hosts[region] ?? hosts[Partition(region: region).rawValue], !host.isEmpty else { return nil }
        base = "https://" + host.replacing("{region}", with: region)
    }

    /// AWS's own.
    init(_ model: ServiceModel, region: String) {
        let partition = Partition(region: region)
        var host = "\(model.endpointPrefix).\(region).\(partition.suffix)"
        signingRegion = region
        if model.isGlobal {
            switch partition {
            case .aws:
                host = "\(model.endpointPrefix).amazonaws.com"
                signingRegion = "us-east-1"
            case .china where model.name == "iam":
                host = "iam.cn-north-1.amazonaws.com.cn"
                signingRegion = "cn-north-1"
            case .china:
                host = "\(model.endpointPrefix).\(partition.suffix)"
                signingRegion = "cn-northwest-1"
            case .government:
                host = "\(model.endpointPrefix).us-gov.\(partition.suffix)"
                signingRegion = "us-gov-west-1"
            }
        }
        base = "https://" + host
        path = ""
        isOverride = false
    }
}
