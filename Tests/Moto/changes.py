# SPDX-License-Identifier: Apache-2.0
"""Calls that change what moto has, where moto lacks them or forgets a part of what it is given.

A call that moto lacks is held against botocore's model and kept; one that it has is passed on, and what it forgets is kept.
What is kept shows in moto's own answers to the calls that read, in the shape of AWS's model of them.
"""

import re

from moto.sagemaker.models import sagemaker_backends

KEPT = {}


class Change:
    """What a call does to a thing: which thing, and how what is told of it differs from then on."""

    def __init__(self, name, change, is_lacking=True, answer=None):
        self.name, self.change, self.is_lacking, self.answer = name, change, is_lacking, answer or {}


class Told:
    """A call that tells of things: where its answer has them, and by what they are known."""

    def __init__(self, at, name):
        self.at, self.name = at, name

    def things(self, answer):
        found = answer.get(self.at) if self.at else answer
        return [thing for thing in (found if isinstance(found, list) else [found]) if isinstance(thing, dict)]


def name_of(name, given):
    """Members of a name, or a function of what is given; None where it names no such thing."""
    if callable(name):
        return name(given)
    found = tuple(given.get(part) for part in name.split("/"))
    return None if None in found else found


def merged(value, change):
    """Objects are merged, all else is as the change has it."""
    if isinstance(value, dict) and isinstance(change, dict):
        return {**value, **{key: merged(value.get(key), item) for key, item in change.items()}}
    return change


def members(*names, under=None):
    """What is given of these members, or of all."""

    def change(given):
        given = given.get(under, {}) if under else given
        return lambda thing: thing.update(
            {key: merged(thing.get(key), item) for key, item in given.items() if not names or key in names}
        )

    return change


def instead(under):
    """AWS forgets what is not given."""

    def change(given):
        return lambda thing: (
            [thing.pop(name, None) for name in REPLACED[under] if name not in given[under]], thing.update(given[under])
        )

    return change


REPLACED = {
    "JobUpdate": ["Description", "MaxRetries", "Timeout", "DefaultArguments", "ExecutionProperty", "WorkerType"],
    "TriggerUpdate": ["Description", "Predicate", "EventBatchingCondition"],
}


def work_group(given):
    updates = {**given.get("ConfigurationUpdates", {})}
    if updates.pop("RemoveBytesScannedCutoffPerQuery", False):
        updates["BytesScannedCutoffPerQuery"] = None
    if "ResultConfigurationUpdates" in updates:
        updates["ResultConfiguration"] = updates.pop("ResultConfigurationUpdates")
    plain = {name: given[name] for name in ("Description", "State") if name in given}

    def change(thing):
        configuration = merged(thing.get("Configuration", {}), updates)
        result = updates.get("ResultConfiguration", {})
        # What encrypts is replaced as one.
        if "EncryptionConfiguration" in result:
            configuration["ResultConfiguration"]["EncryptionConfiguration"] = result["EncryptionConfiguration"]
        thing.update({**plain, "Configuration": configuration})

    return change


def crawler(given):
    def change(thing):
        thing.update({name: item for name, item in given.items() if name != "Schedule"})
        if "Schedule" in given:
            thing["Schedule"] = {"ScheduleExpression": given["Schedule"], "State": "SCHEDULED"}

    return change


def cluster(given):
    logging = given.get("logging", {}).get("clusterLogging", [])

    def change(thing):
        if "resourcesVpcConfig" in given:
            thing["resourcesVpcConfig"] = merged(thing.get("resourcesVpcConfig", {}), given["resourcesVpcConfig"])
        for name in ("accessConfig", "upgradePolicy", "deletionProtection"):
            if name in given:
                thing[name] = merged(thing.get(name), given[name])
        for part in logging:
            told = thing.setdefault("logging", {}).setdefault("clusterLogging", [])
            for other in told:
                other["types"] = [kind for kind in other["types"] if kind not in part["types"]]
            told.append(part)
            thing["logging"]["clusterLogging"] = [other for other in told if other["types"]]

    return change


