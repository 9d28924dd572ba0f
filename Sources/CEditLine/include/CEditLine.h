// SPDX-License-Identifier: Apache-2.0
#ifndef CEDITLINE_H
#define CEDITLINE_H
#include <histedit.h>
#endif
