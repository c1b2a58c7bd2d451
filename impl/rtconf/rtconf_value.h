/* SPDX-License-Identifier: Apache-2.0 */
/* rtconf_value.h - one value of /proc or /sys, read and written below a root. */
#ifndef RTCONF_VALUE_H
#define RTCONF_VALUE_H

#include "gng_rtconf.h"

/* rtconf_value_read reads it; where a file shows its choices, "a [b] c", the chosen one. False if
 * it cannot be read. */
bool rtconf_value_read(char value[GNG_RTCONF_CPUS_TEXT], const char *root, const char *path);

/* rtconf_value_write writes it, and returns 0 or an errno. */
int rtconf_value_write(const char *root, const char *path, const char *value);

/* rtconf_value_is compares as the kernel would: "00000003" is "3". */
bool rtconf_value_is(const char *a, const char *b);

/* rtconf_value_may says whether a path is one that this subsystem ever writes. */
bool rtconf_value_may(const char *path);

#endif /* RTCONF_VALUE_H */
