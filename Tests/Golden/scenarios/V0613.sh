. "$GOLDEN/aws.sh"
refuses RequestTimeTooSkewed "The difference between the request time and the current time is too large." 403
apply_log
