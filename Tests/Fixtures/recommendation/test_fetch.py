# SPDX-License-Identifier: Apache-2.0
"""Fetching: a user's own folder under any header, and a shop to work with where there is no network."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import flow
import generate


class FetchTests(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.root = Path(holder.name).resolve()
        self.recipe = self.root / "project" / "recipe"
        shutil.copytree(flow.RECIPE, self.recipe, ignore=shutil.ignore_patterns(".converge", "__pycache__"))
        self.data = self.root / "data"
        self.data.mkdir()

    def fetch(self, *arguments, **environment):
        return subprocess.run([sys.executable, "fetch.py", *map(str, arguments)], cwd=self.recipe, text=True,
                              capture_output=True, env={**os.environ, **environment})

    def put(self, name, content):
        (self.data / name).write_bytes(content)

    def test_a_folder_with_the_columns_names_is_used_as_it_is(self):
        self.put("a.csv", b"time,product,customer,count\n1,p,c,2\n")
        self.put("b.csv", b"customer,product,time\nc,p,2\n")
        done = self.fetch(self.data)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        folder = Path(done.stdout.strip())
        self.assertEqual(sorted((path.name, path.readlink()) for path in (folder / "orders").iterdir()),
                         [("a.csv", self.data / "a.csv"), ("b.csv", self.data / "b.csv")])
        self.assertEqual((folder / "products.csv").read_text(), "product,title\n")

    def test_other_names_are_renamed_and_the_rest_is_kept_byte_for_byte(self):
        dirt = b'7,"late ""quote""\n x",1\r\n\xff\xfe,too,many,fields\n'
        self.put("a.csv", b"\xef\xbb\xbfUser ID,itemId,Timestamp\r\n" + dirt)
        self.put("b.csv", b'customer,product,time\n1,2,3\n')
        self.put("c.csv", b'"client\n_id",sku,order_date,customer_name\n' + dirt)
        done = self.fetch(self.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        folder = Path(done.stdout.strip()) / "orders"
        self.assertEqual((folder / "a.csv").read_bytes(), b"\xef\xbb\xbfcustomer,product,time\r\n" + dirt)
        self.assertEqual((folder / "b.csv").read_bytes(), b"customer,product,time\n1,2,3\n")
        self.assertTrue((folder / "b.csv").is_symlink())
        self.assertEqual((folder / "c.csv").read_bytes(), b"customer,product,time,customer_name\n" + dirt)
        self.put("a.csv", b"user,item,date\n")
        again = self.fetch(self.data)
        self.assertEqual(again.stdout, done.stdout)
        self.assertEqual((folder / "a.csv").read_bytes(), b"customer,product,time\n")
        self.assertEqual(sorted(path.name for path in folder.parents[1].iterdir()), [folder.parent.name])

    def test_the_whole_flow_gives_the_same_under_other_names(self):
        shop = generate.Shop(customers=120, products=80)
        other = generate.Shop(customers=120, products=80, columns=("count", "time", "product", "customer"), epoch=True,
                              names={"customer": "user_id", "product": "Article ID", "time": "Timestamp"})
        figures = []
        for name, made in (("plain", shop), ("other", other)):
            folder = self.root / name
            folder.mkdir()
            generate.write(folder, made)
            figures.append(flow.judged(Path(self.fetch(folder).stdout.strip()) / "orders", self.root / f"{name}-work"))
        self.assertEqual(figures[0], figures[1])

    def test_a_missing_column_is_named_with_what_would_do(self):
        self.put("a.csv", b"customer,price,time\n1,2,3\n")
        done = self.fetch(self.data)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("a.csv has no column for the product: its header is customer, price, time", done.stderr)
        self.assertIn("product_id", done.stderr)

    def test_what_cannot_be_orders_is_refused(self):
        for arguments, reason in ((("nowhere",), "is not a folder"), ((self.data,), "has no *.csv file")):
            done = self.fetch(*arguments)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn(reason, done.stderr)
        for content, reason in ((b"", "its header is empty"), (b"\xff\xfec,u\n", "is not CSV in UTF-8")):
            self.put("a.csv", content)
            done = self.fetch(self.data)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn(reason, done.stderr)

    def test_without_a_network_a_generated_shop_is_used_and_said(self):
        done = self.fetch("", PIP_NO_INDEX="1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("could not be downloaded", done.stderr)
        self.assertIn("a small generated shop takes its place", done.stderr)
        folder = Path(done.stdout.strip())
        self.assertEqual(folder, self.recipe / ".converge" / "recommendation-system" / "generated")
        expected = self.root / "expected"
        expected.mkdir()
        generate.write(expected, generate.Shop())
        read = lambda folder: {path.name: path.read_bytes() for path in folder.iterdir()}
        self.assertEqual(read(folder / "orders"), read(expected))
        self.assertEqual(len((folder / "products.csv").read_text().split("\n0")), 240 + 1)

    def test_files_are_kept_in_the_project_above_the_recipe(self):
        (self.root / "project" / "converge.project").touch()
        done = self.fetch(PIP_NO_INDEX="1")
        self.assertEqual(Path(done.stdout.strip()).parents[2], self.root / "project")
        self.assertFalse((self.recipe / ".converge").exists())

    def test_another_package_than_the_published_is_not_used(self):
        import fetch
        import zipfile
        wheel = self.root / "recbole.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            for name in fetch.EXPECTED:
                archive.writestr(fetch.INSIDE + name, "a\tb\tc\td\n1\t2\t3\t4\n")
        with self.assertRaisesRegex(fetch.Unusable, "is not the file that was published"):
            fetch.deliver(wheel, self.data)


if __name__ == "__main__":
    unittest.main()
