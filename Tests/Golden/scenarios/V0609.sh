. "$GOLDEN/aws.sh"
refuses ResourceAlreadyExistsException "The specified log group already exists"
apply_log