def tags(member="tags"):
    def change(given):
        return lambda thing: thing.update({member: {**(thing.get(member) or {}), **given[member]}})

    return change


def no_tags(keys="tagKeys", member="tags"):
    def change(given):
        return lambda thing: thing.update(
            {member: {key: value for key, value in (thing.get(member) or {}).items() if key not in given[keys]}}
        )

    return change


def value(member, given_as=None):
    def change(given):
        return lambda thing: thing.update({member: given[given_as or member] if given_as != "" else None})

    return change


def dropped(collection, name):
    """Moto has the thing no more."""

    def change(given):
        for account in dict.values(sagemaker_backends):
            for backend in dict.values(account):
                getattr(backend, collection).pop(given[name], None)
        return lambda thing: None

    return change


def part(pattern, member="resourceArn"):
    """The parts of an ARN by which a thing is known."""

    def name(given):
        found = re.search(pattern, given.get(member, ""))
        return found.groups() if found else None

    return name


STAGE = part(r":/apis/([^/]+)/stages/([^/]+)$", "ResourceArn")
APPLICATION = part(r"/applications/([^/]+)$")
NODES = part(r":(?:nodegroup|fargateprofile)/([^/]+)/([^/]+)/")
UPDATE = {"update": {"id": "0", "status": "Successful"}}
STAGE_MEMBERS = ["AccessLogSettings", "AutoDeploy", "DefaultRouteSettings", "Description", "StageVariables", "RouteSettings"]
SERVICE = ["deploymentConfiguration", "healthCheckGracePeriodSeconds"]
PROJECT = ["description", "source", "artifacts", "environment", "serviceRole", "timeoutInMinutes", "encryptionKey", "tags",
           "vpcConfig", "logsConfig", "cache", "secondarySources", "secondaryArtifacts", "sourceVersion"]

