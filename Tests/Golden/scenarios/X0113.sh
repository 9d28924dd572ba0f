echo 'resource note: local.Note { text: "kept" }' > notes.recipe
converge apply notes.recipe --yes > applied 2>&1
printf 'resource note: local.Note { text: "typed" }\napply --yes\nsave --yes notes.recipe\n' | converge 2>&1 | tail -2
