// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CSystemCalls.h"
#include <string.h>

int csc_contains(const void *bytes, size_t count, const void *part, size_t part_count) {
    return memmem(bytes, count, part, part_count) != NULL;
}
