# SPDX-License-Identifier: Apache-2.0
"""What reduce.py takes or leaves out besides what the kinds name."""

# Operations that facets, steps and the client use.
EXTRA = {
    "athena": ["GetQueryExecution", "GetQueryResults", "StartQueryExecution", "StopQueryExecution"],
    "cloudwatch": ["GetMetricData", "GetMetricStatistics", "PutMetricData"],
    "featurestoreruntime": ["BatchGetRecord", "DeleteRecord", "GetRecord", "PutRecord"],
    "glue": ["BatchStopJobRun", "GetJobRun", "GetJobRuns", "StartJobRun"],
    "kinesis": ["DescribeStreamSummary", "GetRecords", "GetShardIterator", "ListShards", "PutRecords"],
    "lambda": ["Invoke"],
    "logs": ["CreateLogStream", "DescribeLogStreams", "FilterLogEvents", "GetLogEvents", "PutLogEvents"],
    "redshiftdata": ["CancelStatement", "DescribeStatement", "ExecuteStatement", "GetStatementResult"],
    "s3": [
        "AbortMultipartUpload", "CompleteMultipartUpload", "CopyObject", "CreateMultipartUpload", "DeleteObject",
        "DeleteObjects", "GetBucketLocation", "GetObject", "HeadObject", "ListMultipartUploads", "ListObjectVersions",
        "ListObjectsV2", "ListParts", "PutObject", "UploadPart",
    ],
    "sagemaker": [
        "AddAssociation", "AssociateTrialComponent", "CreateProcessingJob", "CreateTrainingJob", "CreateTrial",
        "CreateTrialComponent", "DeleteTrial", "DeleteTrialComponent", "DescribeEndpoint", "DescribeProcessingJob",
        "DescribeTrainingJob", "DescribeTrial", "DescribeTrialComponent", "DisassociateTrialComponent", "ListTrainingJobs",
        "ListTrialComponents", "ListTrials", "StopProcessingJob", "StopTrainingJob", "UpdateTrialComponent",
    ],
    "sagemakermetrics": ["BatchPutMetrics"],
    "sagemakerruntime": ["InvokeEndpoint"],
    "sso": ["GetRoleCredentials"],
    "sts": ["AssumeRole", "AssumeRoleWithWebIdentity", "GetCallerIdentity"],
    "tagging": ["GetResources"],
}

# Shapes of no use to a recipe, or of enormous trees: passed through as JSON with AWS's own names.
CUT = {
    "glue": {"CodeGenConfigurationNodes"},
    "quicksight": {"DashboardVersionDefinition"},
}

# Pages of operations whose models tell none: the last item of a page is where the next begins.
PAGES = {
    "firehose.ListDeliveryStreams": {
        "in": "exclusive_start_delivery_stream_name", "out": "delivery_stream_names[-1]", "items": "delivery_stream_names",
        "more": "has_more_delivery_streams", "limit": "limit",
    },
}

