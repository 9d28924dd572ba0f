// SPDX-License-Identifier: Apache-2.0
// Written by tables.py.
#include "AWSTables.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char kinds_acm[] = {
#embed "../Kinds/acm.json"
};

static const unsigned char kinds_apigateway[] = {
#embed "../Kinds/apigateway.json"
};

static const unsigned char kinds_apigatewayv2[] = {
#embed "../Kinds/apigatewayv2.json"
};

static const unsigned char kinds_applicationautoscaling[] = {
#embed "../Kinds/applicationautoscaling.json"
};

static const unsigned char kinds_athena[] = {
#embed "../Kinds/athena.json"
};

static const unsigned char kinds_autoscaling[] = {
#embed "../Kinds/autoscaling.json"
};

static const unsigned char kinds_cloudtrail[] = {
#embed "../Kinds/cloudtrail.json"
};

static const unsigned char kinds_cloudwatch[] = {
#embed "../Kinds/cloudwatch.json"
};

static const unsigned char kinds_codebuild[] = {
#embed "../Kinds/codebuild.json"
};

static const unsigned char kinds_codecommit[] = {
#embed "../Kinds/codecommit.json"
};

static const unsigned char kinds_codedeploy[] = {
#embed "../Kinds/codedeploy.json"
};

static const unsigned char kinds_codepipeline[] = {
#embed "../Kinds/codepipeline.json"
};

static const unsigned char kinds_dynamodb[] = {
#embed "../Kinds/dynamodb.json"
};

static const unsigned char kinds_ec2[] = {
#embed "../Kinds/ec2.json"
};

static const unsigned char kinds_ecr[] = {
#embed "../Kinds/ecr.json"
};

static const unsigned char kinds_ecs[] = {
#embed "../Kinds/ecs.json"
};

static const unsigned char kinds_eks[] = {
#embed "../Kinds/eks.json"
};

static const unsigned char kinds_elbv2[] = {
#embed "../Kinds/elbv2.json"
};

static const unsigned char kinds_emr[] = {
#embed "../Kinds/emr.json"
};

static const unsigned char kinds_emrserverless[] = {
#embed "../Kinds/emrserverless.json"
};

static const unsigned char kinds_events[] = {
#embed "../Kinds/events.json"
};

static const unsigned char kinds_firehose[] = {
#embed "../Kinds/firehose.json"
};

static const unsigned char kinds_glue[] = {
#embed "../Kinds/glue.json"
};

static const unsigned char kinds_iam[] = {
#embed "../Kinds/iam.json"
};

static const unsigned char kinds_kinesis[] = {
#embed "../Kinds/kinesis.json"
};

static const unsigned char kinds_kms[] = {
#embed "../Kinds/kms.json"
};

static const unsigned char kinds_lambda[] = {
#embed "../Kinds/lambda.json"
};

static const unsigned char kinds_logs[] = {
#embed "../Kinds/logs.json"
};

static const unsigned char kinds_quicksight[] = {
#embed "../Kinds/quicksight.json"
};

static const unsigned char kinds_rds[] = {
#embed "../Kinds/rds.json"
};

static const unsigned char kinds_redshift[] = {
#embed "../Kinds/redshift.json"
};

static const unsigned char kinds_redshiftserverless[] = {
#embed "../Kinds/redshiftserverless.json"
};

static const unsigned char kinds_route53[] = {
#embed "../Kinds/route53.json"
};

static const unsigned char kinds_s3[] = {
#embed "../Kinds/s3.json"
};

static const unsigned char kinds_sagemaker[] = {
#embed "../Kinds/sagemaker.json"
};

static const unsigned char kinds_secretsmanager[] = {
#embed "../Kinds/secretsmanager.json"
};

static const unsigned char kinds_sns[] = {
#embed "../Kinds/sns.json"
};

static const unsigned char kinds_sqs[] = {
#embed "../Kinds/sqs.json"
};

static const unsigned char kinds_ssm[] = {
#embed "../Kinds/ssm.json"
};

static const unsigned char kinds_states[] = {
#embed "../Kinds/states.json"
};

static const unsigned char mappings_apigateway[] = {
#embed "../Mappings/APIGateway.recipe"
};

