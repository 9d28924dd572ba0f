cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
mkdir .converge
# A small disk of its own, which goes with the namespace.
unshare --map-root-user --mount bash <<'NAMESPACE' || echo "not possible here: a file system of one's own"
mount -t tmpfs -o size=256k small .converge 2>/dev/null || exit
converge apply shop.recipe --yes >/dev/null 2>&1
dd if=/dev/zero of=.converge/filling bs=4k >/dev/null 2>&1
converge destroy shop.recipe --yes
exit 0
NAMESPACE
