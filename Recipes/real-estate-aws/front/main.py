# SPDX-License-Identifier: Apache-2.0
"""Stands behind the gateway: hands a question on to the endpoint of the model and its answer back."""

import base64
import json
import os

import boto3

runtime = boto3.client("sagemaker-runtime")


def handle(event, context=None):
    body = event.get("body") or "{}"
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body).decode("utf-8")
    answer = runtime.invoke_endpoint(
        EndpointName=os.environ["ENDPOINT"], ContentType="application/json", Body=body.encode("utf-8"))
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": answer["Body"].read().decode()}
