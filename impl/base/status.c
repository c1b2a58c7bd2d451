/* SPDX-License-Identifier: Apache-2.0 */
/* status.c - the names of the statuses. Freestanding. */
#include "gng_base.h"

const char *gng_status_name(enum gng_status status)
{
	static const char *const names[] = {
		[GNG_OK] = "GNG_OK",	     [GNG_EINVAL] = "GNG_EINVAL",
		[GNG_EAUTH] = "GNG_EAUTH",   [GNG_EUNSUPPORTED] = "GNG_EUNSUPPORTED",
		[GNG_EPERM] = "GNG_EPERM",   [GNG_ENOMEM] = "GNG_ENOMEM",
		[GNG_ESYS] = "GNG_ESYS",     [GNG_EFORMAT] = "GNG_EFORMAT",
		[GNG_ELIMIT] = "GNG_ELIMIT",
	};

	/* a status read from an old report or from Go may be any number, also a negative one */
	if ((unsigned int)status >= sizeof(names) / sizeof(names[0]))
		return "GNG_?";
	return names[status];
}
