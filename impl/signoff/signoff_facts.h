/* SPDX-License-Identifier: Apache-2.0 */
/* signoff_facts.h - gathering facts: files under a root, and a list that grows. */
#ifndef SIGNOFF_FACTS_H
#define SIGNOFF_FACTS_H

#include "gng_signoff.h"

/* facts is the list being filled; broken is set when memory ran out. */
struct facts {
	struct gng_machine *machine;
	const char *root;
	bool broken;
};

/* facts_text returns up to 64 KiB of root/path as text (caller frees), or NULL. */
char *facts_text(const char *root, const char *path);

/* facts_line returns the first line, trimmed (caller frees); NULL if there is none. */
char *facts_line(const char *root, const char *path);

/* facts_field returns the value of the first "name : value" line of text, or NULL. */
char *facts_field(const char *text, const char *name);

/* facts_count returns how many lines of text begin with name. */
size_t facts_count(const char *text, const char *name);

/* facts_add appends a fact and takes value; NULL or "" becomes "absent". */
void facts_add(struct facts *facts, const char *group, const char *name, char *value);

/* facts_addf is facts_add of a formatted text. */
void facts_addf(struct facts *facts, const char *group, const char *name, const char *format, ...)
	GNG_PRINTF(4, 5);

/* The groups, in the report's order. cpuinfo is /proc/cpuinfo, "" if it cannot be read. */
void facts_processor(struct facts *facts, const char *cpuinfo);
void facts_firmware(struct facts *facts, const char *cpuinfo);

#endif /* SIGNOFF_FACTS_H */
