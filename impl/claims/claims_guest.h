/* SPDX-License-Identifier: Apache-2.0 */
/* claims_guest.h - claims whose test runs in guests of the lab only. */
#ifndef CLAIMS_GUEST_H
#define CLAIMS_GUEST_H

#include <jansson.h>

#include "claims_probe.h"

/* claims_guest_cases copies the cases of a remedy "gonogo lab run CASE..."; false for another. */
bool claims_guest_cases(char *cases, size_t cap, const char *remedy);

/* claims_guest_ask runs the cases by gonogo-lab of the folder, once a process, and judges. */
void claims_guest_ask(struct claims_finding *finding, const char *id, const char *folder,
		      const char *cases, bool holds);

/* claims_guest_judge judges by what `gonogo lab run --json` said, which may be anything. */
void claims_guest_judge(struct claims_finding *finding, const char *id, const json_t *said,
			bool holds);

#endif /* CLAIMS_GUEST_H */
