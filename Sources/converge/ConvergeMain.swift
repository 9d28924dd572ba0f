// SPDX-License-Identifier: Apache-2.0
import Glibc
import Shell

/// The executable's entry. What needs no parser is answered before it is touched.
@main
enum ConvergeMain {
    /// The version that `--version` prints.
    static let version = "0.1.0"

    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments == ["--version"] {
            print("converge \(version)")
            if fflush(nil) == 0 { exit(0) }
            perror("converge: standard output cannot be written")
            exit(1)
        }
        if arguments.first == "supervise" { InheritedDescriptors.close() }
        exit(await Dispatcher(arguments: arguments).run())
    }
}
