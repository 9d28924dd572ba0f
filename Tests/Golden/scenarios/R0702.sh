cat > rules.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
cat > converge.project <<'PROJECT'
environment default { use local; import "rules.recipe" as rules }
PROJECT
cat > shop.recipe <<'RECIPE'
output greeting = "hello"
RECIPE
converge check shop.recipe