# By service and call.
TOLD = {
    "apigatewayv2": {"GetStage": Told("", "ApiId/StageName")},
    "athena": {"GetWorkGroup": Told("WorkGroup", "Name")},
    "codebuild": {"BatchGetProjects": Told("projects", "name")},
    "ecs": {"DescribeServices": Told("services", "cluster/serviceName")},
    "eks": {
        "DescribeCluster": Told("cluster", "name"),
        "DescribeFargateProfile": Told("fargateProfile", "clusterName/fargateProfileName"),
        "DescribeNodegroup": Told("nodegroup", "clusterName/nodegroupName"),
    },
    "emr-serverless": {"GetApplication": Told("application", "applicationId")},
    "glue": {"GetJob": Told("Job", "Name"), "GetCrawler": Told("Crawler", "Name"), "GetTrigger": Told("Trigger", "Name")},
    "logs": {"DescribeLogGroups": Told("logGroups", "logGroupName")},
    "sagemaker": {"DescribeDomain": Told("", "DomainId"), "DescribeEndpoint": Told("", "EndpointName")},
}
CHANGES = {
    "apigatewayv2": {
        "UpdateStage": Change("ApiId/StageName", members(*STAGE_MEMBERS)),
        "TagResource": Change(STAGE, tags("Tags")),
        "UntagResource": Change(STAGE, no_tags("TagKeys", "Tags")),
    },
    "athena": {"UpdateWorkGroup": Change("WorkGroup", work_group)},
    "codebuild": {
        "CreateProject": Change("name", members("encryptionKey"), is_lacking=False),
        "UpdateProject": Change("name", members(*PROJECT)),
    },
    "ecs": {
        "CreateService": Change("cluster/serviceName", members(*SERVICE), is_lacking=False),
        "UpdateService": Change("cluster/service", members(*SERVICE), is_lacking=False),
    },
    "eks": {
        "UpdateClusterConfig": Change("name", cluster, answer=UPDATE),
        "UpdateClusterVersion": Change("name", members("version"), answer=UPDATE),
        "AssociateEncryptionConfig": Change("clusterName", members("encryptionConfig"), answer=UPDATE),
        "CreateCluster": Change("name", members("accessConfig", "encryptionConfig"), is_lacking=False),
        "TagResource": Change(NODES, tags()),
        "UntagResource": Change(NODES, no_tags()),
    },
    "emr-serverless": {
        "UpdateApplication": Change("applicationId", members()),
        "CreateApplication": Change("applicationId", members(), is_lacking=False),
        "TagResource": Change(APPLICATION, tags()),
        "UntagResource": Change(APPLICATION, no_tags()),
    },
    "glue": {
        "UpdateJob": Change("JobName", instead("JobUpdate")),
        "UpdateCrawler": Change("Name", crawler),
        "UpdateTrigger": Change("Name", instead("TriggerUpdate")),
    },
    "logs": {
        "AssociateKmsKey": Change("logGroupName", value("kmsKeyId")),
        "DisassociateKmsKey": Change("logGroupName", value("kmsKeyId", "")),
    },
    # Permissions are not read: who has them is known to who gave them.
    "quicksight": {"UpdateDataSourcePermissions": Change("DataSourceId", lambda given: lambda thing: None)},
    "sagemaker": {
        "UpdateDomain": Change("DomainId", members()),
        "UpdateEndpoint": Change("EndpointName", members("EndpointConfigName")),
        "DeleteProcessingJob": Change("ProcessingJobName", dropped("processing_jobs", "ProcessingJobName")),
        "DeleteTrainingJob": Change("TrainingJobName", dropped("training_jobs", "TrainingJobName")),
    },
}
# The calls that make or delete a thing, of which nothing is kept then.
FRESH = {
    "apigatewayv2": {"CreateStage": "ApiId/StageName"},
    "athena": {"CreateWorkGroup": "Name", "DeleteWorkGroup": "WorkGroup"},
    "codebuild": {"CreateProject": "name", "DeleteProject": "name"},
    "ecs": {"CreateService": "cluster/serviceName", "DeleteService": "cluster/service"},
    "eks": {"CreateCluster": "name", "CreateNodegroup": "clusterName/nodegroupName",
            "CreateFargateProfile": "clusterName/fargateProfileName"},
    "glue": {"CreateJob": "Name", "CreateCrawler": "Name", "CreateTrigger": "Name", "DeleteJob": "JobName",
             "DeleteCrawler": "Name", "DeleteTrigger": "Name"},
    "logs": {"CreateLogGroup": "logGroupName", "DeleteLogGroup": "logGroupName"},
    "sagemaker": {"CreateEndpoint": "EndpointName", "DeleteDomain": "DomainId"},
}


def keep(service, name, given, answer):
    """Keeps what a call does, for whatever tells of the thing."""
    change = CHANGES[service][name]
    thing = name_of(change.name, {**given, **first(answer)})
    if thing is not None:
        KEPT.setdefault((service, thing), []).append(change.change(given))
    return thing


def first(answer):
    return {name: item for name, item in (answer or {}).items() if isinstance(item, str)}


def forget(service, name, given):
    """A thing that is made or deleted has nothing of an earlier one."""
    thing = name_of(FRESH.get(service, {}).get(name, ""), given) if name in FRESH.get(service, {}) else None
    KEPT.pop((service, thing), None)


def tell(service, name, given, answer):
    """What moto tells, and what is kept of it."""
    told = TOLD[service][name]
    for thing in told.things(answer):
        for change in KEPT.get((service, name_of(told.name, {**given, **thing})), []):
            change(thing)
    return answer


def calls(service):
    """The calls of a service that matter here."""
    return {name for table in (TOLD, CHANGES, FRESH) for name in table.get(service, {})}
