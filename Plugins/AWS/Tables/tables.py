#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tables.c, which names every table and mapping of the plugin. With --check it says whether it is up to date."""
import pathlib
import sys

here = pathlib.Path(__file__).parent
patterns = ("Kinds/*.json", "Models/*.json", "Mappings/*.recipe", "Prices/*.json", "Terraform/*.json")
paths = sorted(path for pattern in patterns for path in here.parent.glob(pattern))
lines = [
    "// SPDX-License-Identifier: Apache-2.0",
    "// Written by tables.py.",
    '#include "AWSTables.h"',
    "",
    "#pragma clang diagnostic ignored \"-Wc23-extensions\"",
    "",
]
entries = []
for path in paths:
    folder, name = path.parent.name, path.stem
    symbol = f"{folder}_{name}".replace("-", "_").lower()
    lines += [f"static const unsigned char {symbol}[] = {{", f'#embed "../{folder}/{path.name}"', "};", ""]
    entries.append(f'    {{"{folder}/{name}", {symbol}, sizeof {symbol}}},')
lines += ["static const aws_table tables[] = {", *entries, "};", ""]
lines += ["const aws_table *aws_tables(void) { return tables; }", ""]
lines += ["size_t aws_table_count(void) { return sizeof tables / sizeof *tables; }", ""]
text = "\n".join(lines)
target = here / "tables.c"
if "--check" in sys.argv:
    sys.exit(0 if target.exists() and target.read_text() == text else "tables.c is older than the tables: run tables.py")
target.write_text(text)
