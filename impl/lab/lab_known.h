/* SPDX-License-Identifier: Apache-2.0 */
/* lab_known.h - reports of a guest's kernel that its case expects. */
#ifndef LAB_KNOWN_H
#define LAB_KNOWN_H

#include <stdbool.h>

/* lab_known_parses says whether a case may say this: "KIND FUNCTION". */
bool lab_known_parses(const char *known);

/* lab_known_is says whether known means a report, "at TEST: KIND: ... FUNCTION+0x1/0x2". */
bool lab_known_is(const char *known, const char *report);

#endif /* LAB_KNOWN_H */
