/* SPDX-License-Identifier: Apache-2.0 */
/* rtconf_partition.h - a partition of CPUs and its controller among the values of value.c. */
#ifndef RTCONF_PARTITION_H
#define RTCONF_PARTITION_H

#include "rtconf_value.h"

/* rtconf_partition_value reads a path that is one of the two values; false for any other path. */
bool rtconf_partition_value(char value[GNG_RTCONF_CPUS_TEXT], const char *root, const char *path);

/* rtconf_partition_write makes or removes the folder, with an errno or 0; false for any other
 * path. */
bool rtconf_partition_write(int *error, const char *root, const char *path, const char *value);

/* rtconf_partition_words returns what is written for a value: "+cpuset" for "on". */
const char *rtconf_partition_words(const char *path, const char *value);

/* rtconf_partition_unfinished says whether now is a partition that was being made as written when
 * its maker ended, or that the kernel made invalid since: ours all the same. */
bool rtconf_partition_unfinished(const char *path, const char *now, const char *written);

/* rtconf_plan_grow makes room for one step more and returns it, zeroed; num_steps does not count
 * it yet. NULL without memory. */
struct gng_rtconf_step *rtconf_plan_grow(struct gng_rtconf_plan *plan);

#endif /* RTCONF_PARTITION_H */
