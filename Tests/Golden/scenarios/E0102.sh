cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
python3 - <<'PYTHON'
import os, pty, signal, subprocess, time
# One process asks and waits for the answer; another waits for it, and is told to stop.
main, side = pty.openpty()
first = subprocess.Popen(["converge", "apply", "shop.recipe"], stdin=side, stdout=side, stderr=side)
asked = b""
while not asked.endswith(b"does it: "): asked += os.read(main, 4096)
second = subprocess.Popen(["converge", "apply", "shop.recipe", "--yes", "--wait", "1m"])
def listens():
    with open(f"/proc/{second.pid}/status") as status:
        caught = next(line for line in status if line.startswith("SigCgt"))
    return int(caught.split()[1], 16) >> (signal.SIGINT - 1) & 1
while not listens(): time.sleep(0.01)
second.send_signal(signal.SIGINT)
second.wait(timeout=30)
os.write(main, b"no\n")
first.wait()
PYTHON
