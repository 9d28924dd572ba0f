. "$GOLDEN/aws.sh"
answers 200 "a proxy says hello"
printf "use aws { max_attempts: 1 }\n\nresource key: aws.kms.Key {\n  description: \"shop\"\n}\n" >shop.recipe
converge apply shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
