/* SPDX-License-Identifier: Apache-2.0 */
/* flame_record.h - running perf(1) for `gonogo flame`. */
#ifndef FLAME_RECORD_H
#define FLAME_RECORD_H

#include "gng_flame.h"

/*
 * flame_record runs command (NULL-terminated) under `perf record -e cpu-clock`
 * and sets *text (the caller frees) and *len to what `perf script` says of it,
 * and *status to the exit status of the command as wait(2) gives it.
 * GNG_EUNSUPPORTED if perf is not installed, GNG_EPERM if perf_event_paranoid
 * forbids it, GNG_ESYS, GNG_ELIMIT, GNG_ENOMEM; the remedy is in why.
 */
GNG_MUST enum gng_status flame_record(char **text, size_t *len, int *status, char **command,
				      struct gng_why *why);

#endif /* FLAME_RECORD_H */
