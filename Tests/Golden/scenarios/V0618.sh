. "$GOLDEN/aws.sh"
refuses ResourceInUseException "The log group is in the midst of another change."
apply_log
