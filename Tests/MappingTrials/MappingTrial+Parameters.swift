// SPDX-License-Identifier: Apache-2.0

extension MappingTrial {
    /// Parameters without an effect of their own, and what they have one with.
    static let dependent: [String: Fields] = [
        "landing_every": [("landing", "of_datalakestorage")], "issuer": [("auth", #""jwt""#), ("audience", #""shop""#)],
        "audience": [("auth", #""jwt""#), ("issuer", #""https://login.example.com""#)],
        "enabled": [("schedule", #""15 3 * * *""#)], "time_zone": [("schedule", #""15 3 * * *""#)],
        "notify": [("alarms", #"{ one: { metric: "requests", above: 0.5 } }"#)],
        "labels": [("alarms", #"{ one: { metric: "requests", above: 0.5 } }"#)],
        "min_replicas": [("max_replicas", "10")],
        "baseline": [("drift", "0.5"), ("columns", #"["trial"]"#)],
        "columns": [("drift", "0.5"), ("baseline", #""s3://trial/data.csv""#)],
        "drift": [("baseline", #""s3://trial/data.csv""#), ("columns", #"["trial"]"#)],
        "every": [("drift", "0.5"), ("baseline", #""s3://trial/data.csv""#), ("columns", #"["trial"]"#)],
        "capture_into": [("capture", "20%")], "capture": [("capture_into", "of_datalakestorage")]
    ]

    /// What a mapping does whatever is asked for, so that asking changes nothing.
    static let given = [
        // What is deleted stays as an earlier version.
        "DataLakeStorage by S3: versioned",
        // Workers are there as long as a job.
        "DataTransformationEnrichment by AWS Glue: idle_timeout",
        "DataTransformationEnrichment by Lambda: idle_timeout",
        "FeatureEngineering by Glue: idle_timeout",
        // They are parts of addresses of which nothing is known before the lake is there.
        "ModelValidationTesting by SageMaker Pipelines: data",
        "ModelValidationTesting by AWS CodePipeline: data"
    ]
}
