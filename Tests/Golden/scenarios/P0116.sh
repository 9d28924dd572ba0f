export CONVERGE_PLUGIN_PATH=$PWD/nowhere
converge plugins 2>&1 >/dev/null
