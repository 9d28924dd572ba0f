// SPDX-License-Identifier: Apache-2.0
#ifndef CSYSTEMCALLS_H
#define CSYSTEMCALLS_H

#include <spawn.h>
#include <stddef.h>

/// Takes an exclusive open-file-description lock on the whole file without waiting.
/// Returns 0 when taken, or errno (EAGAIN when another open file description holds it).
/// The kernel frees the lock when the last descriptor of that description is closed, at death too.
int csc_try_lock(int descriptor);

/// Frees the lock, also where a program that was just forked still holds a copy of the descriptor.
/// Returns 0 or errno.
int csc_unlock(int descriptor);

/// Tells whether another open file description holds the lock, without taking it.
/// Returns 1 when it does, 0 when not, or the negated errno.
int csc_is_locked(int descriptor);

/// Lets a spawned program inherit no descriptor from `first` on. Returns 0 or errno.
int csc_close_from(posix_spawn_file_actions_t *actions, int first);

/// Tells the magic number of the file system that a path lies on, and its device as the table of mounts has it.
/// Returns 0 or errno.
int csc_file_system(const char *path, unsigned int *type, unsigned int *major_number, unsigned int *minor_number);

/// Tells whether the bytes hold the part somewhere: 1 or 0.
int csc_contains(const void *bytes, size_t count, const void *part, size_t part_count);

#endif
