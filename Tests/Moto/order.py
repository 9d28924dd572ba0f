#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""In which order the old things of AWS go where things that use one another are made anew together.

    order.py EXECUTABLE

A cluster of EKS with nodes, and a network with its parts, are made anew on moto, which as AWS refuses to delete a cluster
that has nodes and a network that has parts. A proxy notes the calls.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from lifecycle import KEYS, Failed, moto, reset
from proxy import Proxy

ROLE = """
resource %s: aws.iam.Role {
  role_name: "%s"
  assume_role_policy_document: {
    Version: "2012-10-17"
    Statement: [{ Effect: "Allow", Principal: { Service: "%s.amazonaws.com" }, Action: "sts:AssumeRole" }]
  }
}
"""
RECIPE = """
param stage: Int = 1
""" + ROLE % ("control", "control", "eks") + ROLE % ("work", "work", "ec2") + """
resource vpc: aws.ec2.Vpc { cidr_block: if stage == 1 then "10.0.0.0/16" else "10.1.0.0/16" }
resource one: aws.ec2.Subnet {
  vpc_id: vpc.vpc_id
  cidr_block: if stage == 1 then "10.0.1.0/24" else "10.1.1.0/24"
  availability_zone: "us-east-1a"
}
resource two: aws.ec2.Subnet {
  vpc_id: vpc.vpc_id
  cidr_block: if stage == 1 then "10.0.2.0/24" else "10.1.2.0/24"
  availability_zone: "us-east-1b"
}
resource cluster: aws.eks.Cluster {
  name: if stage == 1 then "shop" else "shop-two"
  role_arn: control.arn
  resources_vpc_config: { subnet_ids: [one.subnet_id, two.subnet_id] }
}
resource nodes: aws.eks.Nodegroup {
  cluster_name: cluster.name
  nodegroup_name: if stage == 1 then "usual" else "more"
  node_role: work.arn
  subnets: [one.subnet_id, two.subnet_id]
  scaling_config: { min_size: 1, max_size: 2, desired_size: 1 }WISH
}
"""
NODES, CLUSTER = "DELETE /clusters/shop/node-groups/usual", "DELETE /clusters/shop"
MADE = "POST /clusters"


class Ordered:
    def __init__(self, executable, proxy, wish):
        self.executable, self.proxy = executable, proxy
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="converge-order-"))
        (self.folder / "order.recipe").write_text(RECIPE.replace("WISH", wish))
        (self.folder / "converge.project").write_text("environment default {\n  use aws\n}\n")
        self.variables = {**os.environ, **KEYS, "AWS_ENDPOINT_URL": proxy.url, "HOME": str(self.folder)}
        self.variables.pop("AWS_PROFILE", None)

    def run(self, stage, *words):
        done = subprocess.run(
            [self.executable, words[0], "order.recipe", *words[1:], "--set", f"stage={stage}"], cwd=self.folder,
            env=self.variables, capture_output=True, text=True, timeout=300
        )
        if done.returncode:
            raise Failed(f"converge {' '.join(words)} ended with {done.returncode}\n{done.stdout}{done.stderr}")

    def calls(self):
        """What is asked while all of it is made anew."""
        self.run(1, "apply", "--yes")
        self.proxy.begin(None, None)
        self.run(2, "apply", "--yes")
        asked = list(self.proxy.requests)
        self.run(2, "plan", "--check")
        self.run(2, "destroy", "--yes")
        return asked


def in_order(asked, *expected):
    places = []
    for call in expected:
        if asked.count(call) != 1:
            raise Failed(f"{call} is asked {asked.count(call)} times: {asked}")
        places.append(asked.index(call))
    if places != sorted(places):
        raise Failed(f"not in the order {expected}: {[asked[place] for place in sorted(places)]}")


def main():
    executable = os.path.abspath(sys.argv[1])
    try:
        with moto() as endpoint:
            proxy = Proxy(endpoint)
            for wish, order in (
                ("", (NODES, CLUSTER, "DeleteVpc", "CreateVpc", MADE)),
                (', @replace: "create_first"', ("CreateVpc", MADE, NODES, CLUSTER, "DeleteVpc")),
            ):
                reset(endpoint)
                ordered = Ordered(executable, proxy, wish)
                try:
                    in_order(ordered.calls(), *order)
                finally:
                    shutil.rmtree(ordered.folder, ignore_errors=True)
        print("order: kept")
    except (Failed, subprocess.TimeoutExpired) as problem:
        print(f"order: FAILED: {problem}")
        sys.exit(1)


if __name__ == "__main__":
    main()
