/* SPDX-License-Identifier: Apache-2.0 */
/* lab_orders.h - what the guest is to do and what it needs for that. Private to impl/lab. */
#ifndef LAB_ORDERS_H
#define LAB_ORDERS_H

#include "gng_lab.h"

/* lab_work is one boot: the tests that run in it. */
struct lab_work {
	const struct gng_lab_case *one;
	const struct gng_lab_kernel *kernel;
	const struct gng_home *home;
	size_t num_tests;
	const struct gng_test *tests;
	const struct gng_lab_list *libraries; /* paths of what the case's library lines mean */
};

/* lab_program returns the path of a test's program (caller frees), NULL without memory. */
char *lab_program(const struct gng_home *home, const struct gng_test *test);

/* lab_work_image writes the initramfs: init, modules, programs with their libraries, vectors and
 * files, and the orders. */
GNG_MUST enum gng_status lab_work_image(const struct lab_work *work, const char *path,
					struct gng_why *why);

#endif /* LAB_ORDERS_H */
