. "$GOLDEN/aws.sh"
printf 'use aws\n\nresource clicks: aws.kinesis.Stream {\n  stream_name: "clicks"\n  shard_count: 2\n}\n' >shop.recipe
converge check shop.recipe
