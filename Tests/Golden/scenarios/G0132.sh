. "$GOLDEN/priced.sh"
priced '{ "source": "https://notes.example/prices", "date": "2026-11-01", "currency": "EUR", "prices": [
  { "kind": "local.Note", "charge": "paper", "unit": "month", "amount": 1.25 }] }'
converge cost shop.recipe
