// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension DiagnosticCode {
    static let notAQuery = DiagnosticCode(
        "V0201", "SQL that is not one query",
        "A step of a warehouse or lake stores or reads the rows of one query: a select, or a with that ends in one. "
            + "Statements that change tables are what the steps themselves do: `mode` says how the rows are stored.")
    static let repeatedColumn = DiagnosticCode(
        "V0202", "two columns of one name",
        "The columns of a table have different names, in whatever case they are written. Name one of them with `as`.")
    static let noSuchColumn = DiagnosticCode(
        "V0203", "a column that is not there",
        "Rows that join a table, and the key of a merge, use the columns that the table has. Name the columns as the "
            + "table does, or replace the table.")
    static let repeatedKey = DiagnosticCode(
        "V0204", "several new rows with one key",
        "A merge replaces the row of each key by the new one. Where the query gives two rows for a key, none of them "
            + "is the right one: aggregate, or choose one of them in the query.")
    static let wrongThingName = DiagnosticCode(
        "V0101", "a name that the local platform does not take",
        "Folders, files and addresses are named by it: 1 to 63 small letters, digits, '-' or '_', not beginning with "
            + "'-'. A thing without a name is called after its environment, module and address.")
    static let beyondMachine = DiagnosticCode(
        "V0405", "more than this machine has",
        "An endpoint of the local platform runs its model on this machine, which must have the processors and the "
            + "memory that one copy may use.")
    static let wrongCopies = DiagnosticCode(
        "V0406", "a number of copies that an endpoint does not run",
        "The copies of an endpoint's model are processes of this machine: at least one, and not more than 1000.")
    static let notAModel = DiagnosticCode(
        "V0401", "a package that cannot be served",
        "A model is a folder in the project's store of artifacts with a model.json, whose object `serve` names the "
            + "`command` that listens on the port of $PORT and the path `health` that answers 2xx when it is ready.")
    static let modelEnded = DiagnosticCode(
        "V0402", "a model that ended by itself",
        "The model's program ended before it answered its health check, or while it was in service. The last lines of "
            + "what it printed say why. It runs in the model's own folder, which is read-only, and finds nothing there "
            + "that was not stored with the model.")
    static let modelSilent = DiagnosticCode(
        "V0403", "a model that does not answer",
        "The model's program runs, but nothing answered its health check in time: it loads too long, hangs, or listens "
            + "elsewhere than on 127.0.0.1 and the port of $PORT. `start_timeout` gives it longer.")
    static let modelUnhealthy = DiagnosticCode(
        "V0404", "a model that answers nonsense",
        "What the model's program says to its health check is not HTTP with a status of 2xx.")

    static let wrongReceiver = DiagnosticCode(
        "V0501", "somebody who cannot be told",
        "Notices go to e-mail addresses, by the machine's `sendmail`; to https addresses, as JSON in a request; to files; and to "
            + "lines of the shell, which get the text on standard input. Nothing else is known here.")
    static let notTold = DiagnosticCode(
        "V0502", "somebody who was not told",
        "A notice did not reach everybody. The notes name who and why, without the address, which may be a secret. When the step is "
            + "tried again under the same run, those who were told are not told again.")

    /// The codes of the local platform.
    static let allOfLocal: [DiagnosticCode] = [
        .notAQuery, .repeatedColumn, .noSuchColumn, .repeatedKey,
        .wrongThingName, .notAModel, .modelEnded, .modelSilent, .modelUnhealthy, .beyondMachine, .wrongCopies,
        .wrongReceiver, .notTold
    ]
}
