// SPDX-License-Identifier: Apache-2.0
#ifndef AWS_TABLES_H
#define AWS_TABLES_H

#include <stddef.h>

/// A text that is part of the library's read-only data, so that nothing is read or copied before it is needed.
typedef struct {
  /// The folder and file without its ending: `Kinds/s3`.
  const char *_Nonnull name;
  const unsigned char *_Nonnull bytes;
  size_t size;
} aws_table;

/// All tables, in no order.
const aws_table *_Nonnull aws_tables(void);

/// How many there are.
size_t aws_table_count(void);

#endif
