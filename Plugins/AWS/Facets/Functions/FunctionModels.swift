// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Models behind an alias of a Lambda function, each a published version of its code.
///
/// An alias leads to one version, or to two by shares, and moves in one call, which Lambda refuses where somebody else moved
/// it meanwhile. Which model a version holds, and which operation published it, stands in its description.
struct FunctionModels: ModelHost {
    private static let moved = ["PreconditionFailedException"].map(FailureRule.init)
    private static let changing = ["ResourceConflictException"].map(FailureRule.init)
    private static let firstWait = Duration.seconds(1)
    private static let longestWait = Duration.seconds(10)
    /// What Lambda takes to take code.
    private static let update = Duration.seconds(600)

    let client: AWSClient
    let services: any HostServices
    let function: String
    let alias: String
    /// Where code goes that is too large for a call.
    let models: StoragePrefix?

    func current(_ context: CallContext) async throws(CallError) -> ModelDeployment {
        try checkCancellation()
        let published = try await published(context).models
        let counts = try await counts(published.models, context)
        return ModelDeployment(
            url:
                "https://lambda.\(client.region).\(client.partition.suffix)/2015-03-31/functions/\(function):\(alias)/invocations",
            versions: published.models.map { model in
                ModelDeployment.Version(
                    version: model.version, model: model.reference, weight: model.weight, isHealthy: model.isHealthy,
                    requests: Int64(counts[model.number]?.requests ?? 0),
                    errors: Int64(counts[model.number]?.errors ?? 0))
            })
    }

    func shift(_ request: ShiftRequest) async throws(CallError) -> ModelDeployment {
        let context = request.context
        let now = try await published(context).models
        if let expected = request.expected, expected != now.weights { throw Self.moved(now) }
        if let stray = request.weights.keys.sorted().first(where: { now.weights[$0] == nil }) {
            throw CallError(
                .notFound, "the alias leads to no version '\(stray)'",
                notes: ["it leads to " + now.models.map { "'\($0.version)'" }.joined(separator: ", ")])
        }
        let sum = request.weights.values.reduce(0, +)
        guard request.weights.values.allSatisfy({ $0 >= 0 }), abs(sum - 100) < 0.01 else {
            throw CallError(.invalid, "the shares of the versions add up to \(sum)%, not to 100%")
        }
        let ordered = now.models.sorted { (request.weights[$0.version] ?? 0) > (request.weights[$1.version] ?? 0) }
        guard let main = ordered.first else { return try await current(context) }
        let other = ordered.dropFirst().first
        try await move(
            .init(main: main.number, other: other?.number, share: other.flatMap { request.weights[$0.version] } ?? 0),
            from: now, context)
        return try await current(context)
    }

    func deploy(_ request: DeployModelRequest) async throws(CallError) -> ModelDeployment {
        let context = request.context
        guard (0...100).contains(request.weight) else {
            throw CallError(.invalid, "a model gets from 0% to 100% of the requests, not \(request.weight)%")
        }
        let package = try await FunctionPackage(request.model, services, context)
        let (before, versions) = try await published(context)
        // Under this token the alias was led there before.
        if before.models.contains(where: { $0.mark.token == context.token.text }) { return try await current(context) }
        if let there = before.models.first(where: { $0.mark.isModel(package.mark) }) {
            try await move(before.giving(request.weight, to: there.number), from: before, context)
            return try await current(context)
        }
        let known = versions.last { $0["description"]?.string.flatMap(ModelMark.init)?.isModel(package.mark) == true }
        let number: String
        if let known = known?["version"]?.string {
            number = known
        } else {
            number = try await publish(package, context)
        }
        try await start(number, request)
        try await move(before.giving(request.weight, to: number), from: before, context)
        await forget(versions, keeping: before.models.map(\.number) + [number], context)
        return try await current(context)
    }

    // MARK: Versions

