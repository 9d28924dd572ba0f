cat > tick.recipe <<'RECIPE'
workflow tick {
  step say: Shell { run: "date" }
  on schedule "* * * * *"
}
RECIPE
converge run tick.recipe --yes >/dev/null 2>&1
python3 - <<'PYTHON'
import sqlite3
# A firing of a ledger whose texts are gone.
ledger = sqlite3.connect(".converge/ledger.db")
class Sum:
    def __init__(self): self.state = 0xCBF29CE484222325
    def mix(self, word):
        self.state = ((self.state ^ word) * 0x100000001B3) & (2**64 - 1)
        self.state ^= self.state >> 29
    def number(self, n):
        self.mix(0x9E3779B97F4A7C15 if n is None else 1)
        if n is not None: self.mix(n & (2**64 - 1))
    def text(self, t):
        if t is None: return self.mix(0x9E3779B97F4A7C15)
        raw = t.encode()
        self.mix(len(raw))
        for at in range(0, len(raw) - 7, 8): self.mix(int.from_bytes(raw[at:at + 8], "little"))
        tail = 0
        for byte in raw[len(raw) // 8 * 8:]: tail = tail << 8 | byte
        self.mix(tail)
texts = ["default", "tick", "tick", 'schedule "* * * * *"', "2026-01-01T00:00:00Z", "{}", "tick.recipe", "{}", "gone"]
sum = Sum()
for text in texts: sum.text(text)
for number in (1, 1): sum.number(number)
value = sum.state - 2**64 if sum.state >= 2**63 else sum.state
ledger.execute("insert into firing (environment, module, workflow, trigger, subject, event, recipe, settings, source, due, recorded, checksum, status, note) values (?,?,?,?,?,?,?,?,?,1,1,?,'pending','')", texts + [value])
ledger.commit()
PYTHON
converge fire 1 --project .