static const unsigned char mappings_awsimages[] = {
#embed "../Mappings/AWSImages.recipe"
};

static const unsigned char mappings_awsmachine[] = {
#embed "../Mappings/AWSMachine.recipe"
};

static const unsigned char mappings_awsnetwork[] = {
#embed "../Mappings/AWSNetwork.recipe"
};

static const unsigned char mappings_awsrole[] = {
#embed "../Mappings/AWSRole.recipe"
};

static const unsigned char mappings_containerorchestration[] = {
#embed "../Mappings/ContainerOrchestration.recipe"
};

static const unsigned char mappings_dataingestionintegration[] = {
#embed "../Mappings/DataIngestionIntegration.recipe"
};

static const unsigned char mappings_datalakestorage[] = {
#embed "../Mappings/DataLakeStorage.recipe"
};

static const unsigned char mappings_datamodelinganalysis[] = {
#embed "../Mappings/DataModelingAnalysis.recipe"
};

static const unsigned char mappings_datapipelinemonitoring[] = {
#embed "../Mappings/DataPipelineMonitoring.recipe"
};

static const unsigned char mappings_datapipelineorchestration[] = {
#embed "../Mappings/DataPipelineOrchestration.recipe"
};

static const unsigned char mappings_datatransformationenrichment[] = {
#embed "../Mappings/DataTransformationEnrichment.recipe"
};

static const unsigned char mappings_datavisualizationreporting[] = {
#embed "../Mappings/DataVisualizationReporting.recipe"
};

static const unsigned char mappings_datawarehousing[] = {
#embed "../Mappings/DataWarehousing.recipe"
};

static const unsigned char mappings_experimenttracking[] = {
#embed "../Mappings/ExperimentTracking.recipe"
};

static const unsigned char mappings_featureengineering[] = {
#embed "../Mappings/FeatureEngineering.recipe"
};

static const unsigned char mappings_featurestore[] = {
#embed "../Mappings/FeatureStore.recipe"
};

static const unsigned char mappings_identityaccessmanagement[] = {
#embed "../Mappings/IdentityAccessManagement.recipe"
};

static const unsigned char mappings_modeldeploymentintegration[] = {
#embed "../Mappings/ModelDeploymentIntegration.recipe"
};

static const unsigned char mappings_modeldevelopmenttraining[] = {
#embed "../Mappings/ModelDevelopmentTraining.recipe"
};

static const unsigned char mappings_modelmonitoring[] = {
#embed "../Mappings/ModelMonitoring.recipe"
};

static const unsigned char mappings_modelmonitoringretraining[] = {
#embed "../Mappings/ModelMonitoringRetraining.recipe"
};

static const unsigned char mappings_modelserving_ecs[] = {
#embed "../Mappings/ModelServing-ECS.recipe"
};

static const unsigned char mappings_modelserving_eks[] = {
#embed "../Mappings/ModelServing-EKS.recipe"
};

static const unsigned char mappings_modelserving[] = {
#embed "../Mappings/ModelServing.recipe"
};

static const unsigned char mappings_modeltraininginfrastructure[] = {
#embed "../Mappings/ModelTrainingInfrastructure.recipe"
};

static const unsigned char mappings_modelvalidationtesting[] = {
#embed "../Mappings/ModelValidationTesting.recipe"
};

static const unsigned char mappings_monitoringlogging[] = {
#embed "../Mappings/MonitoringLogging.recipe"
};

static const unsigned char mappings_serverlesscomputing[] = {
#embed "../Mappings/ServerlessComputing.recipe"
};

static const unsigned char mappings_workflowmanagement[] = {
#embed "../Mappings/WorkflowManagement.recipe"
};

static const unsigned char models_acm[] = {
#embed "../Models/acm.json"
};

static const unsigned char models_apigateway[] = {
#embed "../Models/apigateway.json"
};

static const unsigned char models_apigatewayv2[] = {
#embed "../Models/apigatewayv2.json"
};

static const unsigned char models_applicationautoscaling[] = {
#embed "../Models/applicationautoscaling.json"
};

