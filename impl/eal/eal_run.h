/* SPDX-License-Identifier: Apache-2.0 */
/* eal_run.h - `gonogo dpdk run`: its arguments, and its table. */
#ifndef EAL_RUN_H
#define EAL_RUN_H

#include "gng_eal.h"

/* eal_run_main is the verb; self is the path of this program, which is the helper too. */
int eal_run_main(const char *self, int argc, char **argv);

void eal_run_say(const struct gng_eal_run *run, bool json);

/* eal_run_say_flow is the part about a flow: the table, or a member of the JSON object. */
void eal_run_say_flow(const struct gng_eal_run *run, bool json);

#endif /* EAL_RUN_H */
