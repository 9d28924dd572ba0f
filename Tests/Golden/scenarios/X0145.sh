cat > converge.project <<'PROJECT'
environment default { set top = 5 }
PROJECT
converge adopt local.Note
