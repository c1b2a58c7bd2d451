/* SPDX-License-Identifier: Apache-2.0 */
/* history_private.h - the database behind a gng_history. */
#ifndef HISTORY_PRIVATE_H
#define HISTORY_PRIVATE_H

#include <sqlite3.h>

#include "gng_history.h"

struct gng_history {
	sqlite3 *db;
	char *path;
};

/* history_fail says what SQLite says; damage is GNG_EFORMAT, all else GNG_ESYS. */
enum gng_status history_fail(const struct gng_history *history, int code, struct gng_why *why);

#endif /* HISTORY_PRIVATE_H */
