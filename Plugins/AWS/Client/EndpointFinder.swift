// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Finds a service's endpoint: what the `use` line, variables or the profile say, else AWS's own.
struct EndpointFinder: Sendable {
    let settings: AWSSettings
    let surroundings: Surroundings
    let profiles: Profiles

    func endpoint(_ model: ServiceModel, region: String) throws(AWSFailure) -> Endpoint {
        let own = Endpoint(model, region: region)
        guard let (address, origin) = configured(model) else { return own }
        guard let endpoint = Endpoint(address: address, signingRegion: own.signingRegion) else {
            throw AWSFailure(.settings("\(origin) is '\(address)', which is no web address"))
        }
        return endpoint
    }

    /// The address that somebody gave, and who.
    private func configured(_ model: ServiceModel) -> (String, String)? {
        if let address = settings.endpoint { return (address, "'endpoint' of the use line") }
        if surroundings.isTrue("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") { return nil }
        let profile = profiles.profile(settings.profile ?? surroundings["AWS_PROFILE"] ?? "default")
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
