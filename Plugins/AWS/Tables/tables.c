// SPDX-License-Identifier: Apache-2.0
// Written by tables.py.
#include "AWSTables.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char kinds_s3[] = {
#embed "../Kinds/s3.json"
};

static const unsigned char mappings_datalakestorage[] = {
#embed "../Mappings/DataLakeStorage.recipe"
};

static const aws_table tables[] = {
    {"Kinds/s3", kinds_s3, sizeof kinds_s3},
    {"Mappings/DataLakeStorage", mappings_datalakestorage, sizeof mappings_datalakestorage},
};

const aws_table *aws_tables(void) { return tables; }

size_t aws_table_count(void) { return sizeof tables / sizeof *tables; }
