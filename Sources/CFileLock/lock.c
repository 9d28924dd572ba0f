// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CFileLock.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int apply(int descriptor, short type) {
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0, .l_pid = 0};
    return fcntl(descriptor, F_OFD_SETLK, &lock) == 0 ? 0 : errno;
}

int cfl_try_lock(int descriptor) { return apply(descriptor, F_WRLCK); }

int cfl_unlock(int descriptor) { return apply(descriptor, F_UNLCK); }
