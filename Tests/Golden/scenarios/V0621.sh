. "$GOLDEN/aws.sh"
export AWS_ENDPOINT_URL=http://127.0.0.1:9
apply_log
