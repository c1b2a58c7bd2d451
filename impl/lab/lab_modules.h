/* SPDX-License-Identifier: Apache-2.0 */
/* lab_modules.h - which files of modules a guest needs. Private to impl/lab and its suites. */
#ifndef LAB_MODULES_H
#define LAB_MODULES_H

#include "gng_lab.h"

/*
 * lab_modules_resolve appends to *paths, in the order of loading and each once, the files of
 * module name and of all that it needs, relative to the folder of modules. dep is the text of
 * modules.dep, builtin that of modules.builtin; a module that is built in adds nothing.
 * "-" and "_" are the same in a name. GNG_EFORMAT for a line of dep that is none;
 * GNG_EUNSUPPORTED if the kernel has no such module; GNG_ENOMEM.
 */
GNG_MUST enum gng_status lab_modules_resolve(struct gng_lab_list *paths, const char *name,
					     const char *dep, const char *builtin,
					     struct gng_why *why);

#endif /* LAB_MODULES_H */
