echo 'resource note: local.Note { text: "hello" }' | converge drift - --module shop --accept --yes
