cat > converge.project <<'PROJECT'
environment default {
  use local
  budget "500"
}
PROJECT
echo 'resource note: local.Note { text: "hello" }' > shop.recipe
converge plan shop.recipe
