cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
python3 - <<'PYTHON'
import os, pty, subprocess
main, side = pty.openpty()
apply = subprocess.Popen(
    ["converge", "apply", "shop.recipe"], stdin=side, stdout=side, stderr=side, env={**os.environ, "TERM": "dumb"})
os.close(side)
printed = b""
while True:
    try: piece = os.read(main, 4096)
    except OSError: break  # the terminal is closed
    printed += piece
    if piece.endswith(b"does it: "): os.write(main, b"no\n")
apply.wait()
print(printed.decode().replace("\r\n", "\n").partition("does it: no\n")[2], end="")
PYTHON
