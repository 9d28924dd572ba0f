# SPDX-License-Identifier: Apache-2.0
"""Endpoints for moto that serve: each variant's model is started and asked as a container of SageMaker would do it.

Moto's own serve nothing and cannot be updated. These unpack the model's files, load the program in front of the model as the
image's toolkit does (`model_fn`, `transform_fn`), roll back where one does not start, answer `InvokeEndpoint` by the variants'
weights, and count in CloudWatch. The image and the machines count for nothing.
"""

import importlib.util
import json
import os
import pathlib
import random
import tarfile
import tempfile
import threading

import boto3
from moto.cloudwatch.models import cloudwatch_backends
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.responses import SageMakerResponse
from moto.sagemakerruntime.responses import SageMakerRuntimeResponse

import changes

MACHINE = "/opt/ml/model"
served = {}  # (endpoint, variant) -> (module, model)
folders = []


class Served:
    """A model at work, as a container has it."""

    def __init__(self, container, endpoint):
        folder = tempfile.TemporaryDirectory(prefix="converge-model-")
        folders.append(folder)
        bucket, key = container["ModelDataUrl"].removeprefix("s3://").split("/", 1)
        store = boto3.client(
            "s3", endpoint_url=endpoint, aws_access_key_id="testing", aws_secret_access_key="testing",
            region_name="us-east-1")
        packed = pathlib.Path(folder.name) / "model.tar.gz"
        store.download_file(bucket, key, str(packed))
        place = pathlib.Path(folder.name) / "model"
        with tarfile.open(packed) as archive:
            archive.extractall(place, filter="data")
        variables = container["Environment"]
        front = variables["SAGEMAKER_SUBMIT_DIRECTORY"].replace(MACHINE, str(place))
        spec = importlib.util.spec_from_file_location("inference", os.path.join(front, variables["SAGEMAKER_PROGRAM"]))
        self.module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.module)
        self.model = self.module.model_fn(str(place))

    def ask(self, body, content_type):
        return self.module.transform_fn(self.model, body, content_type, "*/*")

    def stop(self):
        self.model.program.kill()
        self.model.program.wait()


def stop():
    """Ends what is at work."""
    for one in served.values():
        one.stop()
    served.clear()
    folders.clear()


def install(endpoint):
    """From now on endpoints serve; `endpoint` tells the server's address once it is known."""

    def roll_out(backend, thing, config, variants):
        name, fresh = thing.endpoint_name, {}
        try:
            for variant in variants:
                container = backend._models[variant["ModelName"]].primary_container
                if "CONVERGE_MODEL_DIGEST" in container.get("Environment", {}):
                    fresh[name, variant["VariantName"]] = Served(container, endpoint())
        except Exception as problem:
            for one in fresh.values():
                one.stop()
            thing.failure_reason = f"The primary container did not pass the ping health check: {problem}"
            thing.endpoint_status = "InService"
            return
        for key in [key for key in served if key[0] == name]:
            served.pop(key).stop()
        served.update(fresh)
        thing.endpoint_config_name, thing.failure_reason = config, None
        thing.production_variants = thing._process_production_variants(variants)
        thing.endpoint_status = "InService"

    def update(response):
        backend = response.sagemaker_backend
        thing = backend.endpoints[response._get_param("EndpointName")]
        config = response._get_param("EndpointConfigName")
        if thing.endpoint_status != "InService":
            raise ValidationError(f"Cannot update in-progress endpoint {thing.arn}.")
        if config not in backend.endpoint_configs:
            raise ValidationError(f"Could not find endpoint configuration {config}.")
        thing.endpoint_status = "Updating"
        variants = backend.endpoint_configs[config].production_variants
        delay = float(os.environ.get("CONVERGE_ROLLOUT", "0.5"))
        work = threading.Timer(delay, roll_out, (backend, thing, config, variants))
        work.daemon = True
        work.start()
        return ActionResult({"EndpointArn": thing.arn})

    def weigh(response):
        """Moto takes a share without a number of machines for a wish to have none."""
        thing = response.sagemaker_backend.endpoints[response._get_param("EndpointName")]
        wanted = {v["VariantName"]: v["DesiredWeight"] for v in response._get_param("DesiredWeightsAndCapacities")}
        for variant in thing.production_variants:
            if variant["VariantName"] in wanted:
                variant["CurrentWeight"] = variant["DesiredWeight"] = wanted[variant["VariantName"]]
        return ActionResult({"EndpointArn": thing.arn})

    def count(account, region, name, variant, metric):
        cloudwatch_backends[account][region].put_metric_data("AWS/SageMaker", [{
            "MetricName": metric, "Value": 1, "Unit": "Count", "Timestamp": utcnow(),
            "Dimensions": [{"Name": "EndpointName", "Value": name}, {"Name": "VariantName", "Value": variant}],
        }])

    def invoke(response):
        from moto.sagemaker.models import sagemaker_backends

        name = response.path.split("/")[2]
        account, region = response.current_account, response.region
        thing = sagemaker_backends[account][region].endpoints[name]
        variants = [v for v in thing.production_variants if v.get("CurrentWeight")]
        variant = random.choices(variants, [v["CurrentWeight"] for v in variants])[0]["VariantName"]
        count(account, region, name, variant, "Invocations")
        try:
            body, content_type = served[name, variant].ask(response.body, response.headers.get("Content-Type"))
        except Exception as problem:
            count(account, region, name, variant, "Invocation5XXErrors")
            return 424, {"status": 424, "x-amzn-ErrorType": "ModelError"}, json.dumps({"Message": str(problem)})
        return 200, {"Content-Type": content_type, "x-Amzn-Invoked-Production-Variant": variant}, body

    # These answer what would only be kept otherwise.
    changes.CHANGES["sagemaker"].pop("UpdateEndpoint", None)
    SageMakerResponse.update_endpoint = update
    SageMakerResponse.update_endpoint_weights_and_capacities = weigh
    SageMakerRuntimeResponse.invoke_endpoint = invoke
