// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What safe means, by kind; and where AWS leaves no narrower way, why.
enum SafetyRules {
    /// A field that must have one of some values.
    struct Rule: Sendable {
        let path: [String]
        let holds: @Sendable (Value) -> Bool
        /// A text of the recipe by which a person asks for the opposite.
        var unless: String?

        init(_ path: String, unless: String? = nil, _ holds: @escaping @Sendable (Value) -> Bool) {
            self.path = path.split(separator: ".").map(String.init)
            self.holds = holds
            self.unless = unless
        }
    }

    private static let isTrue: @Sendable (Value) -> Bool = { $0.bool == true }
    private static let isFalse: @Sendable (Value) -> Bool = { $0.bool == false }
    private static let isSaid: @Sendable (Value) -> Bool = { !$0.isNull }

    private static func has(_ text: String) -> @Sendable (Value) -> Bool { { $0.string == text } }

    static let fields: [String: [Rule]] = [
        "aws.s3.BucketPublicAccessBlock": [
            Rule("block_public_acls", isTrue), Rule("ignore_public_acls", isTrue),
            Rule("block_public_policy", unless: "public: true", isTrue),
            Rule("restrict_public_buckets", unless: "public: true", isTrue)
        ],
        "aws.s3.BucketEncryption": [Rule("sse_algorithm", isSaid)],
        "aws.s3.BucketPolicy": [
            Rule("policy") { policy in
                PolicyStatement.all(in: policy).contains {
                    !$0.isAllowing && $0.actions == ["s3:*"]
                        && $0.condition.at("Bool", "aws:SecureTransport")?.string == "false"
                }
            }
        ],
        "aws.s3.BucketOwnershipControls": [Rule("object_ownership", has("BucketOwnerEnforced"))],
        "aws.kinesis.Stream": [Rule("kms_key_id", isSaid)],
        "aws.sqs.Queue": [Rule("sqs_managed_sse_enabled", unless: "key:", isTrue)],
        "aws.logs.LogGroup": [Rule("retention_in_days", isSaid)],
        "aws.redshift.Cluster": [
            Rule("encrypted", isTrue), Rule("publicly_accessible", isFalse), Rule("manage_master_password", isTrue)
        ],
        "aws.rds.DBInstance": [
            Rule("storage_encrypted", isTrue), Rule("publicly_accessible", isFalse),
            Rule("manage_master_user_password", isTrue)
        ],
        "aws.ec2.LaunchTemplate": [
            Rule("launch_template_data.metadata_options.http_tokens", has("required")),
            Rule("launch_template_data.block_device_mappings") { disks in
                disks.list?.allSatisfy { $0.at("ebs", "encrypted")?.bool == true } ?? false
            }
        ],
        "aws.ec2.Subnet": [Rule("map_public_ip_on_launch") { $0.bool != true }],
        "aws.eks.Cluster": [
            Rule("resources_vpc_config.endpoint_public_access", unless: "api_from:", isFalse),
            Rule("resources_vpc_config.endpoint_private_access", isTrue), Rule("logging", isSaid)
        ],
        "aws.ecr.Repository": [
            Rule("image_scanning_configuration.scan_on_push", isTrue), Rule("encryption_configuration", isSaid),
            Rule("image_tag_mutability", has("IMMUTABLE"))
        ],
        "aws.elbv2.LoadBalancer": [Rule("scheme", has("internal"))],
        "aws.ecs.Service": [
            Rule("network_configuration.awsvpc_configuration.assign_public_ip", has("DISABLED"))
        ],
        "aws.sagemaker.Domain": [Rule("app_network_access_type", has("VpcOnly")), Rule("auth_mode", isSaid)],
        "aws.athena.WorkGroup": [
            Rule("configuration.enforce_work_group_configuration", isTrue),
            Rule("configuration.result_configuration.encryption_configuration", isSaid)
        ],
        "aws.cloudtrail.Trail": [
            Rule("enable_log_file_validation", isTrue), Rule("is_multi_region_trail", isTrue)
        ],
        "aws.quicksight.DataSource": [Rule("ssl_properties.disable_ssl", isFalse)],
        "aws.lambda.Permission": [Rule("source_arn", isSaid)]
    ]

    /// What every bucket has beside it.
    static let besideBuckets = [
        "aws.s3.BucketPublicAccessBlock", "aws.s3.BucketEncryption", "aws.s3.BucketPolicy",
        "aws.s3.BucketOwnershipControls", "aws.s3.BucketLifecycleConfiguration"
    ]

    /// Kinds that a key of the customer encrypts by a field whose name has `kms` or `encryption`, but for those that
    /// encrypt nothing by it.
    static func isSealed(_ kind: ResourceKindSchema) -> Bool {
        !unsealed.contains(kind.name)
            && kind.fields.contains { $0.name.contains("kms") || $0.name.contains("encryption_config") }
    }

    /// Objects are encrypted as their bucket says.
    private static let unsealed: Set<String> = ["aws.s3.Object"]

    /// Parts that take no key: a gateway keeps nothing but the records of its calls, under a key of AWS's own.
    static let unsealedPart = "/door/"

    /// Actions that AWS grants on every resource alone, or whose resources have no name before they are asked for; with
    /// the reason.
    static let unnamed: [String: String] = {
        let reasons: [(String, [String])] = [
            (
                "lists, which AWS grants as a whole",
                [
                    "autoscaling:DescribeAutoScalingGroups", "ec2:DescribeInstances", "cloudtrail:LookupEvents",
                    "cloudwatch:ListMetrics", "logs:DescribeLogGroups", "sagemaker:ListModelPackages",
                    "sagemaker:ListProcessingJobs", "sagemaker:ListTrainingJobs", "sagemaker:ListTrialComponents",
                    "sagemaker:ListTrials", "sagemaker:Search"
                ]
            ),
            (
                "measures and traces have no names of their own",
                [
                    "cloudwatch:GetMetricData", "cloudwatch:PutMetricData", "xray:GetSamplingRules",
                    "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments"
                ]
            ),
            (
                "a query, statement or command has an id, and is its owner's",
                [
                    "logs:GetQueryResults", "logs:StopQuery", "redshift-data:CancelStatement",
                    "redshift-data:DescribeStatement", "redshift-data:GetStatementResult",
                    "redshift-data:ListStatements",
                    "ssm:CancelCommand", "ssm:GetCommandInvocation"
                ]
            ),
            (
                "a machine talks to Systems Manager about itself, before its name is known",
                [
                    "ssm:UpdateInstanceInformation", "ssmmessages:CreateControlChannel",
                    "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"
                ]
            ),
            (
                "Step Functions sets its log up by calls that AWS grants as a whole",
                [
                    "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeResourcePolicies",
                    "logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery"
                ]
            ),
            ("the password for a registry is that of the caller", ["ecr:GetAuthorizationToken"])
        ]
        return Dictionary(
            reasons.flatMap { reason, actions in actions.map { ($0, reason) } }, uniquingKeysWith: { first, _ in first }
        )
    }()
}
