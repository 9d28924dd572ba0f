. "$GOLDEN/aws.sh"
serve "import time; time.sleep(20)"
export AWS_ENDPOINT_URL=http://127.0.0.1:$PORT
apply_log "max_attempts: 1, timeout: 200ms"
