export CONVERGE_KEY=short
converge secret init