static const unsigned char models_athena[] = {
#embed "../Models/athena.json"
};

static const unsigned char models_autoscaling[] = {
#embed "../Models/autoscaling.json"
};

static const unsigned char models_cloudtrail[] = {
#embed "../Models/cloudtrail.json"
};

static const unsigned char models_cloudwatch[] = {
#embed "../Models/cloudwatch.json"
};

static const unsigned char models_codebuild[] = {
#embed "../Models/codebuild.json"
};

static const unsigned char models_codecommit[] = {
#embed "../Models/codecommit.json"
};

static const unsigned char models_codedeploy[] = {
#embed "../Models/codedeploy.json"
};

static const unsigned char models_codepipeline[] = {
#embed "../Models/codepipeline.json"
};

static const unsigned char models_dynamodb[] = {
#embed "../Models/dynamodb.json"
};

static const unsigned char models_ec2[] = {
#embed "../Models/ec2.json"
};

static const unsigned char models_ecr[] = {
#embed "../Models/ecr.json"
};

static const unsigned char models_ecs[] = {
#embed "../Models/ecs.json"
};

static const unsigned char models_eks[] = {
#embed "../Models/eks.json"
};

static const unsigned char models_elbv2[] = {
#embed "../Models/elbv2.json"
};

static const unsigned char models_emr[] = {
#embed "../Models/emr.json"
};

static const unsigned char models_emrserverless[] = {
#embed "../Models/emrserverless.json"
};

static const unsigned char models_events[] = {
#embed "../Models/events.json"
};

static const unsigned char models_featurestoreruntime[] = {
#embed "../Models/featurestoreruntime.json"
};

static const unsigned char models_firehose[] = {
#embed "../Models/firehose.json"
};

static const unsigned char models_glue[] = {
#embed "../Models/glue.json"
};

static const unsigned char models_iam[] = {
#embed "../Models/iam.json"
};

static const unsigned char models_kinesis[] = {
#embed "../Models/kinesis.json"
};

static const unsigned char models_kms[] = {
#embed "../Models/kms.json"
};

static const unsigned char models_lambda[] = {
#embed "../Models/lambda.json"
};

static const unsigned char models_logs[] = {
#embed "../Models/logs.json"
};

static const unsigned char models_quicksight[] = {
#embed "../Models/quicksight.json"
};

static const unsigned char models_rds[] = {
#embed "../Models/rds.json"
};

static const unsigned char models_redshift[] = {
#embed "../Models/redshift.json"
};

static const unsigned char models_redshiftdata[] = {
#embed "../Models/redshiftdata.json"
};

static const unsigned char models_redshiftserverless[] = {
#embed "../Models/redshiftserverless.json"
};

static const unsigned char models_route53[] = {
#embed "../Models/route53.json"
};

static const unsigned char models_s3[] = {
#embed "../Models/s3.json"
};

static const unsigned char models_sagemaker[] = {
#embed "../Models/sagemaker.json"
};

static const unsigned char models_sagemakermetrics[] = {
#embed "../Models/sagemakermetrics.json"
};

static const unsigned char models_sagemakerruntime[] = {
#embed "../Models/sagemakerruntime.json"
};

static const unsigned char models_secretsmanager[] = {
#embed "../Models/secretsmanager.json"
};

static const unsigned char models_sns[] = {
#embed "../Models/sns.json"
};

static const unsigned char models_sqs[] = {
#embed "../Models/sqs.json"
};

static const unsigned char models_ssm[] = {
#embed "../Models/ssm.json"
};

static const unsigned char models_sso[] = {
#embed "../Models/sso.json"
};

static const unsigned char models_ssooidc[] = {
#embed "../Models/ssooidc.json"
};

static const unsigned char models_states[] = {
#embed "../Models/states.json"
};

static const unsigned char models_sts[] = {
#embed "../Models/sts.json"
};

static const unsigned char models_tagging[] = {
#embed "../Models/tagging.json"
};

static const unsigned char prices_acm[] = {
#embed "../Prices/acm.json"
};

static const unsigned char prices_addresses_ireland[] = {
#embed "../Prices/addresses-ireland.json"
};

