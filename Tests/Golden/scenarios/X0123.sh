converge show --json > /dev/full
