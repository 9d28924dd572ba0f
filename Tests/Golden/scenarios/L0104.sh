cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
converge apply shop.recipe --yes >/dev/null 2>&1
python3 - <<'PYTHON'
with open(".converge/ledger.db", "r+b") as file:
    content = bytearray(file.read())
    place = content.find(b"hello")
    content[place:place + 5] = b"jello"
    file.seek(0)
    file.write(content)
PYTHON
converge plan shop.recipe
