. "$GOLDEN/aws.sh"
answers 200 "{}"
apply_log "account: \"210987654321\""
