. "$GOLDEN/aws.sh"
refuses ServiceUnavailableException "The service cannot complete the request." 503
apply_log
