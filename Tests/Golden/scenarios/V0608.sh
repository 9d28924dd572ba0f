. "$GOLDEN/aws.sh"
serve "
self.send_response(400)
self.send_header('x-amzn-ErrorType', 'ThrottlingException')
self.send_header('Retry-After', '600')
self.end_headers()
self.wfile.write(b'{\"message\": \"Rate exceeded\"}')
"
export AWS_ENDPOINT_URL=http://127.0.0.1:$PORT
apply_log
