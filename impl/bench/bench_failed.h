/* SPDX-License-Identifier: Apache-2.0 */
/* bench_failed.h - what is said of a contestant that did not do its work. */
#ifndef BENCH_FAILED_H
#define BENCH_FAILED_H

#include "gng_bench.h"

/* bench_failed sets why to the contestant's name and complaint, and returns GNG_ESYS. */
enum gng_status bench_failed(const struct gng_bench_contestant *contestant, struct gng_why *why);

#endif /* BENCH_FAILED_H */
