/* SPDX-License-Identifier: Apache-2.0 */
/* rtconf_unit.h - the directives of systemd.exec(5) that decide over deadlines. */
#ifndef RTCONF_UNIT_H
#define RTCONF_UNIT_H

#include <stdarg.h>
#include <strings.h>

#include "gng_rtconf.h"

enum unit_directive_index {
	UNIT_POLICY,
	UNIT_PRIORITY,
	UNIT_RESET_ON_FORK,
	UNIT_AFFINITY,
	UNIT_NUMA_POLICY,
	UNIT_NUMA_MASK,
	UNIT_NICE,
	UNIT_IO_CLASS,
	UNIT_IO_PRIORITY,
	UNIT_OOM,
	UNIT_MEMLOCK,
	UNIT_RTPRIO,
	UNIT_NUM
};

struct unit_directive {
	const char *name;
	bool (*is_value)(const char *value);
	const char *wants; /* what stands in a complaint */
};

extern const struct unit_directive unit_directives[UNIT_NUM];

#endif /* RTCONF_UNIT_H */
