. "$GOLDEN/aws.sh"
answers 500 "<!doctype html><html lang=en><title>500 Internal Server Error</title></html>"
apply_log
