// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Finds a service's endpoint: what the `use` line, variables or the profile say, else AWS's own.
struct EndpointFinder: Sendable {
    let settings: AWSSettings
    let surroundings: Surroundings
    let profiles: Profiles

    func endpoint(_ model: ServiceModel, region: String) throws(AWSFailure) -> Endpoint {
        let own = Endpoint(model, region: region)
        guard let (address, origin) = configured(model) else { return try variant(of: model, region: region) }
        guard let endpoint = Endpoint(address: address, signingRegion: own.signingRegion) else {
            throw AWSFailure(.settings("\(origin) is '\(address)', which is no web address"))
        }
        return endpoint
    }

    private func variant(of model: ServiceModel, region: String) throws(AWSFailure) -> Endpoint {
        let wanted = try EndpointVariant(surroundings, profile)
        if let endpoint = Endpoint(model, region: region, wanted) { return endpoint }
        throw AWSFailure(.settings("\(model.id) has no \(wanted.words) in \(region), and one is asked for"))
    }

    private var profile: ProfileFile.Section? {
        profiles.profile(settings.profile ?? surroundings["AWS_PROFILE"] ?? "default")
    }

    /// The address that somebody gave, and who.
    private func configured(_ model: ServiceModel) -> (String, String)? {
        if let address = settings.endpoint { return (address, "'endpoint' of the use line") }
        if surroundings.isTrue("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") { return nil }
        let profile = profile
        if profile?.values["ignore_configured_endpoint_urls"]?.lowercased() == "true" { return nil }
        let key = model.id.replacing(" ", with: "_")
        let variable = "AWS_ENDPOINT_URL_" + key.uppercased()
        if let address = surroundings[variable] { return (address, variable) }
        if let address = surroundings["AWS_ENDPOINT_URL"] { return (address, "AWS_ENDPOINT_URL") }
        if let name = profile?.values["services"],
            let address = profiles.services(name)?.nested[key.lowercased()]?["endpoint_url"]
        {
            return (address, "endpoint_url of the services section '\(name)'")
        }
        return profile?.values["endpoint_url"].map { ($0, "endpoint_url of the profile") }
    }
}