static const unsigned char prices_addresses[] = {
#embed "../Prices/addresses.json"
};

static const unsigned char prices_apigateway[] = {
#embed "../Prices/apigateway.json"
};

static const unsigned char prices_cloudwatch_dashboards[] = {
#embed "../Prices/cloudwatch-dashboards.json"
};

static const unsigned char prices_cloudwatch[] = {
#embed "../Prices/cloudwatch.json"
};

static const unsigned char prices_dynamodb[] = {
#embed "../Prices/dynamodb.json"
};

static const unsigned char prices_ec2[] = {
#embed "../Prices/ec2.json"
};

static const unsigned char prices_ecr[] = {
#embed "../Prices/ecr.json"
};

static const unsigned char prices_eks_ireland[] = {
#embed "../Prices/eks-ireland.json"
};

static const unsigned char prices_eks[] = {
#embed "../Prices/eks.json"
};

static const unsigned char prices_elbv2[] = {
#embed "../Prices/elbv2.json"
};

static const unsigned char prices_free[] = {
#embed "../Prices/free.json"
};

static const unsigned char prices_glue_runs[] = {
#embed "../Prices/glue-runs.json"
};

static const unsigned char prices_glue[] = {
#embed "../Prices/glue.json"
};

static const unsigned char prices_kinesis[] = {
#embed "../Prices/kinesis.json"
};

static const unsigned char prices_kms[] = {
#embed "../Prices/kms.json"
};

static const unsigned char prices_lambda[] = {
#embed "../Prices/lambda.json"
};

static const unsigned char prices_rds[] = {
#embed "../Prices/rds.json"
};

static const unsigned char prices_redshift_serverless[] = {
#embed "../Prices/redshift-serverless.json"
};

static const unsigned char prices_redshift[] = {
#embed "../Prices/redshift.json"
};

static const unsigned char prices_route53[] = {
#embed "../Prices/route53.json"
};

static const unsigned char prices_s3_encryption[] = {
#embed "../Prices/s3-encryption.json"
};

static const unsigned char prices_s3_lifecycle[] = {
#embed "../Prices/s3-lifecycle.json"
};

static const unsigned char prices_s3_settings[] = {
#embed "../Prices/s3-settings.json"
};

static const unsigned char prices_s3[] = {
#embed "../Prices/s3.json"
};

static const unsigned char prices_secretsmanager[] = {
#embed "../Prices/secretsmanager.json"
};

static const unsigned char prices_sns[] = {
#embed "../Prices/sns.json"
};

static const unsigned char prices_sqs[] = {
#embed "../Prices/sqs.json"
};

static const unsigned char prices_vpc_free[] = {
#embed "../Prices/vpc-free.json"
};

static const unsigned char prices_vpc_ireland[] = {
#embed "../Prices/vpc-ireland.json"
};

static const unsigned char prices_vpc[] = {
#embed "../Prices/vpc.json"
};

static const unsigned char terraform_aws[] = {
#embed "../Terraform/aws.json"
};