    /// What the alias leads to, and all versions of the function, the oldest first.
    private func published(
        _ context: CallContext
    ) async throws(CallError) -> (models: PublishedModels, versions: [ObjectValue]) {
        let told = try await call("GetAlias", ["function_name": .string(function), "name": .string(alias)], context)
        let versions: [Value]
        do throws(AWSFailure) {
            versions = try await client.items(
                "lambda", "ListVersionsByFunction", ["function_name": .string(function)], items: "versions",
                context: context)
        } catch { throw error.callError }
        let numbered = versions.compactMap(\.object).compactMap { version in
            version["version"]?.string.flatMap { Int64($0) }.map { (number: $0, version: version) }
        }
        let all = numbered.sorted { $0.number < $1.number }.map(\.version)
        return (PublishedModels(alias: told, versions: all), all)
    }

    /// Makes the model the function's code, and a version of it.
    private func publish(_ package: FunctionPackage, _ context: CallContext) async throws(CallError) -> String {
        let configuration = try await settled(nil, context)
        guard let handler = configuration["handler"]?.string,
            configuration["runtime"]?.string?.hasPrefix("python") == true
        else {
            throw CallError(
                .invalid, "the function '\(function)' does not run Python, in which models are served",
                help: [#"declare it with runtime: "python3.13" and a handler"#])
        }
        services.log.progress(nil, "giving the function the model", context)
        var code = try await package.code(handler: handler, place: models, client: client, context)
        code["function_name"] = .string(function)
        let hash = try await whileChanging("UpdateFunctionCode", code, context)["code_sha256"]?.string
        _ = try await settled(nil, context)
        var parameters: ObjectValue = [
            "function_name": .string(function), "description": .string(package.mark.text)
        ]
        // Where somebody else gave it other code meanwhile, that is not published as this model.
        if let hash { parameters["code_sha256"] = .string(hash) }
        let version = try await whileChanging("PublishVersion", parameters, context)
        guard let number = version["version"]?.string else {
            throw CallError(.failed, "Lambda does not say which version it published")
        }
        return number
    }

    /// Has a version answer before it gets requests.
    private func start(_ number: String, _ request: DeployModelRequest) async throws(CallError) {
        let context = request.context
        let name = request.model.name
        let configuration = try await settled(number, context)
        if configuration["state"]?.string == "Failed" {
            let reason = configuration["state_reason"]?.string ?? "Lambda says no reason"
            throw CallError(.failed, "the model '\(name)' does not come into service: \(reason)")
        }
        services.log.progress(nil, "starting the model", context)
        let question = Value.object(["converge_ready_within": .float(request.startTimeout.seconds)])
        let answer: AWSAnswer
        do throws(AWSFailure) {
            answer = try await client.raw(
                "lambda", "Invoke", ["function_name": .string(function), "qualifier": .string(number)],
                content: Array(question.plainJSON.utf8), context: context, repeatable: true)
        } catch { throw error.callError }
        guard answer.object["function_error"]?.string != nil else { return }
        var reason = String(decoding: answer.content.prefix(2_000), as: UTF8.self)
        do throws(JSONError) {
            if let told = try Value(foreignJSON: answer.content).object?["errorMessage"]?.string { reason = told }
        } catch { services.log.write("Lambda's answer is no JSON: \(error.reason)", context) }
        throw CallError(
            .failed, "the model '\(name)' does not come into service: \(reason)",
            help: reason.contains("timed out") ? ["give the function a longer `timeout`"] : [])
    }

    /// Deletes versions with models that the alias has not led to since the deployment before.
    private func forget(_ versions: [ObjectValue], keeping: [String], _ context: CallContext) async {
        for version in versions {
            guard let number = version["version"]?.string, !keeping.contains(number),
                version["description"]?.string.flatMap(ModelMark.init) != nil
            else { continue }
            do throws(CallError) {
                _ = try await call(
                    "DeleteFunction", ["function_name": .string(function), "qualifier": .string(number)], context)
            } catch {
                services.log.write(
                    "version \(number) of \(function) is left at Lambda: \(error.diagnostic.message)", context)
            }
        }
    }

    // MARK: Calls

    /// Leads the alias elsewhere, unless somebody else has meanwhile.
    private func move(
        _ route: PublishedModels.Route, from before: PublishedModels, _ context: CallContext
    ) async throws(CallError) {
        var parameters = route.parameters
        parameters["function_name"] = .string(function)
        parameters["name"] = .string(alias)
        if let revision = before.revision { parameters["revision_id"] = .string(revision) }
        do throws(AWSFailure) {
            _ = try await client.call("lambda", "UpdateAlias", parameters, context: context, repeatable: true)
        } catch {
            guard Self.moved.match(error) else { throw error.callError }
            // A call whose answer was lost, and that was made again, finds its own doing.
            let told = try await call(
                "GetAlias", ["function_name": .string(function), "name": .string(alias)], context)
            if !route.isThat(of: told) { throw Self.moved(try await published(context).models) }
        }
    }

    private static func moved(_ now: PublishedModels) -> CallError {
        CallError(
            .conflict, "the shares of the versions are not what they were",
            notes: now.models.map { "'\($0.version)' gets \(Value.percent($0.weight).literal)" })
    }

    private func call(
        _ operation: String, _ parameters: ObjectValue, _ context: CallContext
    ) async throws(CallError) -> ObjectValue {
        do throws(AWSFailure) {
            return try await client.call("lambda", operation, parameters, context: context, repeatable: true)
        } catch { throw error.callError }
    }

    /// The configuration of the function or a version once no change of it is under way.
    private func settled(_ version: String?, _ context: CallContext) async throws(CallError) -> ObjectValue {
        var parameters: ObjectValue = ["function_name": .string(function)]
        if let version { parameters["qualifier"] = .string(version) }
        return try await polled("the function '\(function)' is still changing", context) {
            () async throws(CallError) -> ObjectValue? in
            let told = try await call("GetFunction", parameters, context)["configuration"]?.object ?? [:]
            let isChanging =
                told["last_update_status"]?.string == "InProgress" || told["state"]?.string == "Pending"
            return isChanging ? nil : told
        }
    }

    /// Makes a call again while another change of the function is under way.
    private func whileChanging(
        _ operation: String, _ parameters: ObjectValue, _ context: CallContext
    ) async throws(CallError) -> ObjectValue {
        try await polled("the function '\(function)' is still changing", context) {
            () async throws(CallError) -> ObjectValue? in
            do throws(AWSFailure) {
                return try await client.call("lambda", operation, parameters, context: context, repeatable: true)
            } catch {
                if Self.changing.match(error) { return nil }
                throw error.callError
            }
        }
    }

    private func polled(
        _ late: String, _ context: CallContext, _ look: () async throws(CallError) -> ObjectValue?
    ) async throws(CallError) -> ObjectValue {
        let end = services.clock.now().advanced(by: Self.update)
        var wait = Self.firstWait
        while true {
            try checkCancellation()
            if let found = try await look() { return found }
            guard services.clock.now() < end else { throw CallError(.timedOut, late) }
            try await services.clock.sleep(for: wait)
            wait = min(wait * 1.5, Self.longestWait)
        }
    }

    // MARK: Measures

    /// How many requests each version got through the alias, by its number, as far as CloudWatch has counted them.
    private func counts(
        _ models: [PublishedModels.Model], _ context: CallContext
    ) async throws(CallError) -> [String: (requests: Double, errors: Double)] {
        if models.isEmpty { return [:] }
        let now = services.clock.now()
        let oldest = now.advanced(by: .seconds(-14 * 86_400))
        let start = models.compactMap(\.since).min().map { max($0, oldest) } ?? oldest
        return try await VersionCounts(client: client, from: start, to: now.advanced(by: .seconds(60)))
            .sums(models.map(\.number), of: function, by: alias, context)
    }
}
