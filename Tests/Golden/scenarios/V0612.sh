. "$GOLDEN/aws.sh"
serve 'self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"); self.wfile.flush(); self.connection.shutdown(2)'
export AWS_ENDPOINT_URL=http://127.0.0.1:$PORT
apply_log
