cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
python3 - <<'PYTHON'
import os, pty
def answer(descriptor):
    text = os.read(descriptor, 4096)
    if b"Only `yes` does it" in text: os.write(terminal, b"no\n")
    return text
import subprocess
main, side = pty.openpty()
process = subprocess.Popen(["converge", "apply", "shop.recipe"], stdin=side, stdout=side, stderr=side, env={**os.environ, "TERM": "dumb"})
os.close(side)
text = b""
while True:
    try: piece = os.read(main, 4096)
    except OSError: break
    if not piece: break
    text += piece
    if piece.endswith(b"does it: "): os.write(main, b"no\n")
process.wait()
print(text.decode().replace("\r\n", "\n").split("does it: ")[-1], end="")
PYTHON
