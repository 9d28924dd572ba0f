. "$GOLDEN/aws.sh"
serve "
self.send_response(301)
self.send_header('x-amz-bucket-region', 'eu-central-1')
self.send_header('x-amz-request-id', 'b25f48e8-84fd')
self.send_header('Content-Length', '0')
self.end_headers()
"
export AWS_ENDPOINT_URL=http://127.0.0.1:$PORT
printf "use aws { max_attempts: 1 }\n\nresource lake: aws.s3.Bucket {\n  bucket: \"shop-lake\"\n}\n" >shop.recipe
converge apply shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
