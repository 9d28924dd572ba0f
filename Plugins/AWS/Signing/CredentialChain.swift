// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Looks for credentials in the order of every AWS tool, and takes the first that are there.
///
/// 1. the profile that the `use` line names; 2. the environment; 3. the profile of `AWS_PROFILE`, or `default`: a role,
/// a sign-in, keys, or a program; 4. a web identity token; 5. the container's; 6. the instance's. A role of the `use`
/// line is taken over these.
struct CredentialChain: CredentialSource {
    let settings: AWSSettings
    let surroundings: Surroundings
    let profiles: Profiles
    let caller: AWSCaller

    private var services: any HostServices { caller.services }

    func credentials(_ context: CallContext) async throws(AWSFailure) -> Credentials {
        let found = try await source().credentials(context)
        guard let role = settings.role else { return found }
        let base = CredentialKeeper(KnownCredentials(found: found), services: services)
        return try await RoleCredentials(
            role: role, sessionName: sessionName(nil), externalID: nil, duration: nil, base: base, caller: caller
        ).credentials(context)
    }

    private func source() throws(AWSFailure) -> any CredentialSource {
        if let name = settings.profile {
            guard let source = try profile(name, []) else { throw AWSFailure(.noCredentials(searched: searched)) }
            return source
        }
        if let source = try StaticCredentials.environment(surroundings) { return source }
        let name = surroundings["AWS_PROFILE"] ?? surroundings["AWS_DEFAULT_PROFILE"]
        if let source = try profile(name ?? "default", []) { return source }
        if let file = surroundings["AWS_WEB_IDENTITY_TOKEN_FILE"], let role = surroundings["AWS_ROLE_ARN"] {
            return WebIdentityCredentials(
                role: role, sessionName: sessionName(nil), tokenFile: surroundings.expanded(file),
                surroundings: surroundings, caller: caller)
        }
        if ContainerCredentials.isOffered(surroundings) {
            return ContainerCredentials(surroundings: surroundings, services: services)
        }
        if surroundings.isTrue("AWS_EC2_METADATA_DISABLED") { throw AWSFailure(.noCredentials(searched: searched)) }
        return LastResort(source: instance(name ?? "default"), searched: searched)
    }

    private func instance(_ profile: String) -> InstanceCredentials {
        InstanceCredentials(
            surroundings: surroundings,
            configuredEndpoint: profiles.profile(profile)?.values["ec2_metadata_service_endpoint"], services: services)
    }

    // MARK: Profiles

    /// What a profile gives; nil where it says nothing of credentials.
    ///
    /// - Parameter path: The profiles that led here.
    private func profile(_ name: String, _ path: [String]) throws(AWSFailure) -> (any CredentialSource)? {
        guard let section = profiles.profile(name) else {
            if name == "default", settings.profile == nil { return nil }
            throw profiles.missing(name)
        }
        let value = { (key: String) in section.values[key].flatMap { $0.isEmpty ? nil : $0 } }
        if let role = value("role_arn") {
            if let file = value("web_identity_token_file") {
                return WebIdentityCredentials(
                    role: role, sessionName: sessionName(section), tokenFile: surroundings.expanded(file),
                    surroundings: surroundings, caller: caller)
            }
            return try self.role(role, name, section, path)
        }
        if let source = try signIn(name, section) { return source }
        if let source = try StaticCredentials.profile(name, section) { return source }
        if let command = value("credential_process") {
            return ProcessCredentials(command: command, profile: name, services: services)
        }
        return nil
    }

    private func role(
        _ role: String, _ name: String, _ section: ProfileFile.Section, _ path: [String]
    ) throws(AWSFailure) -> any CredentialSource {
        let base: any CredentialSource
        if let source = section.values["source_profile"] {
            base = try self.base(source, of: name, section, path)
        } else {
            switch section.values["credential_source"]?.lowercased() {
            case "environment":
                guard let source = try StaticCredentials.environment(surroundings) else {
                    throw AWSFailure(.noCredentials(searched: ["the environment, as profile '\(name)' says"]))
                }
                base = source
            case "ecscontainer": base = ContainerCredentials(surroundings: surroundings, services: services)
            case "ec2instancemetadata": base = instance(name)
            default:
                throw AWSFailure(
                    .settings(
                        "profile '\(name)' has a role_arn, but no source_profile or credential_source to take it with"))
            }
        }
        return RoleCredentials(
            role: role, sessionName: sessionName(section), externalID: section.values["external_id"],
            duration: section.values["duration_seconds"].flatMap { Int64($0) },
            device: section.values["mfa_serial"].map { DeviceCode(serial: $0, profile: name, services: services) },
            base: CredentialKeeper(base, services: services), caller: caller)
    }

    private func base(
        _ source: String, of name: String, _ section: ProfileFile.Section, _ path: [String]
    ) throws(AWSFailure) -> any CredentialSource {
        // A profile may name itself: its own keys then.
        if source == name {
            if let keys = try StaticCredentials.profile(name, section) { return keys }
            throw AWSFailure(.settings("profile '\(name)' names itself as source_profile and holds no keys"))
        }
        if path.contains(source) {
            throw AWSFailure(.settings("the profiles \((path + [name]).joined(separator: ", ")) lead in a circle"))
        }
        guard let base = try profile(source, path + [name]) else {
            throw AWSFailure(.settings("profile '\(source)', the source of profile '\(name)', holds no credentials"))
        }
        return base
    }

    private func signIn(_ name: String, _ section: ProfileFile.Section) throws(AWSFailure) -> (any CredentialSource)? {
        var values = section.values
        if let session = values["sso_session"] {
            guard let shared = profiles.session(session) else {
                throw AWSFailure(.settings("profile '\(name)' names the sso-session '\(session)', which is not there"))
            }
            values.merge(shared.values) { _, new in new }
        }
        guard let start = values["sso_start_url"], let account = values["sso_account_id"],
            let role = values["sso_role_name"]
        else { return nil }
        guard let region = values["sso_region"] else {
            throw AWSFailure(.settings("profile '\(name)' has an sso_start_url, but no sso_region"))
        }
        return SSOCredentials(
            profile: name, startURL: start, region: region, account: account, role: role,
            session: values["sso_session"], surroundings: surroundings, caller: caller, clock: services.clock)
    }

    // MARK: Words

    private func sessionName(_ section: ProfileFile.Section?) -> String {
        section?.values["role_session_name"] ?? surroundings["AWS_ROLE_SESSION_NAME"] ?? "converge"
    }

    private var searched: [String] {
        let profile = settings.profile ?? surroundings["AWS_PROFILE"] ?? "default"
        let places = ["profile '\(profile)' of \(profiles.configPath) and \(profiles.credentialsPath)"]
        if settings.profile != nil { return places }
        let tail =
            surroundings.isTrue("AWS_EC2_METADATA_DISABLED")
            ? "the instance's metadata (switched off)" : "the instance's metadata"
        return ["AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"] + places
            + ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI", tail]
    }
}

/// Credentials that somebody has asked for already.
private struct KnownCredentials: CredentialSource {
    let found: Credentials

    func credentials(_ context: CallContext) async throws(AWSFailure) -> Credentials { found }
}

/// The last place of the chain: where it gives nothing, there are no credentials.
private struct LastResort: CredentialSource {
    let source: InstanceCredentials
    let searched: [String]

    func credentials(_ context: CallContext) async throws(AWSFailure) -> Credentials {
        do throws(AWSFailure) { return try await source.credentials(context) } catch {
            if error.isCancelled { throw error }
            throw AWSFailure(.noCredentials(searched: searched))
        }
    }
}