# Operations of services whose kinds have no table yet.
COMING = {
    "acm": [
        "AddTagsToCertificate", "DeleteCertificate", "DescribeCertificate", "ListCertificates",
        "ListTagsForCertificate", "RemoveTagsFromCertificate", "RequestCertificate", "UpdateCertificateOptions",
    ],
    "apigateway": [
        "CreateDeployment", "CreateResource", "CreateRestApi", "CreateStage", "DeleteDeployment", "DeleteIntegration",
        "DeleteMethod", "DeleteResource", "DeleteRestApi", "DeleteStage", "GetDeployment", "GetDeployments",
        "GetIntegration", "GetMethod", "GetResource", "GetResources", "GetRestApi", "GetRestApis", "GetStage",
        "GetStages", "GetTags", "PutIntegration", "PutMethod", "TagResource", "UntagResource", "UpdateDeployment",
        "UpdateMethod", "UpdateRestApi", "UpdateStage",
    ],
    "apigatewayv2": [
        "CreateApi", "CreateIntegration", "CreateRoute", "CreateStage", "DeleteApi", "DeleteIntegration", "DeleteRoute",
        "DeleteStage", "GetApi", "GetApis", "GetIntegration", "GetIntegrations", "GetRoute", "GetRoutes", "GetStage",
        "GetStages", "GetTags", "TagResource", "UntagResource", "UpdateApi", "UpdateIntegration", "UpdateRoute",
        "UpdateStage",
    ],
    "applicationautoscaling": [
        "DeleteScalingPolicy", "DeregisterScalableTarget", "DescribeScalableTargets", "DescribeScalingPolicies",
        "PutScalingPolicy", "RegisterScalableTarget",
    ],
    "athena": [
        "CreateDataCatalog", "CreateNamedQuery", "CreateWorkGroup", "DeleteDataCatalog", "DeleteNamedQuery",
        "DeleteWorkGroup", "GetDataCatalog", "GetNamedQuery", "GetWorkGroup", "ListDataCatalogs", "ListNamedQueries",
        "ListTagsForResource", "ListWorkGroups", "TagResource", "UntagResource", "UpdateDataCatalog",
        "UpdateNamedQuery", "UpdateWorkGroup",
    ],
    "autoscaling": [
        "CreateAutoScalingGroup", "CreateOrUpdateTags", "DeleteAutoScalingGroup", "DeleteTags",
        "DescribeAutoScalingGroups", "DescribeTags", "UpdateAutoScalingGroup",
    ],
    "cloudtrail": [
        "AddTags", "CreateTrail", "DeleteTrail", "GetTrail", "ListTags", "ListTrails", "RemoveTags", "StartLogging",
        "UpdateTrail",
    ],
    "cloudwatch": [
        "DeleteAlarms", "DeleteDashboards", "DescribeAlarms", "GetDashboard", "ListDashboards", "ListTagsForResource",
        "PutDashboard", "PutMetricAlarm", "TagResource", "UntagResource",
    ],
    "codebuild": [
        "BatchGetProjects", "CreateProject", "DeleteProject", "ListProjects", "UpdateProject",
    ],
    "codecommit": [
        "CreateRepository", "DeleteRepository", "GetRepository", "ListRepositories", "UpdateRepositoryDescription",
    ],
    "codedeploy": [
        "CreateApplication", "DeleteApplication", "GetApplication", "ListApplications", "ListTagsForResource",
        "TagResource", "UntagResource", "UpdateApplication",
    ],
    "codepipeline": [
        "CreatePipeline", "DeletePipeline", "GetPipeline", "ListPipelines", "ListTagsForResource", "TagResource",
        "UntagResource", "UpdatePipeline",
    ],
    "dynamodb": [
        "CreateTable", "DeleteTable", "DescribeTable", "ListTables", "ListTagsOfResource", "TagResource",
        "UntagResource", "UpdateContinuousBackups", "UpdateTable", "UpdateTimeToLive",
    ],
    "ec2": [
        "AllocateAddress", "AssociateRouteTable", "AttachInternetGateway", "AuthorizeSecurityGroupIngress",
        "CreateInternetGateway", "CreateKeyPair", "CreateLaunchTemplate", "CreateLaunchTemplateVersion",
        "CreateNatGateway", "CreateRoute", "CreateRouteTable", "CreateSecurityGroup", "CreateSubnet", "CreateTags",
        "CreateVpc", "DeleteInternetGateway", "DeleteKeyPair", "DeleteLaunchTemplate", "DeleteNatGateway",
        "DeleteRoute", "DeleteRouteTable", "DeleteSecurityGroup", "DeleteSubnet", "DeleteTags", "DeleteVpc",
        "DescribeAddresses", "DescribeInstances", "DescribeInternetGateways", "DescribeKeyPairs",
        "DescribeLaunchTemplates", "DescribeNatGateways", "DescribeRouteTables", "DescribeSecurityGroupRules",
        "DescribeSecurityGroups", "DescribeSubnets", "DescribeTags", "DescribeVpcs", "DetachInternetGateway",
        "DisassociateRouteTable", "ModifyInstanceAttribute", "ModifyLaunchTemplate", "ModifySubnetAttribute",
        "ModifyVpcAttribute", "ReleaseAddress", "ReplaceRoute", "RevokeSecurityGroupIngress", "RunInstances",
        "TerminateInstances",
    ],
    "ecr": [
        "CreateRepository", "DeleteRepository", "DescribeRepositories", "ListTagsForResource",
        "PutImageScanningConfiguration", "PutImageTagMutability", "PutLifecyclePolicy", "TagResource", "UntagResource",
    ],
    "ecs": [
        "CreateCluster", "CreateService", "DeleteCluster", "DeleteService", "DeregisterTaskDefinition",
        "DescribeClusters", "DescribeServices", "DescribeTaskDefinition", "ListClusters", "ListServices",
        "ListTagsForResource", "ListTaskDefinitions", "RegisterTaskDefinition", "TagResource", "UntagResource",
        "UpdateCluster", "UpdateService",
    ],
    "eks": [
        "CreateCluster", "CreateFargateProfile", "CreateNodegroup", "DeleteCluster", "DeleteFargateProfile",
        "DeleteNodegroup", "DescribeCluster", "DescribeFargateProfile", "DescribeNodegroup", "ListClusters",
        "ListFargateProfiles", "ListNodegroups", "ListTagsForResource", "TagResource", "UntagResource",
        "UpdateClusterConfig", "UpdateClusterVersion", "UpdateNodegroupConfig",
    ],
    "elbv2": [
        "AddTags", "CreateListener", "CreateLoadBalancer", "CreateTargetGroup", "DeleteListener", "DeleteLoadBalancer",
        "DeleteTargetGroup", "DescribeListeners", "DescribeLoadBalancers", "DescribeTags", "DescribeTargetGroups",
        "ModifyListener", "ModifyLoadBalancerAttributes", "ModifyTargetGroup", "RemoveTags", "SetSubnets",
    ],
    "emr": [
        "AddTags", "DescribeCluster", "ListClusters", "ModifyCluster", "RemoveTags", "RunJobFlow",
        "SetVisibleToAllUsers", "TerminateJobFlows",
    ],
    "emrserverless": [
        "CreateApplication", "DeleteApplication", "GetApplication", "ListApplications", "ListTagsForResource",
        "StopApplication", "TagResource", "UntagResource", "UpdateApplication",
    ],
    "events": [
        "DeleteRule", "DescribeRule", "DisableRule", "ListRules", "ListTagsForResource", "ListTargetsByRule", "PutRule",
        "PutTargets", "RemoveTargets", "TagResource", "UntagResource",
    ],
    "firehose": [
        "CreateDeliveryStream", "DeleteDeliveryStream", "DescribeDeliveryStream", "ListDeliveryStreams",
        "ListTagsForDeliveryStream", "TagDeliveryStream", "UntagDeliveryStream", "UpdateDestination",
    ],
    "glue": [
        "CreateConnection", "CreateCrawler", "CreateDatabase", "CreateJob", "CreateTable", "CreateTrigger",
        "DeleteConnection", "DeleteCrawler", "DeleteDatabase", "DeleteJob", "DeleteTable", "DeleteTrigger",
        "GetConnection", "GetConnections", "GetCrawler", "GetDatabase", "GetDatabases", "GetJob", "GetTable",
        "GetTables", "GetTags", "GetTrigger", "ListCrawlers", "ListJobs", "ListTriggers", "StopTrigger", "TagResource",
        "UntagResource", "UpdateConnection", "UpdateCrawler", "UpdateDatabase", "UpdateJob", "UpdateTable",
        "UpdateTrigger",
    ],
    "iam": [
        "AddRoleToInstanceProfile", "AddUserToGroup", "AttachRolePolicy", "CreateGroup", "CreateInstanceProfile",
        "CreateOpenIDConnectProvider", "CreatePolicy", "CreatePolicyVersion", "CreateRole", "CreateUser", "DeleteGroup",
        "DeleteInstanceProfile", "DeleteOpenIDConnectProvider", "DeletePolicy", "DeletePolicyVersion", "DeleteRole",
        "DeleteRolePolicy", "DeleteUser", "DetachRolePolicy", "GetGroup", "GetInstanceProfile",
        "GetOpenIDConnectProvider", "GetPolicy", "GetRole", "GetRolePolicy", "GetUser", "ListAttachedRolePolicies",
        "ListGroups", "ListGroupsForUser", "ListInstanceProfileTags", "ListInstanceProfiles",
        "ListOpenIDConnectProviderTags", "ListOpenIDConnectProviders", "ListPolicies", "ListPolicyTags",
        "ListRolePolicies", "ListRoleTags", "ListRoles", "ListUserTags", "ListUsers", "PutRolePermissionsBoundary",
        "PutRolePolicy", "RemoveRoleFromInstanceProfile", "RemoveUserFromGroup", "TagInstanceProfile",
        "TagOpenIDConnectProvider", "TagPolicy", "TagRole", "TagUser", "UntagInstanceProfile",
        "UntagOpenIDConnectProvider", "UntagPolicy", "UntagRole", "UntagUser", "UpdateAssumeRolePolicy", "UpdateGroup",
        "UpdateOpenIDConnectProviderThumbprint", "UpdateRole", "UpdateUser",
    ],
    "kinesis": [
        "AddTagsToStream", "CreateStream", "DeleteStream", "DescribeStreamSummary", "IncreaseStreamRetentionPeriod",
        "ListStreams", "ListTagsForStream", "RemoveTagsFromStream", "StartStreamEncryption", "UpdateStreamMode",
    ],
    "kms": [
        "CreateAlias", "CreateKey", "DeleteAlias", "DescribeKey", "DisableKey", "EnableKey", "EnableKeyRotation",
        "ListAliases", "ListKeys", "ListResourceTags", "PutKeyPolicy", "ScheduleKeyDeletion", "TagResource",
        "UntagResource", "UpdateAlias", "UpdateKeyDescription",
    ],
    "lambda": [
        "AddPermission", "CreateAlias", "CreateEventSourceMapping", "CreateFunction", "DeleteAlias",
        "DeleteEventSourceMapping", "DeleteFunction", "GetAlias", "GetEventSourceMapping", "GetFunction", "GetPolicy",
        "ListAliases", "ListEventSourceMappings", "ListFunctions", "ListTags", "ListVersionsByFunction",
        "PublishVersion", "PutFunctionConcurrency", "RemovePermission", "TagResource", "UntagResource", "UpdateAlias",
        "UpdateEventSourceMapping", "UpdateFunctionCode", "UpdateFunctionConfiguration",
    ],
    "logs": [
        "AssociateKmsKey", "CreateLogGroup", "DeleteLogGroup", "DeleteMetricFilter", "DescribeLogGroups",
        "DescribeMetricFilters", "ListTagsForResource", "PutMetricFilter", "PutRetentionPolicy", "TagResource",
        "UntagResource",
    ],
    "quicksight": [
        "CreateDashboard", "CreateDataSet", "CreateDataSource", "DeleteDashboard", "DeleteDataSet", "DeleteDataSource",
        "DeleteUser", "DescribeDashboard", "DescribeDataSet", "DescribeDataSource", "DescribeUser", "ListDashboards",
        "ListDataSets", "ListDataSources", "ListTagsForResource", "ListUsers", "RegisterUser", "TagResource",
        "UntagResource", "UpdateDashboard", "UpdateDataSet", "UpdateDataSource", "UpdateUser",
    ],
    "rds": [
        "AddTagsToResource", "CreateDBInstance", "DeleteDBInstance", "DescribeDBInstances", "ListTagsForResource",
        "ModifyDBInstance", "RemoveTagsFromResource",
    ],
    "redshift": [
        "CreateCluster", "CreateClusterSubnetGroup", "CreateTags", "DeleteCluster", "DeleteClusterSubnetGroup",
        "DeleteTags", "DescribeClusterSubnetGroups", "DescribeClusters", "DescribeTags", "ModifyCluster",
        "ModifyClusterSubnetGroup",
    ],
    "redshiftserverless": [
        "CreateNamespace", "CreateWorkgroup", "DeleteNamespace", "DeleteWorkgroup", "GetNamespace", "GetWorkgroup",
        "ListNamespaces", "ListTagsForResource", "ListWorkgroups", "TagResource", "UntagResource", "UpdateNamespace",
        "UpdateWorkgroup",
    ],
    "route53": [
        "ChangeResourceRecordSets", "ChangeTagsForResource", "CreateHostedZone", "DeleteHostedZone", "GetHostedZone",
        "ListHostedZones", "ListResourceRecordSets", "ListTagsForResource", "UpdateHostedZoneComment",
    ],
    "s3": [
        "CreateBucket", "DeleteBucket", "DeleteBucketEncryption", "DeleteBucketLifecycle",
        "DeleteBucketOwnershipControls", "DeleteBucketPolicy", "DeleteBucketTagging", "DeleteObject",
        "DeleteObjectTagging", "DeletePublicAccessBlock", "GetBucketEncryption", "GetBucketLifecycleConfiguration",
        "GetBucketLogging", "GetBucketOwnershipControls", "GetBucketPolicy", "GetBucketTagging", "GetBucketVersioning",
        "GetObjectTagging", "GetPublicAccessBlock", "HeadBucket", "HeadObject", "ListBuckets", "ListObjectsV2",
        "PutBucketEncryption", "PutBucketLifecycleConfiguration", "PutBucketLogging", "PutBucketOwnershipControls",
        "PutBucketPolicy", "PutBucketTagging", "PutBucketVersioning", "PutObject", "PutObjectTagging",
        "PutPublicAccessBlock",
    ],
    "sagemaker": [
        "AddTags", "AssociateTrialComponent", "CreateDataQualityJobDefinition", "CreateDomain", "CreateEndpoint",
        "CreateEndpointConfig", "CreateExperiment", "CreateFeatureGroup", "CreateModel", "CreateModelPackageGroup",
        "CreateMonitoringSchedule", "CreateNotebookInstance", "CreatePipeline", "CreateProcessingJob",
        "CreateTrainingJob", "CreateTrial", "CreateTrialComponent", "DeleteDataQualityJobDefinition", "DeleteDomain",
        "DeleteEndpoint", "DeleteEndpointConfig", "DeleteExperiment", "DeleteFeatureGroup", "DeleteModel",
        "DeleteModelPackageGroup", "DeleteMonitoringSchedule", "DeleteNotebookInstance", "DeletePipeline", "DeleteTags",
        "DeleteTrial", "DeleteTrialComponent", "DescribeDataQualityJobDefinition", "DescribeDomain", "DescribeEndpoint",
        "DescribeEndpointConfig", "DescribeExperiment", "DescribeFeatureGroup", "DescribeModel",
        "DescribeModelPackageGroup", "DescribeMonitoringSchedule", "DescribeNotebookInstance", "DescribePipeline",
        "DescribeProcessingJob", "DescribeTrainingJob", "DescribeTrial", "DescribeTrialComponent",
        "DisassociateTrialComponent", "ListDataQualityJobDefinitions", "ListDomains", "ListEndpointConfigs",
        "ListEndpoints", "ListExperiments", "ListFeatureGroups", "ListModelPackageGroups", "ListModels",
        "ListMonitoringSchedules", "ListNotebookInstances", "ListPipelines", "ListProcessingJobs", "ListTags",
        "ListTrainingJobs", "ListTrialComponents", "ListTrials", "StopNotebookInstance", "StopProcessingJob",
        "StopTrainingJob", "UpdateDomain", "UpdateEndpoint", "UpdateEndpointWeightsAndCapacities", "UpdateExperiment",
        "UpdateFeatureGroup", "UpdateMonitoringSchedule", "UpdateNotebookInstance", "UpdatePipeline", "UpdateTrial",
        "UpdateTrialComponent",
    ],
    "secretsmanager": [
        "CreateSecret", "DeleteSecret", "DescribeSecret", "ListSecrets", "PutSecretValue", "TagResource",
        "UntagResource", "UpdateSecret",
    ],
    "sns": [
        "CreateTopic", "DeleteTopic", "GetSubscriptionAttributes", "GetTopicAttributes", "ListSubscriptions",
        "ListTagsForResource", "ListTopics", "SetSubscriptionAttributes", "SetTopicAttributes", "Subscribe",
        "TagResource", "Unsubscribe", "UntagResource",
    ],
    "sqs": [
        "CreateQueue", "DeleteQueue", "GetQueueAttributes", "ListQueueTags", "ListQueues", "SetQueueAttributes",
        "TagQueue", "UntagQueue",
    ],
    "ssm": [
        "AddTagsToResource", "DeleteParameter", "DescribeParameters", "GetParameter", "ListTagsForResource",
        "PutParameter", "RemoveTagsFromResource",
    ],
    "states": [
        "CreateActivity", "CreateStateMachine", "DeleteActivity", "DeleteStateMachine", "DescribeActivity",
        "DescribeStateMachine", "ListActivities", "ListStateMachines", "ListTagsForResource", "TagResource",
        "UntagResource", "UpdateStateMachine",
    ],
}
