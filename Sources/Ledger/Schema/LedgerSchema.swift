// SPDX-License-Identifier: Apache-2.0
import GRDB

/// The tables of `ledger.db`, as the steps that lead from an empty file to the present form.
///
/// A step is never changed once it was released: a new form is a new step. `PRAGMA user_version` is the number of steps
/// that a file has gone through.
enum LedgerSchema {
    /// Marks a SQLite file as a ledger: "CvLg".
    static let applicationID: Int32 = 0x4376_4C67
    static let steps = [version1, version2, version3, version4, version5, version6]
    static var version: Int { steps.count }

    /// Small pages keep a commit small: a durable step rewrites the few pages that it touches.
    static let pageSize = 1024

    private static let version1 = """
        CREATE TABLE meta (
            -- project: the project's id. sequence: raised by each commit. runs, epoch: last given. rows: how many
            -- rows resource has.
            -- version:ENVIRONMENT: the sequence of the commit that last changed a resource row there.
            name TEXT PRIMARY KEY,
            value NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE lease (
            scope TEXT PRIMARY KEY,
            epoch INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE module (
            id INTEGER PRIMARY KEY,
            environment TEXT NOT NULL,
            name TEXT NOT NULL,
            UNIQUE (environment, name)
        );

        CREATE TABLE resource (
            id INTEGER PRIMARY KEY,
            module INTEGER NOT NULL,
            address TEXT NOT NULL,
            kind TEXT NOT NULL,
            schema_version INTEGER NOT NULL,
            provider TEXT NOT NULL,
            status TEXT NOT NULL,
            inputs TEXT NOT NULL,
            outputs TEXT NOT NULL,
            dependencies TEXT,
            protected INTEGER NOT NULL,
            composite TEXT,
            changed INTEGER NOT NULL,
            checksum INTEGER NOT NULL,
            UNIQUE (module, address)
        );

        CREATE TABLE run (
            number INTEGER PRIMARY KEY,
            purpose TEXT NOT NULL,
            environment TEXT NOT NULL,
            module TEXT NOT NULL,
            workflow TEXT,
            recipe TEXT,
            settings TEXT NOT NULL,
            parameters TEXT NOT NULL,
            status TEXT NOT NULL,
            outputs TEXT NOT NULL,
            failure TEXT,
            started INTEGER NOT NULL,
            ended INTEGER,
            checksum INTEGER NOT NULL
        );
        CREATE INDEX run_environment ON run (environment);

        CREATE TABLE operation (
            -- The run's number, shifted by 32 bits, and the operation's place in the run: a run's operations lie
            -- together and in order without an index.
            id INTEGER PRIMARY KEY,
            token TEXT NOT NULL,
            module INTEGER NOT NULL,
            address TEXT NOT NULL,
            effect TEXT NOT NULL,
            step_kind TEXT,
            attempt INTEGER NOT NULL,
            status TEXT NOT NULL,
            inputs TEXT NOT NULL,
            content_key TEXT,
            handle TEXT,
            started INTEGER NOT NULL,
            intent_checksum INTEGER NOT NULL,
            outputs TEXT,
            reads TEXT,
            writes TEXT,
            failure TEXT,
            ended INTEGER,
            result_checksum INTEGER
        );
        CREATE INDEX operation_open ON operation (token) WHERE status = 'intended';
        CREATE INDEX operation_key ON operation (content_key, ended)
            WHERE content_key IS NOT NULL AND status = 'succeeded';

        CREATE TABLE consumed_plan (
            digest TEXT PRIMARY KEY,
            time INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE audit (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            time INTEGER NOT NULL,
            actor TEXT NOT NULL,
            host TEXT NOT NULL,
            action TEXT NOT NULL,
            environment TEXT NOT NULL,
            module TEXT NOT NULL,
            detail TEXT NOT NULL
        );
        CREATE TRIGGER audit_keeps_lines BEFORE DELETE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit trail is only ever added to'); END;
        CREATE TRIGGER audit_keeps_words BEFORE UPDATE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit trail is only ever added to'); END;
        """

    /// What runs go by is kept, kinds are kept of every operation, and the audit trail is chained.
    private static let version2 = """
        CREATE TABLE source (
            id INTEGER PRIMARY KEY,
            digest TEXT NOT NULL UNIQUE,
            content TEXT NOT NULL
        );
        ALTER TABLE run ADD COLUMN source TEXT;
        ALTER TABLE run ADD COLUMN module_parameters TEXT;
        ALTER TABLE run ADD COLUMN actor TEXT;
        ALTER TABLE operation RENAME COLUMN step_kind TO kind;
        -- A digest of the line and of the link before it; null for lines from before there were links.
        ALTER TABLE audit ADD COLUMN link TEXT;
        """

    /// What starts workflows by itself is recorded.
    private static let version3 = """
        CREATE TABLE firing (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            environment TEXT NOT NULL,
            module TEXT NOT NULL,
            workflow TEXT NOT NULL,
            trigger TEXT NOT NULL,
            -- What it was about: the same fires once.
            subject TEXT NOT NULL,
            due INTEGER NOT NULL,
            event TEXT NOT NULL,
            recipe TEXT,
            settings TEXT NOT NULL,
            source TEXT,
            recorded INTEGER NOT NULL,
            checksum INTEGER NOT NULL,
            status TEXT NOT NULL,
            -- The run's number.
            run INTEGER,
            note TEXT NOT NULL,
            UNIQUE (environment, module, workflow, trigger, subject)
        );
        CREATE INDEX run_workflow ON run (environment, module, workflow) WHERE workflow IS NOT NULL;
        CREATE INDEX firing_open ON firing (environment) WHERE status IN ('pending', 'started', 'stopping');
        CREATE TABLE trigger_mark (
            environment TEXT NOT NULL,
            module TEXT NOT NULL,
            workflow TEXT NOT NULL,
            trigger TEXT NOT NULL,
            -- How far it was looked at.
            mark TEXT NOT NULL,
            PRIMARY KEY (environment, module, workflow, trigger)
        ) WITHOUT ROWID;
        """

    /// What is remembered of a resource beside what it is.
    private static let version4 = """
        -- An object with owner and ignored; null where there is neither.
        ALTER TABLE resource ADD COLUMN terms TEXT;
        """

    /// Sensitive values are kept encrypted, apart from the rows that refer to them.
    private static let version5 = """
        CREATE TABLE sealed (
            name TEXT PRIMARY KEY,
            content TEXT NOT NULL UNIQUE
        ) WITHOUT ROWID;
        """

    /// Runs wait for times and signals.
    private static let version6 = """
        CREATE TABLE pause (
            -- Of the operation that waits; a row of one that has ended says nothing.
            token TEXT PRIMARY KEY,
            run INTEGER NOT NULL,
            until INTEGER,
            signal TEXT,
            text TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX pause_run ON pause (run);
        CREATE INDEX run_waiting ON run (environment) WHERE status = 'waiting';
        CREATE TABLE signal (
            run INTEGER NOT NULL,
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            actor TEXT NOT NULL,
            time INTEGER NOT NULL,
            checksum INTEGER NOT NULL,
            PRIMARY KEY (run, name)
        ) WITHOUT ROWID;
        -- The number of the run of which it is a part.
        ALTER TABLE run ADD COLUMN parent INTEGER;
        """
}
