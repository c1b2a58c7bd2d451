/* SPDX-License-Identifier: Apache-2.0 */
/* error.c - OpenSSL's errors of this call, and of no other, become a gng_why. */
#include "evp_private.h"

#include <stdlib.h>

#include <openssl/err.h>

/* An empty queue takes no mark (ERR_set_mark returns 0), and ERR_pop_to_mark then empties all:
 * what was there before is kept either way. */
void evp_begin(void)
{
	ERR_set_mark();
}

static void describe(struct gng_why *why, enum gng_status status, const char *where,
		     const char *what)
{
	const unsigned long code = ERR_peek_last_error();
	const char *library = ERR_lib_error_string(code), *reason = ERR_reason_error_string(code);

	if (code == 0)
		gng_why_set(why, status, 0, where, "%s", what);
	else
		gng_why_set(why, status, 0, where, "%s: %s, %s (OpenSSL error %08lX)", what,
			    library ? library : "unknown library",
			    reason ? reason : "unknown reason", code);
}

enum gng_status evp_end(enum gng_status status, struct gng_why *why, const char *where,
			const char *what)
{
	if (status != GNG_OK)
		describe(why, status, where, what);
	ERR_pop_to_mark();
	return status;
}

enum gng_status evp_refuse(struct gng_why *why, const char *where, const char *what)
{
	return gng_why_set(why, GNG_EINVAL, 0, where, "%s", what);
}
