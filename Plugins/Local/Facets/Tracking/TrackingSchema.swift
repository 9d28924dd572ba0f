// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The tables of a tracker. Values are kept as JSON, times as nanoseconds since 1970.
enum TrackingSchema {
    static let statements = [
        """
        create table if not exists runs (
          id text primary key, experiment text not null, name text not null, status text not null, tags text not null,
          started integer not null, ended integer, token text not null unique
        ) without rowid
        """,
        "create index if not exists runs_by_experiment on runs (experiment, started)",
        "create index if not exists runs_by_start on runs (started)",
        """
        create table if not exists parameters (
          run text not null, name text not null, value text not null, primary key (run, name)
        ) without rowid
        """,
        """
        create table if not exists metrics (
          run text not null, name text not null, step integer not null, value real, time integer not null,
          primary key (run, name, step)
        ) without rowid
        """,
        """
        create table if not exists artifacts (
          run text not null, name text not null, digest text not null, size integer not null, primary key (run, name)
        ) without rowid
        """,
        """
        create table if not exists models (
          name text not null, version integer not null, digest text not null, run text, metrics text not null,
          token text not null, registered integer not null, primary key (name, version)
        ) without rowid
        """,
        """
        create table if not exists aliases (
          name text not null, alias text not null, version integer not null, primary key (name, alias)
        ) without rowid
        """
    ].map { DatabaseStatement($0) }
}
