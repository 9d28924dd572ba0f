. "$GOLDEN/aws.sh"
refuses ResourceNotFoundException "The specified log group does not exist."
printf "use aws { max_attempts: 1 }\n\nresource errors: aws.logs.MetricFilter {\n  log_group_name: \"shop\"\n  filter_name: \"errors\"\n  filter_pattern: \"ERROR\"\n  metric_transformations: [{ metric_name: \"errors\", metric_namespace: \"shop\", metric_value: \"1\" }]\n}\n" >shop.recipe
converge apply shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
