// SPDX-License-Identifier: Apache-2.0
#ifndef CFILELOCK_H
#define CFILELOCK_H

/// Takes an exclusive open-file-description lock on the whole file without waiting.
/// Returns 0 when taken, or errno (EAGAIN when another open file description holds it).
/// The kernel frees the lock when the last descriptor of that description is closed, at death too.
int cfl_try_lock(int descriptor);

/// Frees the lock. Returns 0 or errno.
int cfl_unlock(int descriptor);

#endif
