# SPDX-License-Identifier: Apache-2.0
"""The generated shop: what is planted is what is counted, and cleaning gives back the true orders."""

import csv
import tempfile
import unittest
from pathlib import Path

import flow
import generate


def written(shop):
    folder = tempfile.TemporaryDirectory()
    return folder, generate.write(folder.name, shop)


class ShopTests(unittest.TestCase):
    def setUp(self):
        self.shop = generate.Shop(customers=120, products=80)
        self.holder, self.counts = written(self.shop)
        self.folder = Path(self.holder.name)
        self.addCleanup(self.holder.cleanup)

    def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(self):
        again, counts = written(self.shop)
        other, _ = written(generate.Shop(seed=8, customers=120, products=80))
        self.addCleanup(again.cleanup)
        self.addCleanup(other.cleanup)
        read = lambda folder: {path.name: path.read_bytes() for path in Path(folder).iterdir()}
        self.assertEqual(read(self.folder), read(again.name))
        self.assertEqual(self.counts, counts)
        self.assertNotEqual(read(self.folder), read(other.name))

    def test_every_kind_of_dirt_is_there_and_counted_exactly(self):
        warehouse = flow.Warehouse(self.folder).transform("lines", "orders", "delivery")
        [found] = warehouse.rows("select * from ${delivery.table}")
        usable = found.pop("usable_percent")
        self.assertEqual(found, {key: self.counts[key] for key in found})
        self.assertTrue(all(found.values()), found)
        self.assertAlmostEqual(usable, 100 * self.counts["orders"] / self.counts["delivered"])

    def test_malformed_records_begin_on_the_lines_that_are_named(self):
        found = []
        for path in sorted(self.folder.glob("*.csv")):
            with open(path, newline="", encoding="utf-8-sig") as file:
                reader = csv.reader(file)
                width, begins = len(next(reader)), reader.line_num + 1
                for record in reader:
                    if len(record) != width:
                        found.append({"file": path.name, "line": begins})
                    begins = reader.line_num + 1
        self.assertEqual(found, self.counts["malformed_lines"])
        self.assertEqual(len(found), self.counts["malformed"])

    def test_cleaning_gives_back_exactly_the_true_orders(self):
        orders, _ = generate.true_orders(self.shop)
        true = sorted((time, str(customer + 1), f"{product + 1:05d}") for time, customer, product, _ in orders)
        warehouse = flow.Warehouse(self.folder).transform("lines", "orders")
        rows = warehouse.rows("select * from ${orders.table}")
        self.assertEqual(sorted((row["time"], row["customer"], row["product"]) for row in rows), true)

    def test_a_byte_order_mark_windows_line_ends_and_late_quotes_are_planted(self):
        contents = [path.read_bytes() for path in sorted(self.folder.glob("*.csv"))]
        self.assertEqual([content.startswith(b"\xef\xbb\xbf") for content in contents].count(True), 1)
        self.assertEqual([b"\r\n" in content for content in contents].count(True), 1)
        self.assertTrue(any(b',"soon,\nor later"\n' in content for content in contents))
        quoted = [content.find(b'","') for content in contents]
        self.assertEqual(quoted[:-1], [-1] * 7)
        self.assertGreater(quoted[-1], len(contents[-1]) // 2)
        catalogue = self.folder.parent / f"{self.folder.name}.products"
        generate.write_catalogue(catalogue, self.shop)
        self.addCleanup(catalogue.unlink)
        content = catalogue.read_bytes()
        self.assertGreater(content.index(b'"'), len(content) // 2)
        self.assertIn(b', ""new""\nand boxed"', content)

    def test_a_clean_shop_has_no_dirt(self):
        folder, counts = written(generate.Shop(customers=50, products=40, dirty=False))
        self.addCleanup(folder.cleanup)
        self.assertEqual(counts["delivered"], counts["orders"])
        self.assertEqual(counts["malformed_lines"], [])


class CleaningTests(unittest.TestCase):
    def cleaned(self, *times):
        with tempfile.TemporaryDirectory() as folder:
            lines = [f"{number},p,{time}\n" for number, time in enumerate(times)]
            Path(folder, "orders.csv").write_text("customer,product,time\n" + "".join(lines))
            rows = flow.Warehouse(folder).transform("lines").rows("select * from ${lines.table} order by customer")
            return [row["time"] for row in rows]

    def test_times_are_read_as_iso_8601_or_seconds(self):
        times = ("1997-09-20T03:05:10Z", "1997-09-20T05:05:10+02:00", "1997-09-20 03:05:10", "1997-09-20",
                 "874724710", "874724710.0", "1997-09-20T03:05:10.250Z")
        self.assertEqual(self.cleaned(*times), [874724710] * 3 + [874713600] + [874724710] * 3)

    def test_impossible_times_are_none(self):
        times = ("1997-02-29", "1997-02-30T10:00:00Z", "1997-13-01", "1997-09-20T25:00:00Z", "0000-00-00", "soon",
                 "now", "12:30", "")
        self.assertEqual(self.cleaned(*times), [None] * len(times))


class SplitTests(unittest.TestCase):
    def test_the_last_fifth_of_each_customer_is_held_out(self):
        with tempfile.TemporaryDirectory() as folder:
            lines = [f"p{order},{1000 + order},c{count}\n" for count in (1, 4, 5, 9, 10, 23) for order in range(count)]
            Path(folder, "orders.csv").write_text("product,time,customer\n" + "".join(lines))
            warehouse = flow.Warehouse(folder).transform("lines", "orders", "split", "past")
        held = warehouse.rows("select customer, count(*) as n, min(time) as first from ${split.table} "
                              "where held_out group by 1 order by n, 1")
        self.assertEqual([(row["customer"], row["n"], row["first"]) for row in held],
                         [("c5", 1, 1004), ("c9", 1, 1008), ("c10", 2, 1008), ("c23", 4, 1019)])
        self.assertEqual(warehouse.rows("select count(*) as n from ${past.table}"), [{"n": 1 + 4 + 4 + 8 + 8 + 19}])


class ReportTests(unittest.TestCase):
    def test_every_query_of_the_report_gives_rows(self):
        names = ("recall_at_10", "precision_at_10", "customers")
        metrics = {f'{step}.metrics["{name}{suffix}"]': 0.5
                   for step in ("yardstick", "judge") for name in names for suffix in ("", "_by_date")}
        with tempfile.TemporaryDirectory() as folder:
            generate.write(folder, generate.Shop(customers=60, products=40))
            warehouse = flow.Warehouse(folder).transform("lines", "orders", "delivery")
        answer = '{"products": [{"product": "1", "title": "Lamp", "score": 2.5}, {"product": "2", "score": 1}]}'
        warehouse.values.update(metrics, **{"question.stdout": answer})
        queries = flow.report_sql()
        self.assertEqual(len(queries), 6)
        counts = [len(warehouse.rows(sql)) for sql in queries.values()]
        self.assertEqual(counts, [2, 2, 2, 1, 8, 10])


if __name__ == "__main__":
    unittest.main()
