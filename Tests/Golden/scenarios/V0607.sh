. "$GOLDEN/aws.sh"
refuses AccessDeniedException "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: logs:CreateLogGroup"
apply_log
