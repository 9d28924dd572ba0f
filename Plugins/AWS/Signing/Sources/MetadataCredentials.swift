// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Credentials of a container's task or pod, from the address that its variables name.
struct ContainerCredentials: CredentialSource {
    let surroundings: Surroundings
    let services: any HostServices

    static func isOffered(_ surroundings: Surroundings) -> Bool {
        surroundings["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] != nil
            || surroundings["AWS_CONTAINER_CREDENTIALS_FULL_URI"] != nil
    }

    func credentials(_ context: CallContext) async throws(AWSFailure) -> Credentials {
        let url: String
        if let path = surroundings["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
            url = "http://169.254.170.2" + path
        } else {
            url = surroundings["AWS_CONTAINER_CREDENTIALS_FULL_URI"] ?? ""
            guard Self.isTrusted(url) else {
                throw AWSFailure(
                    .settings(
                        "AWS_CONTAINER_CREDENTIALS_FULL_URI is '\(url)'; it has to be https, loopback or the container's agent"
                    ))
            }
        }
        var request = HTTPRequest(url: url, timeout: .seconds(5))
        if let path = surroundings["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] {
            guard let bytes = surroundings.read(path) else {
                throw AWSFailure(.credentialSource("the container's token '\(path)' cannot be read", help: []))
            }
            request.headers.append(("Authorization", .string(String(decoding: bytes, as: UTF8.self).trimmed)))
        } else if let token = surroundings["AWS_CONTAINER_AUTHORIZATION_TOKEN"] {
            request.headers.append(("Authorization", .string(token)))
        }
        let answer = try await MetadataAnswer.get(request, services, "the container's credentials")
        return try CredentialDocument.credentials(
            answer.body, origin: "the container's credentials", tokenName: "Token")
    }

    private static func isTrusted(_ url: String) -> Bool {
        if url.hasPrefix("https://") { return true }
        let hosts = ["127.0.0.1", "localhost", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"]
        return hosts.contains { host in
            guard url.hasPrefix("http://" + host) else { return false }
            let rest = url.dropFirst("http://".count + host.count)
            return rest.isEmpty || rest.first == "/" || rest.first == ":"
        }
    }
}

/// Credentials of the role of an EC2 instance (instance metadata, version 2).
struct InstanceCredentials: CredentialSource {
    let surroundings: Surroundings
    /// `ec2_metadata_service_endpoint` of the profile.
    let configuredEndpoint: String?
    let services: any HostServices

    func credentials(_ context: CallContext) async throws(AWSFailure) -> Credentials {
        let what = "the instance's metadata"
        var address =
            surroundings["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? configuredEndpoint ?? "http://169.254.169.254"
        while address.hasSuffix("/") { address.removeLast() }
        var ask = HTTPRequest(method: "PUT", url: address + "/latest/api/token", timeout: .seconds(1))
        ask.headers = [("X-aws-ec2-metadata-token-ttl-seconds", "21600")]
        let token = String(decoding: try await MetadataAnswer.get(ask, services, what).body, as: UTF8.self)
        let folder = address + "/latest/meta-data/iam/security-credentials/"
        var request = HTTPRequest(url: folder, timeout: .seconds(2))
        request.headers = [("X-aws-ec2-metadata-token", .string(token))]
        let names = String(decoding: try await MetadataAnswer.get(request, services, what).body, as: UTF8.self)
        guard let role = names.split(whereSeparator: \.isNewline).first.map({ String($0).trimmed }), !role.isEmpty
        else { throw AWSFailure(.credentialSource("\(what): the instance has no role", help: [])) }
        request.url = folder + WireText.encoded(role)
        let answer = try await MetadataAnswer.get(request, services, what)
        return try CredentialDocument.credentials(
            answer.body, origin: "the instance's role '\(role)'", tokenName: "Token")
    }
}

enum MetadataAnswer {
    static func get(
        _ request: HTTPRequest, _ services: any HostServices, _ what: String
    ) async throws(AWSFailure) -> HTTPResponse {
        var request = request
        request.masksAnswer = false
        request.largestResponse = 1 << 20
        let response: HTTPResponse
        do throws(CallError) { response = try await services.http.send(request) } catch {
            if error.reason == .cancelled { throw .cancelled }
            throw AWSFailure(.credentialSource("\(what): \(error.diagnostic.message)", help: []))
        }
        guard response.status == 200 else {
            throw AWSFailure(.credentialSource("\(what) answered with HTTP status \(response.status)", help: []))
        }
        return response
    }
}
