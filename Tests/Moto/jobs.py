# SPDX-License-Identifier: Apache-2.0
"""Training jobs for moto: each runs its program, as a process of this machine.

Moto's own are done when they are made. These bring their channels from S3, start the entry point with the machine's folder
/opt/ml below a folder of the job's own, write its lines to CloudWatch, put what it leaves back into S3, and can be stopped.
The image counts for nothing.
"""

import os
import pathlib
import signal
import subprocess
import tarfile
import tempfile
import threading
import time

import boto3
from moto.core.responses import ActionResult
from moto.sagemaker.exceptions import ResourceInUseException, ValidationError
from moto.sagemaker.models import FakeTrainingJob, SageMakerModelBackend
from moto.sagemaker.responses import SageMakerResponse

GROUP = "/aws/sagemaker/TrainingJobs"
MACHINE = "/opt/ml"
make, answer = SageMakerModelBackend.create_training_job, SageMakerResponse.create_training_job
tell = FakeTrainingJob.response_object.fget
environments = {}


class Work:
    """One job at work."""

    def __init__(self, job, environment, endpoint):
        self.job, self.environment = job, environment
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "us-east-1"}
        self.store = boto3.client("s3", endpoint_url=endpoint, **keys)
        self.logs = boto3.client("logs", endpoint_url=endpoint, **keys)
        self.stream = f"{job.training_job_name}/algo-1-{int(time.time())}"
        self.process = None
        self.stopped = False
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        with tempfile.TemporaryDirectory(prefix="converge-job-") as folder:
            try:
                self.prepare(pathlib.Path(folder))
                code = self.program(folder)
                if self.stopped:
                    return self.end("Stopped")
                self.leave(pathlib.Path(folder))
                self.job.failure_reason = None if code == 0 else f"AlgorithmError: , exit code: {code}"
                self.end("Completed" if code == 0 else "Failed")
            except Exception as problem:  # The job fails with it, where a test sees it.
                self.job.failure_reason = f"InternalServerError: {problem!r}"
                self.end("Failed")

    def prepare(self, folder):
        for name in ("model", "output/data"):
            (folder / name).mkdir(parents=True)
        for channel in self.job.input_data_config:
            bucket, prefix = channel["DataSource"]["S3DataSource"]["S3Uri"].removeprefix("s3://").split("/", 1)
            for page in self.store.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
                for found in page.get("Contents", []):
                    place = folder / "input/data" / channel["ChannelName"] / found["Key"][len(prefix):].lstrip("/")
                    place.parent.mkdir(parents=True, exist_ok=True)
                    self.store.download_file(bucket, found["Key"], str(place))
                    if place.name == "run.sh":
                        place.write_text(place.read_text().replace(MACHINE, str(folder)))

    def program(self, folder):
        command = [word.replace(MACHINE, folder) for word in self.job.algorithm_specification["ContainerEntrypoint"]]
        variables = {"PATH": os.environ["PATH"], **self.environment}
        self.process = subprocess.Popen(
            command, cwd=folder, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True)
        for line in self.process.stdout:
            self.say(line.rstrip("\n"))
        return self.process.wait()

    def say(self, line):
        names = {"logGroupName": GROUP, "logStreamName": self.stream}
        for ask in (lambda: self.logs.create_log_group(logGroupName=GROUP), lambda: self.logs.create_log_stream(**names)):
            try:
                ask()
            except self.logs.exceptions.ResourceAlreadyExistsException:
                pass
        self.logs.put_log_events(**names, logEvents=[{"timestamp": int(time.time() * 1000), "message": line}])

    def leave(self, folder):
        bucket, prefix = self.job.output_data_config["S3OutputPath"].removeprefix("s3://").split("/", 1)
        for name, content in (("model", folder / "model"), ("output", folder / "output/data")):
            packed = folder / f"{name}.tar.gz"
            with tarfile.open(packed, "w:gz") as archive:
                archive.add(content, arcname=".")
            key = f"{prefix.rstrip('/')}/{self.job.training_job_name}/output/{name}.tar.gz"
            self.store.upload_file(str(packed), bucket, key)

    def end(self, status):
        self.job.training_job_status = self.job.secondary_status = status

    def stop(self):
        self.stopped = True
        self.job.training_job_status = "Stopping"
        if self.process:
            os.killpg(self.process.pid, signal.SIGTERM)


def install(endpoint):
    """From now on jobs run; `endpoint` tells the server's address once it is known."""

    def create(backend, **fields):
        name = fields["training_job_name"]
        if name in backend.training_jobs:
            raise ResourceInUseException(message="Training job names must be unique within an AWS account and region")
        job = make(backend, **fields)
        job.training_job_status, job.secondary_status = "InProgress", "Training"
        job.final_metric_data_list = []
        job.work = Work(job, environments.pop(name, None) or {}, endpoint())
        job.work.thread.start()
        return job

    def create_response(response):
        environments[response._get_param("TrainingJobName")] = response._get_param("Environment")
        return answer(response)

    def stop_response(response):
        job = response.sagemaker_backend.training_jobs[response._get_param("TrainingJobName")]
        if job.training_job_status != "InProgress":
            raise ValidationError(message=f"The job is in status {job.training_job_status}.")
        job.work.stop()
        return ActionResult({})

    SageMakerModelBackend.create_training_job = create
    SageMakerResponse.create_training_job = create_response
    SageMakerResponse.stop_training_job = stop_response
    FakeTrainingJob.response_object = property(
        lambda job: {key: value for key, value in tell(job).items() if key != "Work"})
