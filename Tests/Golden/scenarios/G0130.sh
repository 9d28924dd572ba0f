. "$GOLDEN/priced.sh"
priced '{ "source": "https://notes.example/prices", "date": "2026-11-01", "currency": "EUR", "prices": [
  { "kind": "local.Note", "charge": "paper", "unit": "letter-month", "amount": "1.25", "quantity": "length(text)" }] }'
cat > converge.project <<'PROJECT'
environment default {
  use local
  budget "10 EUR"
}
PROJECT
converge plan shop.recipe
