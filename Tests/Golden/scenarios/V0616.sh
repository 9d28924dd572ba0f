. "$GOLDEN/aws.sh"
cat > shop.recipe <<'RECIPE'
use aws { max_attempts: 1 }

let command = merge({ name: "glueetl" }, { script_locaton: "s3://shop/clean.py" })

resource clean: aws.glue.Job {
  name: "clean"
  role: "arn:aws:iam::123456789012:role/glue"
  command: command
}
RECIPE
answers 200 "{}"
converge apply shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
