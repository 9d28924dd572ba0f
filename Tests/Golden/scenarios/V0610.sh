. "$GOLDEN/aws.sh"
refuses LimitExceededException "Resource limit exceeded."
apply_log
