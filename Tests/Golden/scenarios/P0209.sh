export CONVERGE_KEY=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=
mkdir -p .converge/locks
touch .converge/blocked
converge secret init --key-file .converge/blocked/key
