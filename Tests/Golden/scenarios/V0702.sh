. "$GOLDEN/aws.sh"
answers 200 '<AnswerResponse><GetGroupResult><Group><GroupName>readers</GroupName><Path>/</Path><Arn>arn:aws:iam::123456789012:group/readers</Arn><GroupId>AGPA1</GroupId></Group></GetGroupResult></AnswerResponse>'
printf 'use aws\n\nresource readers: aws.iam.Group { group_name: "readers" }\n' >shop.recipe
converge apply shop.recipe --yes >log.txt 2>&1
sed -n '/^error/,$p' log.txt
