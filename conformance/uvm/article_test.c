/* SPDX-License-Identifier: Apache-2.0 */
/* article_test.c - what the article says of the call and its parameters, on the layouts of all
 * versions. */
#include "../suite.h"

#include <string.h>

#include <gng_uvm.h>

static void no_command_begins_with_uvm_ioc(void **state)
{
	(void)state;
	for (int i = 0; i < GNG_UVM_NUM_COMMANDS; i++) {
		const char *name = gng_uvm_command_name((enum gng_uvm_command)i);

		assert_memory_equal(name, "UVM_", 4);
		assert_int_not_equal(strncmp(name, "UVM_IOC_", 8), 0);
	}
}

/* "va_range, num_pages, gpu_uuid, mm": the third is a member of another command's structure. */
static void check_members(const struct gng_uvm_layout *layout)
{
	static const char *const named[] = {"va_range", "num_pages", "gpu_uuid", "mm"};

	for (size_t i = 0; i < GNG_UVM_MAX_FIELDS && layout->fields[i].name; i++)
		for (size_t j = 0; j < COUNT_OF(named); j++)
			assert_string_not_equal(layout->fields[i].name, named[j]);
}

static void a_mapping_names_no_pages_and_no_memory(void **state)
{
	const struct gng_uvm_layout *layout;
	int num = 0;

	(void)state;
	for (size_t i = 0; (layout = gng_uvm_layout_at(i)); i++) {
		if (layout->command != GNG_UVM_MAP_EXTERNAL_ALLOCATION)
			continue;
		check_members(layout);
		num++;
	}
	assert_int_equal(num, 2); /* to 545, and since 550 */
}

const struct suite_test suite_tests[] = {
	TEST(no_command_begins_with_uvm_ioc, "D2.uvm.layouts"),
	TEST(a_mapping_names_no_pages_and_no_memory, "D2.uvm.layouts"),
	{0},
};
