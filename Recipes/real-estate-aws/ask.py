# SPDX-License-Identifier: Apache-2.0
"""Asks an endpoint once, as any program would, and prints the field of its answer that is wanted.

    python3 ask.py URL QUESTION FIELD     the question as JSON
"""

import json
import sys
import urllib.error
import urllib.request


def main(url, question, field):
    request = urllib.request.Request(url, question.encode("utf-8"), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            answer = json.load(response)
    except urllib.error.HTTPError as error:
        sys.exit(f"ask: {url} answered {error.code}: {error.read(1000).decode('utf-8', 'replace')}")
    except (OSError, ValueError) as error:
        sys.exit(f"ask: {url} did not answer: {error}")
    if not answer.get(field):
        sys.exit(f"ask: the answer has no {field}: {answer}")
    print(json.dumps(answer[field]))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
