. "$GOLDEN/aws.sh"
refuses InvalidParameterException "1 validation error detected: Value at logGroupName failed to satisfy constraint"
apply_log
