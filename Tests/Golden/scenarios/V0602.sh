. "$GOLDEN/aws.sh"
refuses UnrecognizedClientException "The security token included in the request is invalid."
apply_log
