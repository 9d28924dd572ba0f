// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CSystemCalls.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

int csc_file_system(const char *path, unsigned int *type, unsigned int *major_number, unsigned int *minor_number) {
    struct statfs system;
    struct stat status;
    if (statfs(path, &system) != 0 || stat(path, &status) != 0) return errno;
    *type = (unsigned int)system.f_type;
    *major_number = major(status.st_dev);
    *minor_number = minor(status.st_dev);
    return 0;
}
