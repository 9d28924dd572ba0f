. "$GOLDEN/aws.sh"
printf "[profile shop]\nregion = eu-west-1\n" >config
apply_log "profile: \"shopp\""
