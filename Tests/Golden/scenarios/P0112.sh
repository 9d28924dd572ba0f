mkdir plugins
echo 'void *converge_plugin(void) { return 0; }' > empty.c
clang -shared -fPIC -o plugins/libEmpty.so empty.c
converge plugin manifest plugins/libEmpty.so
