// SPDX-License-Identifier: Apache-2.0

/// A program of a step with all that it sees, for machines that come and go with its run.
///
/// Whoever runs it brings the folder and the inputs there, starts `script(at:)` with a POSIX shell, hands the secrets
/// over as environment variables, and brings back what the program left. So a program finds the same on every platform
/// as beside Converge.
public struct JobProgram: Sendable {
    /// A table or artifact that the program reads.
    public struct Input: Sendable, Hashable {
        /// Its name in the folder `inputs` of the working folder.
        public var name: String
        /// The environment variable that tells the program where it lies.
        public var variable: String
        /// The file or folder of this machine.
        public var path: String
        public var isFolder: Bool

        public init(name: String, variable: String, path: String, isFolder: Bool) {
            self.name = name
            self.variable = variable
            self.path = path
            self.isFolder = isFolder
        }
    }

    /// The program and its arguments. One that is named by a relative path lies in the working folder.
    public var command: [String]
    /// The folder of this machine whose content the program finds in its working folder.
    public var folder: String
    public var inputs: [Input]
    /// What the program is told, without secrets.
    public var parameters: ObjectValue
    /// Environment variables: texts and secrets.
    public var environment: ObjectValue
    /// The container image that it runs in; nil for one by the framework, or the platform's choice.
    public var image: String?
    /// The library in use, as the recipe names it; nil for none.
    public var framework: String?
    /// Environment variables that name a file for the program to write: each with the file's name in the folder of artifacts.
    public var leaves: [String: String] = [:]

    public init(
        command: [String], folder: String, inputs: [Input] = [], parameters: ObjectValue = [:],
        environment: ObjectValue = [:], image: String? = nil, framework: String? = nil
    ) {
        self.command = command
        self.folder = folder
        self.inputs = inputs
        self.parameters = parameters
        self.environment = environment
        self.image = image
        self.framework = framework
    }

    /// The environment variables that hold secrets: these the platform hands over, because they must stand in no file.
    public var secrets: ObjectValue {
        ObjectValue(environment.filter { $0.value.containsSecret }.map { ($0.key, $0.value) })
    }
}

/// Where things lie on the machine that runs a program: absolute paths, each of which the platform chooses.
public struct JobPlaces: Sendable {
    /// The program's folder as an archive that `tar -xzf` unpacks.
    public var archive: String
    /// The folder of the inputs: files under their names, folders as archives `NAME.tar`.
    public var inputs: String
    /// A file with the parameters as JSON.
    public var parameters: String
    /// The folder that the program fills with a model.
    public var model: String
    /// The folder for anything else that it leaves.
    public var artifacts: String
    /// The file for a JSON object of numbers; its folder is there.
    public var metrics: String

    public init(
        archive: String, inputs: String, parameters: String, model: String, artifacts: String, metrics: String
    ) {
        self.archive = archive
        self.inputs = inputs
        self.parameters = parameters
        self.model = model
        self.artifacts = artifacts
        self.metrics = metrics
    }
}

extension JobProgram {
    /// The shell script that runs the program on the other machine and ends as it ends.
    ///
    /// - Throws: `CallError` with `invalid` for a variable whose name or value a shell cannot hold.
    public func script(at places: JobPlaces) throws(CallError) -> String {
        let quoted = ShellText.quoted
        var lines = [
            "#!/bin/sh", "# Runs the program of a step of Converge on a machine that comes and goes with it.",
            "set -eu",
            "work=$(mktemp -d)", "tar -xzf \(quoted(places.archive)) -C \"$work\"",
            "mkdir -p \"$work/inputs\" \(quoted(places.model)) \(quoted(places.artifacts))"
        ]
        for input in inputs {
            let (place, target) = (quoted(places.inputs + "/" + input.name), "\"$work/inputs/\"" + quoted(input.name))
            if input.isFolder {
                lines.append("mkdir \(target)")
                lines.append("tar -xf \(quoted(places.inputs + "/" + input.name + ".tar")) -C \(target)")
            } else {
                lines.append("ln -s \(place) \(target)")
            }
            lines.append("export \(try Self.variable(input.variable))=\(target)")
        }
        // A model that it is given takes the place of the folder for one that it makes.
        let given = Set(inputs.map(\.variable))
        for (name, value) in [
            ("CONVERGE_PARAMS", places.parameters), ("CONVERGE_MODEL", places.model),
            ("CONVERGE_ARTIFACTS", places.artifacts), ("CONVERGE_METRICS", places.metrics)
        ] where !given.contains(name) { lines.append("export \(name)=\(quoted(value))") }
        for (name, file) in leaves.sorted(by: { $0.key < $1.key }) {
            lines.append("export \(try Self.variable(name))=\(quoted(places.artifacts + "/" + file))")
        }
        for entry in environment where !entry.value.containsSecret && !entry.value.isNull {
            lines.append("export \(try Self.variable(entry.key))=\(quoted(try PlainText.render(entry.value)))")
        }
        lines.append("cd \"$work\"")
        // A name without a slash is looked for on the search path, as beside Converge.
        lines.append("exec " + command.map(quoted).joined(separator: " "))
        let text = lines.joined(separator: "\n") + "\n"
        guard !text.unicodeScalars.contains("\0") else {
            throw CallError(.invalid, "a program cannot be given the character NUL", help: ["take it out of the value"])
        }
        return text
    }

    private static func variable(_ name: String) throws(CallError) -> String {
        let isName = name.unicodeScalars.enumerated().allSatisfy { offset, scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "_": true
            case "0"..."9": offset > 0
            default: false
            }
        }
        guard isName, !name.isEmpty else {
            throw CallError(
                .invalid, "'\(name)' is no name of an environment variable that a shell can hold",
                help: ["use letters, digits and '_'"]
            ).about("env")
        }
        return name
    }
}
