# SPDX-License-Identifier: Apache-2.0
"""What moto lacks by which a lost creation is found again: lists, tokens, tags given at creation, an answer for what is absent.

Each is as AWS's API reference has it, so that a thing whose creation was not answered can be told on moto as on AWS.
"""

import json

from moto.apigateway.exceptions import DeploymentNotFoundException
from moto.apigateway.models import RestAPI
from moto.apigatewayv2.responses import ApiGatewayV2Response
from moto.athena.responses import AthenaResponse
from moto.codecommit.exceptions import RepositoryDoesNotExistException
from moto.codecommit.responses import CodeCommitResponse
from moto.core.exceptions import JsonRESTError
from moto.sagemaker.models import SageMakerModelBackend
from moto.sagemaker.responses import SageMakerResponse

# By kind: what of its `lacks` is answered here.
ANSWERED = {
    "apigateway.Deployment": {"GetDeployment:absent"},
    "apigatewayv2.Authorizer": {"GetAuthorizers"},
    "codecommit.Repository": {
        "ListRepositories", "TagResource", "UntagResource", "ListTagsForResource", "UpdateRepositoryDescription",
        "UpdateRepositoryEncryptionKey",
    },
    "sagemaker.Experiment": {"CreateExperiment:tags", "DescribeExperiment:absent"},
    "sagemaker.Trial": {"CreateTrial:tags"},
    "sagemaker.TrialComponent": {"CreateTrialComponent:tags"},
}


def tagged_at_creation(response, call, arn):
    """SageMaker keeps the tags that a creation is given."""
    create = getattr(response, call)

    def created(self):
        answer = create(self)
        if tags := self._get_param("Tags"):
            self.sagemaker_backend.add_tags(arn(answer.result), [dict(tag) for tag in tags])
        return answer

    setattr(response, call, created)


for call, member in (("create_experiment", "ExperimentArn"), ("create_trial", "TrialArn"),
                     ("create_trial_component", "TrialComponentArn")):
    tagged_at_creation(SageMakerResponse, call, lambda answer, member=member: answer[member])
describe = SageMakerModelBackend.describe_experiment


def described(self, experiment_name):
    if experiment_name not in self.experiments:
        raise JsonRESTError("ResourceNotFound", f"Experiment '{experiment_name}' does not exist.")
    return describe(self, experiment_name)


SageMakerModelBackend.describe_experiment = described


name_query = AthenaResponse.create_named_query


def create_named_query(self):
    """The same token means the same query."""
    token = self._get_param("ClientRequestToken")
    known = self.athena_backend.__dict__.setdefault("queries_by_token", {})
    found = known.get(token)
    if found in self.athena_backend.named_queries:
        return json.dumps({"NamedQueryId": found})
    answer = name_query(self)
    if isinstance(answer, str):
        known[token] = json.loads(answer)["NamedQueryId"]
    return answer


AthenaResponse.create_named_query = create_named_query
find_deployment = RestAPI.get_deployment


def found_deployment(self, deployment_id):
    if deployment_id not in self.deployments:
        raise DeploymentNotFoundException()
    return find_deployment(self, deployment_id)


RestAPI.get_deployment = found_deployment


def get_authorizers(self):
    api = self.apigatewayv2_backend.get_api(self.path.split("/")[-2])
    return 200, {}, json.dumps({"items": [one.to_json() for one in api.authorizers.values()]})


ApiGatewayV2Response.get_authorizers = get_authorizers


# CodeCommit: a repository's tags, key and description beside what moto keeps.


def repository(self, given):
    name = given.get("repositoryName") or given["resourceArn"].split(":")[-1]
    found = self.codecommit_backend.repositories.get(name)
    if found is None:
        raise RepositoryDoesNotExistException(name)
    if not hasattr(found, "tags"):
        found.tags = {}
    return found


def call(function):
    def answered(self):
        return json.dumps(function(self, json.loads(self.body or "{}")) or {})

    return answered


make_repository = CodeCommitResponse.create_repository


def create_repository(self):
    answer = json.loads(make_repository(self))
    given = json.loads(self.body)
    made = repository(self, given)
    made.tags.update(given.get("tags") or {})
    if "kmsKeyId" in given:
        made.repository_metadata["kmsKeyId"] = given["kmsKeyId"]
    return json.dumps({"repositoryMetadata": {**answer["repositoryMetadata"], **made.repository_metadata}})


def list_repositories(self, given):
    return {"repositories": [
        {"repositoryName": name, "repositoryId": one.repository_metadata["repositoryId"]}
        for name, one in self.codecommit_backend.repositories.items()
    ]}


def untag(self, given):
    tags = repository(self, given).tags
    for key in given["tagKeys"]:
        tags.pop(key, None)


def describe_repository(self, given):
    repository(self, given).repository_metadata["repositoryDescription"] = given.get("repositoryDescription")


def encrypt_repository(self, given):
    repository(self, given).repository_metadata["kmsKeyId"] = given["kmsKeyId"]


CodeCommitResponse.create_repository = create_repository
CodeCommitResponse.list_repositories = call(list_repositories)
CodeCommitResponse.list_tags_for_resource = call(lambda self, given: {"tags": repository(self, given).tags})
CodeCommitResponse.tag_resource = call(lambda self, given: repository(self, given).tags.update(given["tags"]))
CodeCommitResponse.untag_resource = call(untag)
CodeCommitResponse.update_repository_description = call(describe_repository)
CodeCommitResponse.update_repository_encryption_key = call(encrypt_repository)
