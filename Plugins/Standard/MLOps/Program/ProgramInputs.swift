// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The tables and artifacts that a program gets, as files below one folder.
struct ProgramInputs: Sendable {
    /// The variables that tell where each lies.
    private(set) var environment = ObjectValue()
    private(set) var reads: [Reference] = []
    /// The same for a program on another machine.
    private(set) var carried: [JobProgram.Input] = []
    /// Further variables, which name no place.
    private(set) var told = ObjectValue()
    /// Where the tables lie, by the names of their inputs.
    private var tables: [String: String] = [:]

    /// Writes each table as `NAME.csv` below the folder; an artifact stays where it is kept.
    static func prepare(
        _ inputs: ObjectValue, in folder: String, _ request: StepRequest
    ) async throws(CallError) -> ProgramInputs {
        var prepared = ProgramInputs()
        try FileCopy.makeFolder(folder)
        for entry in inputs {
            guard let reference = entry.value.reference else {
                throw CallError(
                    .invalid, "the input '\(entry.key)' is \(entry.value.typeName), neither a table nor an artifact"
                ).about("inputs")
            }
            let path: String
            var name = TableName.of(step: entry.key)
            if reference.type == "Table" {
                name += ".csv"
                path = "\(folder)/\(name)"
                request.host.services.log.progress(nil, "writing the table \(reference.name)", request.context)
                try await TableExport.write(reference, to: path, request)
                prepared.tables[entry.key] = path
            } else {
                path = try await keptPath(of: reference, request)
            }
            let variable = "CONVERGE_INPUT_" + variableName(entry.key)
            prepared.environment[variable] = .string(path)
            let isFolder = if case .folder = FilePath.status(path) { true } else { false }
            prepared.carried.append(
                JobProgram.Input(name: name, variable: variable, path: path, isFolder: isFolder))
            prepared.reads.append(reference)
        }
        return prepared
    }

    /// The same inputs below another folder, of one table only a slice of the rows.
    func sliced(
        _ name: String, _ table: Reference, _ slice: DataSlice, in folder: String, _ request: StepRequest
    ) async throws(CallError) -> ProgramInputs {
        var sliced = self
        try FileCopy.makeFolder(folder)
        for (input, path) in tables {
            let place = "\(folder)/\(FilePath.lastPart(path))"
            if input == name {
                try await TableExport.write(table, where: slice, to: place, request)
            } else {
                try FilePath.link(path, at: place)
            }
            let variable = "CONVERGE_INPUT_" + Self.variableName(input)
            sliced.environment[variable] = .string(place)
            for index in sliced.carried.indices where sliced.carried[index].variable == variable {
                sliced.carried[index].path = place
            }
        }
        sliced.environment["CONVERGE_SLICE"] = .string(slice.name)
        sliced.told["CONVERGE_SLICE"] = .string(slice.name)
        return sliced
    }

    /// Where a model or artifact lies on this machine.
    static func keptPath(of reference: Reference, _ request: StepRequest) async throws(CallError) -> String {
        if let digest = reference.attributes["digest"]?.string,
            let path = await request.host.services.files.path(ofDigest: digest)
        {
            return path
        }
        let thing = reference.type == "Model" ? "model" : "artifact"
        throw CallError(
            .notFound,
            Diagnostic(
                .artifactGone, "the \(thing) '\(reference.name)' is not kept on this machine any more",
                help: ["run WORKFLOW --fresh    makes it again"])
        ).about(reference.type == "Model" ? "model" : "inputs")
    }

    /// A name as part of a variable's: in capitals, with underscores for what has no place there.
    static func variableName(_ name: String) -> String {
        String(
            name.unicodeScalars.map { scalar in
                let isAllowed =
                    scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                return isAllowed ? Character(scalar) : "_"
            }
        ).uppercased()
    }
}
