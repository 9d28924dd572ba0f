. "$GOLDEN/aws.sh"
answers 200 '{"stateMachineArn":"arn:aws:states:eu-west-1:123456789012:stateMachine:nightly","creationDate":1,"status":"DELETING","name":"nightly","definition":"{\\"StartAt\\":\\"a\\"}","roleArn":"arn:aws:iam::123456789012:role/worker","type":"STANDARD"}'
printf 'use aws\n\nresource nightly: aws.states.StateMachine {\n  name: "nightly"\n  role_arn: "arn:aws:iam::123456789012:role/worker"\n  definition: { StartAt: "a" }\n}\n' >shop.recipe
converge apply shop.recipe --yes >log.txt 2>&1
sed -n '/^error/,$p' log.txt
