/* SPDX-License-Identifier: Apache-2.0 */
/* objects.h - what the module of the resource manager has allocated and mapped. */
#ifndef CONFORMANCE_UVM_OBJECTS_H
#define CONFORMANCE_UVM_OBJECTS_H

#include "child.h"

/* objects: orphans went unasked, with what stood above them. */
struct objects {
	unsigned int num, orphans, mapped;
};

static struct objects read_objects(void)
{
	FILE *file = fopen("/proc/driver/nvidia/objects", "re");
	struct objects objects = {99, 99, 99};
	char line[128] = "";

	if (!file || !fgets(line, sizeof(line), file) ||
	    sscanf(line, "%u allocated, %u went with what stood above them, %u mapped",
		   &objects.num, &objects.orphans, &objects.mapped) != 3)
		expect(false, "the module's count");
	if (file)
		fclose(file);
	return objects;
}

#endif /* CONFORMANCE_UVM_OBJECTS_H */
