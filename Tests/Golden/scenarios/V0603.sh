. "$GOLDEN/aws.sh"
refuses ExpiredTokenException "The security token included in the request is expired"
apply_log
