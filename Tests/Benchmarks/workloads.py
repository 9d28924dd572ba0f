# SPDX-License-Identifier: Apache-2.0
"""The recipes, configurations and files that are measured, and the programs they are compared with."""

import os
import random
import textwrap


def notes(count):
    """A recipe of notes; every tenth reads what the one before it will be given by the platform."""
    lines = ["param greeting: String = \"hello\"", ""]
    for number in range(count):
        if number % 10 == 9:
            lines.append(f'resource note_{number}: local.Note {{ text: "after ${{note_{number - 1}.id}}" }}')
        else:
            lines.append(f'resource note_{number}: local.Note {{ text: "${{greeting}} {number}" }}')
    return "\n".join(lines) + "\n"


def chained_notes(count):
    """A recipe of notes, each of which reads what the one before it will be given by the platform."""
    lines = ['resource note_0: local.Note { text: "first" }']
    lines += [
        f'resource note_{number}: local.Note {{ text: "after ${{note_{number - 1}.id}}" }}' for number in range(1, count)]
    return "\n".join(lines) + "\n"


def terraform_notes(count):
    """The same for Terraform, with the resource that needs no provider to be downloaded."""
    blocks = ['variable "greeting" {\n  default = "hello"\n}\n']
    for number in range(count):
        value = f'"after ${{terraform_data.note_{number - 1}.id}}"' if number % 10 == 9 else f'"${{var.greeting}} {number}"'
        blocks.append(f'resource "terraform_data" "note_{number}" {{\n  input = {value}\n}}\n')
    return "\n".join(blocks)


def shell_chain(count):
    """A workflow of steps that start a program which does nothing, each behind the other."""
    lines = ["workflow chain {", '  step s0: Shell { run: "true" }']
    lines += [f'  step s{number}: Shell {{ @needs: [s{number - 1}], run: "true" }}' for number in range(1, count)]
    return "\n".join(lines + ["}"]) + "\n"


def step_chain(count):
    """A workflow of empty steps, each behind the other."""
    lines = ["workflow work {", "  step s0: Nothing {}"]
    lines += [f"  step s{number}: Nothing {{ @needs: [s{number - 1}] }}" for number in range(1, count)]
    return "\n".join(lines + ["}"]) + "\n"


def step_fan(count):
    """A workflow of empty steps side by side, each declared by itself."""
    lines = [f"  step s{number}: Nothing {{ number: {number} }}" for number in range(count)]
    return "\n".join(["workflow work {", *lines, "}"]) + "\n"


def step_loop(count):
    """The same, declared once in a loop."""
    return textwrap.dedent(f"""\
        workflow work {{
          for number in range({count}) {{
            step s[string(number)]: Nothing {{ number: number }}
          }}
        }}
        """)


SHAPES = {"chain": step_chain, "fan": step_fan, "loop": step_loop}

INGEST = """\
resource lake: DataLakeStorage {}

workflow load {
  step orders: Ingest { from: "orders.csv", into: lake }
  output rows = orders.rows
  output bad = orders.bad
}
"""


def write_orders(path, rows):
    """A CSV file of orders: ids, amounts, quoted texts, days, and one broken line in a thousand.

    Returns the number of good rows.
    """
    chance = random.Random(7)
    names = ["plain", '"quoted, with a comma"', '"with ""quotes"""', "Zoë", ""]
    good = 0
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write("id,customer,amount,price,name,day,paid\n")
        for number in range(rows):
            if number % 1000 == 999:
                file.write(f"{number},broken\n")
                continue
            good += 1
            file.write(
                f"{number},{chance.randrange(100000)},{chance.randrange(1, 50)},{chance.random() * 1000:.4f},"
                f"{names[number % 5]},2026-{number % 12 + 1:02}-{number % 28 + 1:02},{'true' if number % 3 else 'false'}\n")
    return good


INGEST_PEER = textwrap.dedent("""\
    import csv, sqlite3, sys
    source, target = sys.argv[1:]
    database = sqlite3.connect(target)
    database.execute("pragma journal_mode = wal")
    database.execute(
        "create table orders (id int, customer int, amount int, price real, name text, day text, paid int)")
    database.execute("create table broken (line int, reason text, content text)")
    def rows(reader):
        for row in reader:
            try:
                id, customer, amount, price, name, day, paid = row
                yield (int(id), int(customer), int(amount), float(price), name, day, paid == "true")
            except ValueError as problem:
                database.execute("insert into broken values (?, ?, ?)", (reader.line_num, str(problem), ",".join(row)))
    with open(source, newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        next(reader)
        database.executemany("insert into orders values (?, ?, ?, ?, ?, ?, ?)", rows(reader))
    database.commit()
    """)


def put(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)
