// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Finds the file of a program that is named without its folder.
///
/// Trying each folder of the search path by starting the program there would cost a process for each.
struct ProgramSearch {
    /// Folders with colons between them; an empty one is the working folder.
    let path: String
    let workingFolder: String

    /// The first executable file of that name; nil where there is none.
    func file(of name: String) -> String? {
        for folder in path.split(separator: ":", omittingEmptySubsequences: false) {
            let place = folder.hasPrefix("/") ? String(folder) : workingFolder + "/" + folder
            let file = place + "/" + name
            if isProgram(file) { return file }
        }
        return nil
    }

    private func isProgram(_ file: String) -> Bool {
        guard access(file, X_OK) == 0 else { return false }
        var status = stat()
        return stat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}
