. "$GOLDEN/aws.sh"
machine='{"stateMachineArn":"arn:aws:states:eu-west-1:123456789012:stateMachine:nightly","creationDate":1,"status":"DELETING","name":"nightly","definition":"{\\"StartAt\\":\\"a\\"}","roleArn":"arn:aws:iam::123456789012:role/worker","type":"STANDARD"}'
serve "
import os
self.rfile.read(int(self.headers.get('Content-Length') or 0))
call = (self.headers.get('X-Amz-Target') or '').split('.')[-1]
status, answer = 200, '''$machine'''
if not call:
    answer = '<AnswerResponse><GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult></AnswerResponse>'
if call == 'CreateStateMachine':
    open('made', 'w').close()
if call == 'DescribeStateMachine' and not os.path.exists('made'):
    status, answer = 400, '{\"__type\":\"StateMachineDoesNotExist\",\"message\":\"there is none\"}'
self.send_response(status)
self.send_header('Content-Length', str(len(answer)))
self.end_headers()
self.wfile.write(answer.encode())
"
export AWS_ENDPOINT_URL=http://127.0.0.1:$PORT
printf 'use aws\n\nresource nightly: aws.states.StateMachine {\n  name: "nightly"\n  role_arn: "arn:aws:iam::123456789012:role/worker"\n  definition: { StartAt: "a" }\n}\n' >shop.recipe
converge apply shop.recipe --yes >log.txt 2>&1
sed -n '/^error/,$p' log.txt
