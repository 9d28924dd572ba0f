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
    "redshiftdata": [
        "BatchExecuteStatement", "CancelStatement", "DescribeStatement", "ExecuteStatement", "GetStatementResult",
        "ListStatements",
    ],
    "s3": [
        "AbortMultipartUpload", "CompleteMultipartUpload", "CopyObject", "CreateMultipartUpload", "DeleteObject",
        "DeleteObjects", "GetBucketLocation", "GetObject", "HeadObject", "ListMultipartUploads", "ListObjectVersions",
        "ListObjectsV2", "ListParts", "PutObject", "UploadPart",
    ],
    "sagemaker": [
        "AddAssociation", "AssociateTrialComponent", "CreateProcessingJob", "CreateTrainingJob", "CreateTrial",
        "CreateTrialComponent", "DeleteTrial", "DeleteTrialComponent", "DescribeEndpoint", "DescribeProcessingJob",
        "DescribeEndpointConfig", "DescribeModel", "DescribeTrainingJob", "DescribeTrial", "DescribeTrialComponent",
        "DisassociateTrialComponent", "ListTrainingJobs",
        "ListTrialComponents", "ListTrials", "StopProcessingJob", "StopTrainingJob", "UpdateEndpoint",
        "UpdateEndpointWeightsAndCapacities", "UpdateTrialComponent",
    ],
    "sagemakermetrics": ["BatchPutMetrics"],
    "sagemakerruntime": ["InvokeEndpoint"],
    "sns": ["Publish"],
    "sso": ["GetRoleCredentials"],
    "ssooidc": ["CreateToken"],
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
    "firehose.ListTagsForDeliveryStream": {
        "in": "exclusive_start_tag_key", "out": "tags[-1].key", "items": "tags", "more": "has_more_tags", "limit": "limit",
    },
    "kinesis.ListTagsForStream": {
        "in": "exclusive_start_tag_key", "out": "tags[-1].key", "items": "tags", "more": "has_more_tags", "limit": "limit",
    },
}
