# SPDX-License-Identifier: Apache-2.0
"""AWS's names as Converge writes them."""

import re


def snake(name):
    """SSEAlgorithm is sse_algorithm, KMSMasterKeyID kms_master_key_id, S3BucketName s3_bucket_name."""
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


def snake_path(path):
    return re.sub(r"[A-Za-z][A-Za-z0-9]*", lambda match: snake(match.group()), path)
