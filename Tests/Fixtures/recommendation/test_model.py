# SPDX-License-Identifier: Apache-2.0
"""The model: it beats what is popular where there is taste, for the right reasons, and sees no held-out order."""

import json
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import flow
import generate
import recommender

FIGURES = ("recall_at_10", "precision_at_10")


class GeneratedShopTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(holder.cleanup)
        cls.work = Path(holder.name)
        cls.metrics = cls.judge("plain", generate.Shop())

        print(f"\ngenerated shop: {json.dumps(cls.metrics)}", file=sys.stderr)

    @classmethod
    def judge(cls, name, shop):
        orders = cls.work / name / "orders"
        orders.mkdir(parents=True)
        generate.write(orders, shop)
        generate.write_catalogue(cls.work / name / "products.csv", shop)
        return flow.judged(orders, cls.work / name / "work", cls.work / name / "products.csv")

    def train(self, name, orders, model):
        flow.run_program("train.py", self.work / name, {"method": "similar"}, input_orders=orders,
                         input_catalogue=self.work / "plain" / "products.csv", model=self.work / model)

    def test_the_model_beats_popularity_where_taste_is_planted(self):
        for figure in FIGURES:
            self.assertGreater(self.metrics["similar"][figure], 1.5 * self.metrics["popular"][figure])

    def test_the_model_does_not_beat_popularity_where_tastes_turn(self):
        metrics = self.judge("fickle", generate.Shop(fickle=True))
        for figure in FIGURES:
            self.assertLess(metrics["similar"][figure], metrics["popular"][figure])

    def test_dirt_changes_nothing(self):
        self.assertEqual(self.judge("clean", generate.Shop(dirty=False)), self.metrics)

    def test_other_ids_columns_and_times_change_nothing(self):
        columns = ("time", "count", "product", "customer")
        shop = generate.Shop(shuffle_ids=True, columns=columns, epoch=True)
        found = self.judge("shuffled", shop)
        for method, metrics in self.metrics.items():
            for name, value in metrics.items():
                self.assertAlmostEqual(found[method][name], value, places=12, msg=f"{method} {name}")

    def test_the_least_columns_are_enough(self):
        self.assertEqual(self.judge("least", generate.Shop(columns=("product", "time", "customer"))), self.metrics)

    def test_a_model_that_saw_held_out_orders_is_refused(self):
        work = self.work / "plain" / "work"
        with self.assertRaisesRegex(RuntimeError, "has seen what was held out"):
            self.train("leak", work / "split.csv", "leaky")
            flow.run_program("evaluate.py", self.work / "leak-judge", {}, input_data=work / "split.csv",
                             model=self.work / "leaky")

    def test_the_same_orders_give_the_same_model_whatever_the_order_of_the_rows(self):
        work = self.work / "plain" / "work"
        header, *rows = (work / "past.csv").read_text().splitlines(keepends=True)
        for name, lines in (("forth", rows), ("back", rows[::-1])):
            (self.work / f"{name}.csv").write_text(header + "".join(lines))
            self.train(name, self.work / f"{name}.csv", f"{name}-model")
        read = lambda name: (self.work / f"{name}-model" / recommender.FILE).read_bytes()
        self.assertEqual(read("forth"), read("back"))

    def test_the_model_folder_says_how_it_is_served(self):
        folder = self.work / "plain" / "work" / "similar-model"
        description = json.loads((folder / "model.json").read_text())
        self.assertEqual(description["format"], 1)
        self.assertEqual(description["serve"],
                         {"command": ["python3", "serve.py"], "health": "/health", "predict": "/predict"})
        self.assertEqual(sorted(path.name for path in folder.iterdir()),
                         ["model.json", "recommender.json", "recommender.py", "serve.py"])

    def test_no_orders_and_no_future_are_said(self):
        empty = self.work / "empty.csv"
        empty.write_text("customer,product,time\n")
        with self.assertRaisesRegex(RuntimeError, "no orders to learn from"):
            self.train("empty", empty, "none")
        few = self.work / "few.csv"
        few.write_text("customer,product,time,held_out\na,p,1,0\nb,q,2,0\n")
        with self.assertRaisesRegex(RuntimeError, "no customer has both a past and a future"):
            self.train("few", few, "few-model")
            flow.run_program("evaluate.py", self.work / "few-judge", {}, input_data=few, model=self.work / "few-model")


