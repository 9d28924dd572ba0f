# SPDX-License-Identifier: Apache-2.0
# For scenarios: `. "$GOLDEN/aws.sh"`. A server stands in AWS's place, and nothing of the user's own settings counts.
. "$GOLDEN/serve.sh"
unset $(env | sed -n "s/^\(AWS_[A-Z0-9_]*\)=.*/\1/p")
export AWS_CONFIG_FILE=$PWD/config AWS_SHARED_CREDENTIALS_FILE=$PWD/credentials AWS_EC2_METADATA_DISABLED=true
export AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY
export AWS_REGION=eu-west-1
answers() { # each call is answered with this status and body; but what asks for the account gets its number
  serve "
body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
status, answer = $1, '''$2'''
if b'GetCallerIdentity' in body:
    status, answer = 200, '<AnswerResponse><GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult></AnswerResponse>'
self.send_response(status)
self.send_header('x-amzn-RequestId', 'b25f48e8-84fd')
self.send_header('Content-Length', str(len(answer)))
self.end_headers()
self.wfile.write(answer.encode())
"
  export AWS_ENDPOINT_URL=http://127.0.0.1:$PORT
}
refuses() { answers "${3:-400}" "{\"__type\":\"$1\",\"message\":\"$2\"}"; } # with AWS's code and words
apply_log() { # makes a log group; the settings of the use line may be given
  printf 'use aws { %s }\n\nresource log: aws.logs.LogGroup {\n  log_group_name: "shop"\n}\n' "${1:-max_attempts: 1}" >shop.recipe
  converge apply shop.recipe --yes >log.txt 2>&1
  sed -n '/^error/,$p' log.txt
}
