#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What Converge makes on moto, told by the AWS CLI.

    aws_cli.py EXECUTABLE

Converge makes what platform.recipe says; for each line below the CLI is asked, and its answer is what the recipe says. Then
Converge deletes everything, and the CLI finds nothing of it. Ends with 1 and what went wrong where something did.
"""

import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import strict_moto

HERE = pathlib.Path(__file__).parent
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing-secret-key", "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
PASSWORD = "as-secret-as-can-be"
ARN = "arn:aws:{}:us-east-1:123456789012:{}"
# Kind, what the CLI is asked, its query, and what it has to say; `{address.output}` is what Converge has recorded.
LOOKS = [
    ("s3.Bucket", "s3api get-bucket-tagging --bucket cv-lake", "TagSet[?Key=='team'].Value | [0]", "data"),
    ("s3.BucketVersioning", "s3api get-bucket-versioning --bucket cv-lake", "Status", "Enabled"),
    ("s3.BucketEncryption", "s3api get-bucket-encryption --bucket cv-lake",
     "ServerSideEncryptionConfiguration.Rules[0].[BucketKeyEnabled, ApplyServerSideEncryptionByDefault.[SSEAlgorithm, KMSMasterKeyID]]",
     [True, ["aws:kms", "{key.arn}"]]),
    ("s3.BucketPublicAccessBlock", "s3api get-public-access-block --bucket cv-lake", "PublicAccessBlockConfiguration",
     {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}),
    ("s3.BucketLifecycleConfiguration", "s3api get-bucket-lifecycle-configuration --bucket cv-lake",
     "Rules[?ID=='old'].[Transitions[0].StorageClass, Expiration.Days, NoncurrentVersionExpiration.NoncurrentDays] | [0]",
     ["STANDARD_IA", 365, 30]),
    ("s3.BucketLogging", "s3api get-bucket-logging --bucket cv-lake", "LoggingEnabled.[TargetBucket, TargetPrefix]",
     ["cv-logs", "lake/"]),
    ("s3.Object", "s3api head-object --bucket cv-logs --key note.txt", "[ContentLength, ETag]", [7, "{note.e_tag}"]),
    ("kms.Key", "kms describe-key --key-id {key.key_id}", "KeyMetadata.[Description, Enabled]", ["the platform's", True]),
    ("kms.Key", "kms get-key-rotation-status --key-id {key.key_id}", "KeyRotationEnabled", True),
    ("kms.Alias", "kms list-aliases", "Aliases[?AliasName=='alias/cv-platform'].TargetKeyId", ["{key.key_id}"]),
    ("iam.Role", "iam get-role --role-name cv-worker",
     "Role.[Path, Description, MaxSessionDuration, AssumeRolePolicyDocument.Statement[0].Principal.Service]",
     ["/app/", "does the work", 7200, ["lambda.amazonaws.com", "states.amazonaws.com"]]),
    ("iam.Policy", "iam get-policy-version --policy-arn {reading.arn} --version-id v1",
     "PolicyVersion.Document.Statement[0].Resource", ["arn:aws:s3:::cv-lake", "arn:aws:s3:::cv-lake/${aws:username}/*"]),
    ("iam.RolePolicyAttachment", "iam list-attached-role-policies --role-name cv-worker", "AttachedPolicies[].PolicyArn",
     ["{reading.arn}"]),
    ("iam.RolePolicy", "iam get-role-policy --role-name cv-worker --policy-name sends",
     "PolicyDocument.Statement[0].[Action, Resource]", ["sqs:SendMessage", "{jobs.arn}"]),
    ("iam.InstanceProfile", "iam get-instance-profile --instance-profile-name cv-worker",
     "InstanceProfile.Roles[].RoleName", ["cv-worker"]),
    ("iam.GroupMembership", "iam get-group --group-name cv-people", "Users[].UserName", ["cv-someone"]),
    ("ec2.Vpc", "ec2 describe-vpcs --vpc-ids {network.vpc_id}", "Vpcs[0].[CidrBlock, Tags[?Key=='team'].Value | [0]]",
     ["10.0.0.0/16", "data"]),
    ("ec2.Subnet", "ec2 describe-subnets --filters Name=vpc-id,Values={network.vpc_id}",
     "sort_by(Subnets, &CidrBlock)[].[CidrBlock, AvailabilityZone]",
     [["10.0.1.0/24", "us-east-1a"], ["10.0.2.0/24", "us-east-1b"]]),
    ("ec2.SecurityGroup", "ec2 describe-security-groups --group-ids {guard.group_id}",
     "SecurityGroups[0].[GroupName, IpPermissionsEgress[].[IpProtocol, FromPort, IpRanges[0].CidrIp], IpPermissions[].[FromPort, IpRanges[0].CidrIp]]",
     ["cv-guard", [["tcp", 443, "0.0.0.0/0"]], [[443, "10.0.0.0/16"]]]),
    ("ec2.Route", "ec2 describe-route-tables --route-table-ids {ways.route_table_id}",
     "RouteTables[0].[Routes[?DestinationCidrBlock=='0.0.0.0/0'].GatewayId | [0], Associations[].SubnetId | [0]]",
     ["{door.internet_gateway_id}", "{subnet[\"a\"].subnet_id}"]),
    ("ec2.NatGateway", "ec2 describe-nat-gateways --nat-gateway-ids {nat.nat_gateway_id}",
     "NatGateways[0].[SubnetId, NatGatewayAddresses[0].AllocationId]",
     ["{subnet[\"a\"].subnet_id}", "{address.allocation_id}"]),
    ("sqs.Queue", "sqs get-queue-attributes --queue-url {jobs.queue_url} --attribute-names VisibilityTimeout QueueArn",
     "Attributes", {"VisibilityTimeout": "120", "QueueArn": ARN.format("sqs", "cv-jobs")}),
    ("sqs.Queue", "sqs get-queue-attributes --queue-url {orders.queue_url} --attribute-names FifoQueue ContentBasedDeduplication",
     "Attributes", {"FifoQueue": "true", "ContentBasedDeduplication": "true"}),
    ("sns.Topic", "sns get-topic-attributes --topic-arn {news.arn}", "Attributes.DisplayName", "News"),
    ("sns.Subscription", "sns get-subscription-attributes --subscription-arn {news_to_jobs.arn}",
     "Attributes.[Endpoint, RawMessageDelivery, FilterPolicy]", ["{jobs.arn}", "true", "{{\"kind\":[\"order\"]}}"]),
    ("kinesis.Stream", "kinesis describe-stream-summary --stream-name cv-stream",
     "StreamDescriptionSummary.[OpenShardCount, RetentionPeriodHours]", [2, 48]),
    ("events.Rule", "events describe-rule --name cv-nightly", "[ScheduleExpression, Description, State]",
     ["rate(1 day)", "each night", "ENABLED"]),
    ("events.Target", "events list-targets-by-rule --rule cv-nightly", "Targets[].[Id, Arn, Input]",
     [["jobs", "{jobs.arn}", "{{\"job\":\"clean\"}}"]]),
    ("dynamodb.Table", "dynamodb describe-table --table-name cv-orders",
     "Table.[KeySchema[].AttributeName, GlobalSecondaryIndexes[].IndexName, StreamSpecification.StreamViewType, BillingModeSummary.BillingMode]",
     [["id", "at"], ["by-owner"], "NEW_IMAGE", "PAY_PER_REQUEST"]),
    ("dynamodb.Table", "dynamodb describe-time-to-live --table-name cv-orders",
     "TimeToLiveDescription.[TimeToLiveStatus, AttributeName]", ["ENABLED", "ends"]),
    ("glue.Database", "glue get-database --name sales", "Database.[Description, Parameters]",
     ["orders and returns", {"owner": "analysts"}]),
    ("athena.WorkGroup", "athena get-work-group --work-group cv-questions",
     "WorkGroup.[Description, Configuration.ResultConfiguration.OutputLocation]", ["asks", "s3://cv-logs/answers/"]),
    ("lambda.Function", "lambda get-function-configuration --function-name cv-work",
     "[Role, Runtime, Handler, Timeout, MemorySize, Environment.Variables]",
     ["{worker.arn}", "python3.13", "main.handle", 30, 256, {"TABLE": "cv-orders"}]),
    ("lambda.Alias", "lambda get-alias --function-name cv-work --name live", "FunctionVersion", "{work_version.version}"),
    ("lambda.Permission", "lambda get-policy --function-name cv-work", "contains(Policy, 'events.amazonaws.com')", True),
    ("states.StateMachine", "stepfunctions describe-state-machine --state-machine-arn {machine.state_machine_arn}",
     "[name, roleArn, contains(definition, '{work.arn}')]", ["cv-machine", "{worker.arn}", True]),
    ("ecr.Repository", "ecr describe-repositories --repository-names cv/serve",
     "repositories[0].[imageTagMutability, imageScanningConfiguration.scanOnPush]", ["IMMUTABLE", True]),
    ("ecs.Cluster", "ecs describe-clusters --clusters cv-cluster --include SETTINGS", "clusters[0].settings",
     [{"name": "containerInsights", "value": "enabled"}]),
    ("apigatewayv2.Api", "apigatewayv2 get-api --api-id {front.api_id}", "[Name, ProtocolType, CorsConfiguration.MaxAge]",
     ["cv-front", "HTTP", 60]),
    ("logs.LogGroup", "logs describe-log-groups --log-group-name-prefix /cv/", "logGroups[].[logGroupName, retentionInDays]",
     [["/cv/work", 30]]),
    ("logs.MetricFilter", "logs describe-metric-filters --log-group-name /cv/work",
     "metricFilters[0].[filterName, filterPattern, metricTransformations[0].metricName]", ["errors", "ERROR", "Errors"]),
    ("cloudwatch.MetricAlarm", "cloudwatch describe-alarms --alarm-names cv-errors",
     "MetricAlarms[0].[Threshold, EvaluationPeriods, AlarmActions, ComparisonOperator]",
     [5.0, 2, ["{news.arn}"], "GreaterThanThreshold"]),
    ("secretsmanager.Secret", "secretsmanager get-secret-value --secret-id cv/password", "SecretString", PASSWORD),
    ("ssm.Parameter", "ssm get-parameter --name /cv/hidden --with-decryption", "Parameter.[Type, Value]",
     ["SecureString", PASSWORD]),
    ("route53.HostedZone", "route53 get-hosted-zone --id {zone.hosted_zone_id}", "HostedZone.[Name, Config.Comment]",
     ["example.com.", "callers"]),
]
# What is asked after everything was deleted: nothing is told.
EMPTY = [
    ("s3api list-buckets", "Buckets[].Name"), ("iam list-roles", "Roles[].RoleName"), ("iam list-users", "Users[].UserName"),
    ("iam list-policies --scope Local", "Policies[].PolicyName"), ("sqs list-queues", "QueueUrls"),
    ("sns list-topics", "Topics"), ("dynamodb list-tables", "TableNames"), ("lambda list-functions", "Functions"),
    ("kinesis list-streams", "StreamNames"), ("ecr describe-repositories", "repositories"),
    ("ec2 describe-vpcs --filters Name=cidr,Values=10.0.0.0/16", "Vpcs"), ("logs describe-log-groups", "logGroups"),
    ("stepfunctions list-state-machines", "stateMachines"), ("glue get-databases", "DatabaseList"),
    ("cloudwatch describe-alarms", "MetricAlarms"), ("ssm describe-parameters", "Parameters"),
    ("route53 list-hosted-zones", "HostedZones"), ("secretsmanager list-secrets", "SecretList"),
]


class Failed(Exception):
    pass


class Look:
    def __init__(self, executable, folder, endpoint):
        self.executable = executable
        self.folder = folder
        self.endpoint = endpoint
        self.variables = {
            **os.environ, **KEYS, "AWS_ENDPOINT_URL": endpoint, "HOME": str(folder), "CV_PASSWORD": PASSWORD, "AWS_PAGER": "",
        }
        self.variables.pop("AWS_PROFILE", None)
        (folder / "converge.project").write_text("environment default {\n  use aws\n}\n")
        shutil.copy(HERE / "platform.recipe", folder)

    def run(self, *words):
        done = subprocess.run(words, cwd=self.folder, env=self.variables, capture_output=True, text=True, timeout=300)
        if done.returncode:
            raise Failed(f"{' '.join(words)} ended with {done.returncode}\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
        return done.stdout

    def converge(self, *words):
        return self.run(self.executable, *words)

    def aws(self, command, query):
        text = self.run("aws", *command.split(" "), "--endpoint-url", self.endpoint, "--output", "json", "--query", query)
        return json.loads(text) if text.strip() else None

    def live(self):
        self.converge("apply", "platform.recipe", "--yes", "--set", "force=true")
        # Every line of the table for Terraform is read, whether Terraform is there or not.
        exported = json.loads(self.converge("export", "terraform", "platform.recipe", "--json"))["exported"]
        things = {
            thing["address"]: thing["outputs"] for thing in json.loads(self.converge("show", "--json"))["resources"]
        }
        wrong = self.each(lambda look: self.look(look, things), LOOKS)
        self.converge("destroy", "platform.recipe", "--yes", "--set", "force=true")
        wrong += self.each(self.look_for_nothing, EMPTY)
        if wrong:
            raise Failed("\n".join(wrong))
        kinds = {kind for kind, *_ in LOOKS}
        print(f"the AWS CLI agrees on {len(kinds)} kinds in {len(LOOKS)} looks, and finds nothing left; {len(exported)} exported")

    def each(self, look, looks):
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            return [problem for problem in pool.map(look, looks) if problem]

    def look(self, look, things):
        kind, command, query, expected = look
        told = self.aws(filled(command, things), filled(query, things))
        expected = filled(expected, things)
        if told != expected:
            return f"{kind}: aws {command} says {json.dumps(told)} instead of {json.dumps(expected)}"

    def look_for_nothing(self, look):
        told = self.aws(*look)
        return f"aws {look[0]} still says {json.dumps(told)}" if told else None


def filled(value, things):
    """Values with what Converge recorded in the place of `{address.output}`."""
    if isinstance(value, list):
        return [filled(item, things) for item in value]
    if isinstance(value, dict):
        return {key: filled(item, things) for key, item in value.items()}
    if isinstance(value, str):
        for address, outputs in things.items():
            for name, output in outputs.items():
                value = value.replace("{" + f"{address}.{name}" + "}", str(output))
        return value.replace("{{", "{").replace("}}", "}")
    return value


def main():
    server, endpoint = strict_moto.start()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="converge-cli-"))
    try:
        Look(os.path.abspath(sys.argv[1]), folder, endpoint).live()
    except (Failed, subprocess.TimeoutExpired) as problem:
        print(f"FAILED: {problem}")
        sys.exit(1)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
