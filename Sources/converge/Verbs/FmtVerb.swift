// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import FoundationEssentials
import RecipeSyntax
import Shell

struct FmtVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fmt", abstract: "Formats recipes in place; folders with everything below them.")

    @ArgumentParser.Argument(help: "Recipes and folders; - reads standard input and prints the result.") var files:
        [String]
    @Flag(help: "Changes nothing; ends with 2 where something would change.") var check = false
    @Flag(help: "Prints one JSON document instead of text.") var json = false

    func run() async throws {
        let output = Invocation.here().output
        var changed: [String] = []
        var problems: [Diagnostic] = []
        for file in try files.flatMap({ try Self.recipes(at: $0) }) {
            do {
                let source = file == "-" ? try RecipeReader.standardInput() : try RecipeReader.file(file)
                let formatted = try Recipe.format(source)
                if file == "-" {
                    if !check { output.print(exact: formatted) }
                    if Array(formatted.utf8) != source.utf8 { changed.append(file) }
                    continue
                }
                if Array(formatted.utf8) == source.utf8 { continue }
                changed.append(file)
                if !check { try TextFile.write(formatted, to: file) }
            } catch let several as Diagnostics {
                problems += several.all
            } catch let one as Diagnostic {
                problems.append(one)
            }
        }
        if json {
            output.print(document: [
                "changed": .list(changed.map { .string(Paths.shown($0)) }),
                "diagnostics": .list(problems.map { .object(DiagnosticDocument.object($0)) })
            ])
        } else {
            for file in changed where file != "-" {
                output.say(check ? "would change \(Paths.shown(file))" : Paths.shown(file))
            }
            output.say(problems)
        }
        if !problems.isEmpty { throw ExitCode.failed }
        if check, !changed.isEmpty { throw ExitCode.differences }
    }

    /// The recipes below a folder in the order of their names, or the file itself.
    private static func recipes(at path: String) throws(Diagnostic) -> [String] {
        guard Paths.isFolder(path) else { return [path] }
        var found: [String] = []
        var folders = [path]
        while let folder = folders.popLast() {
            for name in try names(in: folder) where !name.hasPrefix(".") {
                let inner = Paths.join(folder, name)
                if Paths.isFolder(inner) {
                    folders.append(inner)
                } else if name.hasSuffix(".recipe") {
                    found.append(inner)
                }
            }
        }
        return found.sorted()
    }

    private static func names(in folder: String) throws(Diagnostic) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        } catch {
            throw Diagnostic(.noRecipe, "the folder \(Paths.shown(folder)) cannot be read")
        }
    }
}