class RecommenderTests(unittest.TestCase):
    def orders(self, *pairs):
        return [{"customer": customer, "product": product, "time": second}
                for second, (customer, product) in enumerate(pairs)]

    def test_similarity_is_the_cosine_of_who_had_what(self):
        model = recommender.Recommender.fit(self.orders(
            ("a", "x"), ("b", "x"), ("c", "x"), ("d", "x"), ("a", "y"), ("b", "z"), ("c", "z")))
        names = [product[0] for product in model.products]
        self.assertEqual(names, ["x", "z", "y"])
        self.assertEqual(model.neighbours[0], [[1, round(2 / (4 * 2) ** 0.5, 6)], [2, 0.5]])

    def test_what_was_had_is_not_recommended_and_the_rest_is_filled_with_what_is_popular(self):
        model = recommender.Recommender.fit(self.orders(
            ("a", "x"), ("b", "x"), ("a", "y"), ("c", "v"), ("d", "w"), ("b", "y"), ("c", "u")))
        answer = [(model.products[number][0], score) for number, score in model.recommend(model.histories["c"], 10)]
        self.assertEqual(answer, [("x", 0.0), ("y", 0.0), ("w", 0.0)])

    def test_a_saved_model_recommends_the_same(self):
        model = recommender.Recommender.fit(self.orders(("a", "x"), ("b", "x"), ("b", "y"), ("c", "y"), ("c", "z")))
        with tempfile.TemporaryDirectory() as folder:
            model.save(folder)
            again = recommender.Recommender.load(folder)
        for history in model.histories.values():
            self.assertEqual(model.recommend(history, 5), again.recommend(history, 5))


class MovieLensTests(unittest.TestCase):
    def test_the_figures_are_near_those_known_for_movielens(self):
        with tempfile.TemporaryDirectory() as temporary:
            copy = Path(temporary) / "recipe"
            shutil.copytree(flow.RECIPE, copy, ignore=shutil.ignore_patterns(".converge", "__pycache__"))
            done = subprocess.run([sys.executable, "fetch.py"], cwd=copy, capture_output=True, text=True, check=True)
            folder = Path(done.stdout.strip())
            if folder.name != "movielens-100k":
                self.skipTest(done.stderr.strip())
            self.assertIn("research use", done.stderr)
            self.assertEqual(len(list(folder.glob("orders/orders-*.csv"))), 8)
            again = subprocess.run([sys.executable, "fetch.py"], cwd=copy, capture_output=True, text=True, check=True)
            self.assertEqual((again.stdout, again.stderr), (done.stdout, ""))
            begun = time.monotonic()
            metrics = flow.judged(folder / "orders", Path(temporary) / "work", folder / "products.csv")
            self.assertLess(time.monotonic() - begun, 60)
        known = {"popular": (0.067, 0.104), "similar": (0.124, 0.163)}
        for method, (recall, precision) in known.items():
            self.assertAlmostEqual(metrics[method]["recall_at_10"], recall, delta=0.01)
            self.assertAlmostEqual(metrics[method]["precision_at_10"], precision, delta=0.01)
            self.assertEqual(metrics[method]["customers"], 943)
            self.assertEqual(metrics[method]["customers_by_date"], 109)
        for figure in FIGURES:
            self.assertGreater(metrics["similar"][figure], metrics["popular"][figure])
        self.assertLess(metrics["similar"]["recall_at_10"], 0.2, "so good that something leaks")
        print(f"\nMovieLens 100k: {json.dumps(metrics, indent=2)}", file=sys.stderr)


if __name__ == "__main__":
    unittest.main()
