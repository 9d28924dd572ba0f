# SPDX-License-Identifier: Apache-2.0
"""Where services have hosts of their own for FIPS 140 and for IPv6, by botocore's endpoint rules."""

import collections

VARIANTS = {"fips": (True, False), "dual": (False, True), "fips_dual": (True, True)}
PARTITIONS = {"aws", "aws-cn", "aws-us-gov"}


def regions(loader):
    """The regions of AWS's partitions, each with the partition's name."""
    for partition in loader.load_data("partitions")["partitions"]:
        if partition["id"] in PARTITIONS:
            for region in sorted(partition["regions"]):
                if not region.endswith("-global"):
                    yield partition["id"], region


def host(provider, rules, region, variant):
    """The host that the rules give; None where they refuse."""
    from botocore.exceptions import EndpointProviderError

    fips, dual = VARIANTS[variant] if variant else (False, False)
    given = {"Region": region, "UseFIPS": fips, "UseDualStack": dual, "UseGlobalEndpoint": False}
    if given["UseDualStack"] and "UseDualStack" not in rules["parameters"]:
        return None
    if given["UseFIPS"] and "UseFIPS" not in rules["parameters"]:
        return None
    try:
        found = provider.resolve_endpoint(**{name: value for name, value in given.items() if name in rules["parameters"]})
    except EndpointProviderError:
        return None
    return found.url.removeprefix("https://").rstrip("/")


def hosts(name, loader):
    """For each variant the host of a partition, with `{region}` in it, and those of regions that have another one.

    A host that the rules make for a region may not be there: AWS does not say where it has each.
    """
    from botocore.endpoint_provider import EndpointProvider

    rules = loader.load_service_model(name, "endpoint-rule-set-1")
    provider = EndpointProvider(rules, loader.load_data("partitions"))
    told = {}
    for variant in VARIANTS:
        found = {}
        for partition, region in regions(loader):
            found.setdefault(partition, {})[region] = host(provider, rules, region, variant)
        table = {}
        for partition, by_region in found.items():
            forms = {region: one and one.replace(region, "{region}") for region, one in by_region.items()}
            usual = collections.Counter(forms.values()).most_common(1)[0][0]
            if usual:
                table[partition] = usual
            for region, form in forms.items():
                if form != usual:
                    table[region] = by_region[region] or ""
        if table:
            told[variant] = table
    return told
