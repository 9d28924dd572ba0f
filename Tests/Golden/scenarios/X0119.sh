echo 'resource note: local.Note { text: "hello" }' | converge apply - --yes
