# SPDX-License-Identifier: Apache-2.0
"""Asks the endpoint once, as any program would, and prints its answer; fails when it is no recommendation.

    python3 ask.py URL CUSTOMER TOP VERSION     the version only says which model is meant to answer

The answer is also kept as answer.json.
"""

import json
import sys
import urllib.error
import urllib.request
from pathlib import Path

SECONDS = 30


def ask(url, customer, top):
    """The endpoint's answer, or SystemExit with what it said instead."""
    body = json.dumps({"customer": customer, "top": top}).encode("utf-8")
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:
            text = response.read().decode("utf-8")
            answer = json.loads(text)
    except urllib.error.HTTPError as error:
        sys.exit(f"ask: {url} answered {error.code}: {error.read(1000).decode('utf-8', 'replace')}")
    except OSError as error:
        sys.exit(f"ask: {url} did not answer: {error}")
    except ValueError:
        sys.exit(f"ask: {url} answered what is not JSON: {text[:200]!r}")
    return answer


def doubt(answer, customer, top):
    """What is wrong with an answer, or None."""
    if not isinstance(answer, dict) or answer.get("customer") != customer:
        return f"the answer is not about customer {customer}"
    products = answer.get("products")
    if not isinstance(products, list) or not 1 <= len(products) <= top:
        return f"the answer has not between 1 and {top} products"
    names = [product.get("product") for product in products if isinstance(product, dict)]
    if len({name for name in names if isinstance(name, str)}) < len(products):
        return "the answer has a product twice, or one without a name"
    return None


def main(url, customer, top, version):
    answer = ask(url, customer, int(top))
    wrong = doubt(answer, customer, int(top))
    if wrong:
        sys.exit(f"ask: {wrong}: {json.dumps(answer)[:500]}")
    text = json.dumps(answer, ensure_ascii=False, indent=2)
    Path("answer.json").write_text(text + "\n", encoding="utf-8")
    print(f"ask: version {version} answered", file=sys.stderr)
    print(text)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
