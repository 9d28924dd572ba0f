echo 'environment test { use local }
environment prod { use local }' > converge.project
echo 'resource note: local.Note { text: "hello" }' > shop.recipe
converge apply shop.recipe --env test --yes >/dev/null 2>&1
converge apply shop.recipe --env prod --yes >/dev/null 2>&1
converge diff apply-1 apply-2 --env test
