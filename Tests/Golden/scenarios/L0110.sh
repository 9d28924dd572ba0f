# As on a network file system, which few machines have.
cat > nfs.c <<'C'
#define _GNU_SOURCE
#include <sys/vfs.h>
#include <dlfcn.h>
int statfs(const char *path, struct statfs *out) {
    int (*real)(const char *, struct statfs *) = dlsym(RTLD_NEXT, "statfs");
    int result = real(path, out);
    out->f_type = 0x6969;
    return result;
}
C
COMPILER=$(command -v cc || command -v clang) || { echo "not possible here: no C compiler"; exit; }
"$COMPILER" -shared -fPIC nfs.c -o nfs.so -ldl || { echo "not possible here: no C compiler"; exit; }
cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
LD_PRELOAD=$PWD/nfs.so converge apply shop.recipe --yes