static const aws_table tables[] = {
    {"Kinds/acm", kinds_acm, sizeof kinds_acm},
    {"Kinds/apigateway", kinds_apigateway, sizeof kinds_apigateway},
    {"Kinds/apigatewayv2", kinds_apigatewayv2, sizeof kinds_apigatewayv2},
    {"Kinds/applicationautoscaling", kinds_applicationautoscaling, sizeof kinds_applicationautoscaling},
    {"Kinds/athena", kinds_athena, sizeof kinds_athena},
    {"Kinds/autoscaling", kinds_autoscaling, sizeof kinds_autoscaling},
    {"Kinds/cloudtrail", kinds_cloudtrail, sizeof kinds_cloudtrail},
    {"Kinds/cloudwatch", kinds_cloudwatch, sizeof kinds_cloudwatch},
    {"Kinds/codebuild", kinds_codebuild, sizeof kinds_codebuild},
    {"Kinds/codecommit", kinds_codecommit, sizeof kinds_codecommit},
    {"Kinds/codedeploy", kinds_codedeploy, sizeof kinds_codedeploy},
    {"Kinds/codepipeline", kinds_codepipeline, sizeof kinds_codepipeline},
    {"Kinds/dynamodb", kinds_dynamodb, sizeof kinds_dynamodb},
    {"Kinds/ec2", kinds_ec2, sizeof kinds_ec2},
    {"Kinds/ecr", kinds_ecr, sizeof kinds_ecr},
    {"Kinds/ecs", kinds_ecs, sizeof kinds_ecs},
    {"Kinds/eks", kinds_eks, sizeof kinds_eks},
    {"Kinds/elbv2", kinds_elbv2, sizeof kinds_elbv2},
    {"Kinds/emr", kinds_emr, sizeof kinds_emr},
    {"Kinds/emrserverless", kinds_emrserverless, sizeof kinds_emrserverless},
    {"Kinds/events", kinds_events, sizeof kinds_events},
    {"Kinds/firehose", kinds_firehose, sizeof kinds_firehose},
    {"Kinds/glue", kinds_glue, sizeof kinds_glue},
    {"Kinds/iam", kinds_iam, sizeof kinds_iam},
    {"Kinds/kinesis", kinds_kinesis, sizeof kinds_kinesis},
    {"Kinds/kms", kinds_kms, sizeof kinds_kms},
    {"Kinds/lambda", kinds_lambda, sizeof kinds_lambda},
    {"Kinds/logs", kinds_logs, sizeof kinds_logs},
    {"Kinds/quicksight", kinds_quicksight, sizeof kinds_quicksight},
    {"Kinds/rds", kinds_rds, sizeof kinds_rds},
    {"Kinds/redshift", kinds_redshift, sizeof kinds_redshift},
    {"Kinds/redshiftserverless", kinds_redshiftserverless, sizeof kinds_redshiftserverless},
    {"Kinds/route53", kinds_route53, sizeof kinds_route53},
    {"Kinds/s3", kinds_s3, sizeof kinds_s3},
    {"Kinds/sagemaker", kinds_sagemaker, sizeof kinds_sagemaker},
    {"Kinds/secretsmanager", kinds_secretsmanager, sizeof kinds_secretsmanager},
    {"Kinds/sns", kinds_sns, sizeof kinds_sns},
    {"Kinds/sqs", kinds_sqs, sizeof kinds_sqs},
    {"Kinds/ssm", kinds_ssm, sizeof kinds_ssm},
    {"Kinds/states", kinds_states, sizeof kinds_states},
    {"Mappings/APIGateway", mappings_apigateway, sizeof mappings_apigateway},
    {"Mappings/AWSImages", mappings_awsimages, sizeof mappings_awsimages},
    {"Mappings/AWSMachine", mappings_awsmachine, sizeof mappings_awsmachine},
    {"Mappings/AWSNetwork", mappings_awsnetwork, sizeof mappings_awsnetwork},
    {"Mappings/AWSRole", mappings_awsrole, sizeof mappings_awsrole},
    {"Mappings/ContainerOrchestration", mappings_containerorchestration, sizeof mappings_containerorchestration},
    {"Mappings/DataIngestionIntegration", mappings_dataingestionintegration, sizeof mappings_dataingestionintegration},
    {"Mappings/DataLakeStorage", mappings_datalakestorage, sizeof mappings_datalakestorage},
    {"Mappings/DataModelingAnalysis", mappings_datamodelinganalysis, sizeof mappings_datamodelinganalysis},
    {"Mappings/DataPipelineMonitoring", mappings_datapipelinemonitoring, sizeof mappings_datapipelinemonitoring},
    {"Mappings/DataPipelineOrchestration", mappings_datapipelineorchestration, sizeof mappings_datapipelineorchestration},
    {"Mappings/DataTransformationEnrichment", mappings_datatransformationenrichment, sizeof mappings_datatransformationenrichment},
    {"Mappings/DataVisualizationReporting", mappings_datavisualizationreporting, sizeof mappings_datavisualizationreporting},
    {"Mappings/DataWarehousing", mappings_datawarehousing, sizeof mappings_datawarehousing},
    {"Mappings/ExperimentTracking", mappings_experimenttracking, sizeof mappings_experimenttracking},
    {"Mappings/FeatureEngineering", mappings_featureengineering, sizeof mappings_featureengineering},
    {"Mappings/FeatureStore", mappings_featurestore, sizeof mappings_featurestore},
    {"Mappings/IdentityAccessManagement", mappings_identityaccessmanagement, sizeof mappings_identityaccessmanagement},
    {"Mappings/ModelDeploymentIntegration", mappings_modeldeploymentintegration, sizeof mappings_modeldeploymentintegration},
    {"Mappings/ModelDevelopmentTraining", mappings_modeldevelopmenttraining, sizeof mappings_modeldevelopmenttraining},
    {"Mappings/ModelMonitoring", mappings_modelmonitoring, sizeof mappings_modelmonitoring},
    {"Mappings/ModelMonitoringRetraining", mappings_modelmonitoringretraining, sizeof mappings_modelmonitoringretraining},
    {"Mappings/ModelServing-ECS", mappings_modelserving_ecs, sizeof mappings_modelserving_ecs},
    {"Mappings/ModelServing-EKS", mappings_modelserving_eks, sizeof mappings_modelserving_eks},
    {"Mappings/ModelServing", mappings_modelserving, sizeof mappings_modelserving},
    {"Mappings/ModelTrainingInfrastructure", mappings_modeltraininginfrastructure, sizeof mappings_modeltraininginfrastructure},
    {"Mappings/ModelValidationTesting", mappings_modelvalidationtesting, sizeof mappings_modelvalidationtesting},
    {"Mappings/MonitoringLogging", mappings_monitoringlogging, sizeof mappings_monitoringlogging},
    {"Mappings/ServerlessComputing", mappings_serverlesscomputing, sizeof mappings_serverlesscomputing},
    {"Mappings/WorkflowManagement", mappings_workflowmanagement, sizeof mappings_workflowmanagement},
    {"Models/acm", models_acm, sizeof models_acm},
    {"Models/apigateway", models_apigateway, sizeof models_apigateway},
    {"Models/apigatewayv2", models_apigatewayv2, sizeof models_apigatewayv2},
    {"Models/applicationautoscaling", models_applicationautoscaling, sizeof models_applicationautoscaling},
    {"Models/athena", models_athena, sizeof models_athena},
    {"Models/autoscaling", models_autoscaling, sizeof models_autoscaling},
    {"Models/cloudtrail", models_cloudtrail, sizeof models_cloudtrail},
    {"Models/cloudwatch", models_cloudwatch, sizeof models_cloudwatch},
    {"Models/codebuild", models_codebuild, sizeof models_codebuild},
    {"Models/codecommit", models_codecommit, sizeof models_codecommit},
    {"Models/codedeploy", models_codedeploy, sizeof models_codedeploy},
    {"Models/codepipeline", models_codepipeline, sizeof models_codepipeline},
    {"Models/dynamodb", models_dynamodb, sizeof models_dynamodb},
    {"Models/ec2", models_ec2, sizeof models_ec2},
    {"Models/ecr", models_ecr, sizeof models_ecr},
    {"Models/ecs", models_ecs, sizeof models_ecs},
    {"Models/eks", models_eks, sizeof models_eks},
    {"Models/elbv2", models_elbv2, sizeof models_elbv2},
    {"Models/emr", models_emr, sizeof models_emr},
    {"Models/emrserverless", models_emrserverless, sizeof models_emrserverless},
    {"Models/events", models_events, sizeof models_events},
    {"Models/featurestoreruntime", models_featurestoreruntime, sizeof models_featurestoreruntime},
    {"Models/firehose", models_firehose, sizeof models_firehose},
    {"Models/glue", models_glue, sizeof models_glue},
    {"Models/iam", models_iam, sizeof models_iam},
    {"Models/kinesis", models_kinesis, sizeof models_kinesis},
    {"Models/kms", models_kms, sizeof models_kms},
    {"Models/lambda", models_lambda, sizeof models_lambda},
    {"Models/logs", models_logs, sizeof models_logs},
    {"Models/quicksight", models_quicksight, sizeof models_quicksight},
    {"Models/rds", models_rds, sizeof models_rds},
    {"Models/redshift", models_redshift, sizeof models_redshift},
    {"Models/redshiftdata", models_redshiftdata, sizeof models_redshiftdata},
    {"Models/redshiftserverless", models_redshiftserverless, sizeof models_redshiftserverless},
    {"Models/route53", models_route53, sizeof models_route53},
    {"Models/s3", models_s3, sizeof models_s3},
    {"Models/sagemaker", models_sagemaker, sizeof models_sagemaker},
    {"Models/sagemakermetrics", models_sagemakermetrics, sizeof models_sagemakermetrics},
    {"Models/sagemakerruntime", models_sagemakerruntime, sizeof models_sagemakerruntime},
    {"Models/secretsmanager", models_secretsmanager, sizeof models_secretsmanager},
    {"Models/sns", models_sns, sizeof models_sns},
    {"Models/sqs", models_sqs, sizeof models_sqs},
    {"Models/ssm", models_ssm, sizeof models_ssm},
    {"Models/sso", models_sso, sizeof models_sso},
    {"Models/ssooidc", models_ssooidc, sizeof models_ssooidc},
    {"Models/states", models_states, sizeof models_states},
    {"Models/sts", models_sts, sizeof models_sts},
    {"Models/tagging", models_tagging, sizeof models_tagging},
    {"Prices/acm", prices_acm, sizeof prices_acm},
    {"Prices/addresses-ireland", prices_addresses_ireland, sizeof prices_addresses_ireland},
    {"Prices/addresses", prices_addresses, sizeof prices_addresses},
    {"Prices/apigateway", prices_apigateway, sizeof prices_apigateway},
    {"Prices/cloudwatch-dashboards", prices_cloudwatch_dashboards, sizeof prices_cloudwatch_dashboards},
    {"Prices/cloudwatch", prices_cloudwatch, sizeof prices_cloudwatch},
    {"Prices/dynamodb", prices_dynamodb, sizeof prices_dynamodb},
    {"Prices/ec2", prices_ec2, sizeof prices_ec2},
    {"Prices/ecr", prices_ecr, sizeof prices_ecr},
    {"Prices/eks-ireland", prices_eks_ireland, sizeof prices_eks_ireland},
    {"Prices/eks", prices_eks, sizeof prices_eks},
    {"Prices/elbv2", prices_elbv2, sizeof prices_elbv2},
    {"Prices/free", prices_free, sizeof prices_free},
    {"Prices/glue-runs", prices_glue_runs, sizeof prices_glue_runs},
    {"Prices/glue", prices_glue, sizeof prices_glue},
    {"Prices/kinesis", prices_kinesis, sizeof prices_kinesis},
    {"Prices/kms", prices_kms, sizeof prices_kms},
    {"Prices/lambda", prices_lambda, sizeof prices_lambda},
    {"Prices/rds", prices_rds, sizeof prices_rds},
    {"Prices/redshift-serverless", prices_redshift_serverless, sizeof prices_redshift_serverless},
    {"Prices/redshift", prices_redshift, sizeof prices_redshift},
    {"Prices/route53", prices_route53, sizeof prices_route53},
    {"Prices/s3-encryption", prices_s3_encryption, sizeof prices_s3_encryption},
    {"Prices/s3-lifecycle", prices_s3_lifecycle, sizeof prices_s3_lifecycle},
    {"Prices/s3-settings", prices_s3_settings, sizeof prices_s3_settings},
    {"Prices/s3", prices_s3, sizeof prices_s3},
    {"Prices/secretsmanager", prices_secretsmanager, sizeof prices_secretsmanager},
    {"Prices/sns", prices_sns, sizeof prices_sns},
    {"Prices/sqs", prices_sqs, sizeof prices_sqs},
    {"Prices/vpc-free", prices_vpc_free, sizeof prices_vpc_free},
    {"Prices/vpc-ireland", prices_vpc_ireland, sizeof prices_vpc_ireland},
    {"Prices/vpc", prices_vpc, sizeof prices_vpc},
    {"Terraform/aws", terraform_aws, sizeof terraform_aws},
};

const aws_table *aws_tables(void) { return tables; }

size_t aws_table_count(void) { return sizeof tables / sizeof *tables; }
