. "$GOLDEN/aws.sh"
unset AWS_REGION
apply_log
