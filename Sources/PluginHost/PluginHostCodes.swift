// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension DiagnosticCode {
    // Finding and loading plugins

    package static let unknownPlugin = DiagnosticCode(
        "P0101", "a plugin that is not there",
        "A plugin was named that none of the searched folders holds. A plugin is two files: `lib<Module>.so` and "
            + "`<Module>.json`. `converge plugins` lists those that are found and where they were looked for.")
    package static let missingLibrary = DiagnosticCode(
        "P0102", "a plugin without its library",
        "A manifest lies in a plugin folder, but not the library that it describes. Copy both files, or remove the "
            + "manifest.")
    package static let missingManifest = DiagnosticCode(
        "P0103", "a plugin without its manifest",
        "A plugin's library lies in a plugin folder, but not the manifest beside it. Converge runs no code to find out "
            + "what a plugin is; `converge plugin manifest` writes the manifest where the plugin is built.")
    package static let unreadableManifest = DiagnosticCode(
        "P0104", "a manifest that cannot be read",
        "The manifest of a plugin is damaged, was written by another version of Converge, or may not be read. Copy the "
            + "plugin again, or build it with this version.")
    package static let changedLibrary = DiagnosticCode(
        "P0105", "a library that is not the one its manifest describes",
        "The SHA-256 of a plugin's library is not the one in its manifest: the file was changed, damaged or exchanged "
            + "after it was built. Nothing of it was executed. Copy both files again from where they were built.")
    package static let truncatedLibrary = DiagnosticCode(
        "P0106", "a library that is cut off",
        "A plugin's library ends before its own tables do, as after a copy that was interrupted. Copy it again.")
    package static let notAPlugin = DiagnosticCode(
        "P0107", "a file that is no plugin",
        "The file is not a shared library, or does not export the function `converge_plugin` through which a plugin "
            + "hands itself over.")
    package static let otherArchitecture = DiagnosticCode(
        "P0108", "a plugin for another kind of processor",
        "The library holds code for another architecture than this machine's. Get or build the plugin for this one.")
    package static let otherFingerprint = DiagnosticCode(
        "P0109", "a plugin built for another Converge",
        "Plugin and host must be built with the same major version of the SDK and the same version of the Swift "
            + "compiler. Build the plugin with this version: `converge plugin manifest`.")
    package static let missingSymbols = DiagnosticCode(
        "P0110", "a plugin that needs a newer Converge",
        "The plugin uses parts of the SDK that this version of Converge does not have. Install the newer version, or "
            + "build the plugin with this one.")
    package static let twoOfOneName = DiagnosticCode(
        "P0111", "two plugins of one name",
        "Two folders hold different plugins of the same name, and only one can be used. The one that is found first "
            + "counts; remove the other, or rename its module.")
    package static let emptyEntry = DiagnosticCode(
        "P0112", "a plugin that hands nothing over",
        "The library's function `converge_plugin` returned no plugin. That is a mistake in the plugin; tell its author."
    )
    package static let failingContents = DiagnosticCode(
        "P0113", "a plugin that fails while it is loaded",
        "The plugin threw an error when it was asked what it adds. The note has its words; tell its author.")
    package static let unloadable = DiagnosticCode(
        "P0114", "a library that cannot be loaded",
        "The system's loader refused the library, usually because a library that it needs is not installed. The note "
            + "has the loader's words.")
    package static let misnamed = DiagnosticCode(
        "P0115", "a plugin whose name is not its module's",
        "A plugin's name is the name of its Swift module in lower case, and its files are `lib<Module>.so` and "
            + "`<Module>.json`: so no two plugins can clash. Files that were renamed, or a plugin that calls itself "
            + "otherwise, are refused.")
    package static let unreadableFolder = DiagnosticCode(
        "P0116", "a plugin folder that cannot be read",
        "A folder in which plugins are looked for does not exist though `CONVERGE_PLUGIN_PATH` names it, or may not be "
            + "read.")
    package static let unwritableManifest = DiagnosticCode(
        "P0117", "a manifest that cannot be written",
        "The manifest of a freshly built plugin could not be written beside its library. The message has the reason.")

    // Secrets

    package static let secretNotSet = DiagnosticCode(
        "P0201", "a secret that is not set",
        "A recipe names a secret that is nowhere. `secret(\"NAME\")` is the environment variable `NAME` of the command, "
            + "else the text in the file that `NAME_FILE` names, else what `converge secret set NAME` keeps in the "
            + "project; it is never written in the recipe.")
    package static let secretFileRefused = DiagnosticCode(
        "P0202", "a file of a secret that cannot be used",
        "The environment variable `NAME_FILE` names the file that holds the secret `NAME`. It must be a readable file "
            + "with a text in UTF-8, and its mode must not let everybody on the machine read or write it. One line end at "
            + "its end is not part of the secret.")
    package static let storeDamaged = DiagnosticCode(
        "P0203", "a store of secrets that is not whole",
        "The project's store of secrets, `.converge/secrets`, was cut off, changed, or written by a newer Converge. "
            + "Nothing of it is used. A seal made with its key covers every name, time and text.")
    package static let wrongStoreKey = DiagnosticCode(
        "P0204", "a key that does not open the store of secrets",
        "The project's store of secrets opens with the key or passphrase with which it was made, or that the last "
            + "`converge secret rotate` gave it, and with nothing else. Whoever has lost it sets the secrets anew.")
    package static let storeKeyMissing = DiagnosticCode(
        "P0205", "a store of secrets without a key",
        "The key comes from the variable `CONVERGE_KEY` or the file that `CONVERGE_KEY_FILE` names; a passphrase from "
            + "`CONVERGE_PASSPHRASE`, or from a person at a terminal, who is asked.")
    package static let storeKeyUnusable = DiagnosticCode(
        "P0206", "a key that cannot be used",
        "A key is 32 random bytes in base64; `converge secret init --key-file FILE` makes one. A key file's mode must not "
            + "let everybody on the machine read or write it. A passphrase has 8 characters or more.")
    package static let storeThere = DiagnosticCode(
        "P0207", "a second store of secrets",
        "A project has one store of secrets, and `converge secret init` never replaces one.")
    package static let notInStore = DiagnosticCode(
        "P0208", "a secret that the store does not have",
        "`converge secret list` lists the secrets that the project's store has. One that comes from the environment or a "
            + "file is not among them.")
    package static let storeNotWritten = DiagnosticCode(
        "P0209", "a store of secrets that cannot be written",
        "The folder may not be written to, or the disk is full. The store is replaced whole or not at all, so that it is as "
            + "it was.")

    // Sensitive values in the ledger

    package static let ledgerKeyMissing = DiagnosticCode(
        "P0210", "the key of the ledger's sensitive values is missing",
        "What plugins call sensitive lies in the ledger encrypted, as do the fingerprints by which a changed secret is "
            + "seen. The key lies apart from it, in `.converge/ledger.key` or where `CONVERGE_LEDGER_KEY_FILE` says. Without it "
            + "nothing of the ledger is lost but these values: put a copy back, or make a new key with `converge ledger rotate --lost`."
    )
    package static let ledgerKeyWrong = DiagnosticCode(
        "P0211", "a sensitive value that the key does not open",
        "The key file is not this ledger's, as after putting back one of another project or from before "
            + "`converge ledger rotate`: put the right one back. Or the value is not in the ledger as it was written, as "
            + "after putting back a backup from before it was recorded: `converge refresh RECIPE` reads it from its "
            + "platform again.")

    // Supervision

    package static let supervisorNotStarted = DiagnosticCode(
        "P0301", "a supervisor that does not start",
        "Long-lived services of a project, such as a served model, run in a process of their own, the supervisor, which "
            + "is started on first need. It could not be started; its log `.converge/run/supervisor.log` says why.")
    package static let supervisorSilent = DiagnosticCode(
        "P0302", "a supervisor that does not answer",
        "The project's supervisor was started but did not answer in time. Its log `.converge/run/supervisor.log` says "
            + "what it does.")
    package static let unknownService = DiagnosticCode(
        "P0303", "a service that is not there",
        "A message was sent to a supervised service that does not run, or a plugin was asked for a service that it "
            + "does not have.")

    /// The codes of finding, loading and supervising plugins and of what is lent to them.
    package static let allOfPluginHost: [DiagnosticCode] = [
        .unknownPlugin, .missingLibrary, .missingManifest, .unreadableManifest, .changedLibrary, .truncatedLibrary,
        .notAPlugin, .otherArchitecture, .otherFingerprint, .missingSymbols, .twoOfOneName, .emptyEntry,
        .failingContents, .unloadable, .misnamed, .unreadableFolder, .unwritableManifest,
        .secretNotSet, .secretFileRefused, .storeDamaged, .wrongStoreKey, .storeKeyMissing, .storeKeyUnusable,
        .storeThere, .notInStore, .storeNotWritten, .ledgerKeyMissing, .ledgerKeyWrong,
        .supervisorNotStarted, .supervisorSilent, .unknownService
    ]
}
