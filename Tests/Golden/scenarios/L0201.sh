cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
mkdir -m 500 .converge
# The superuser is held by rights only without this capability.
if [ "$(id -u)" = 0 ]; then AS="setpriv --bounding-set -dac_override,-dac_read_search"; fi
$AS converge apply shop.recipe --yes
