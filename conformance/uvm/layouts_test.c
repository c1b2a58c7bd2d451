/* SPDX-License-Identifier: Apache-2.0 */
/* layouts_test.c - the client's structures against those of the sources of 193 versions. */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_uvm.h>

#define MAX_ROWS 128

/* row is one case of layouts.vec: what a command is from a version on; size 0: there is none. */
struct row {
	char command[48], fields[700];
	struct gng_uvm_version since;
	int64_t number, size, status;
};

static struct row rows[MAX_ROWS];
static size_t num_rows;

static void text_of(char *text, size_t cap, struct gng_vec_case *one, const char *name)
{
	const char *value;
	struct gng_why why;

	if (gng_vec_text(one, &value, name, &why) != GNG_OK)
		suite_fail("%s", why.text);
	snprintf(text, cap, "%s", value);
}

static void read_row(struct gng_vec_case *one, void *arg)
{
	struct row *row = &rows[num_rows++];
	char since[32];

	(void)arg;
	assert_true(num_rows <= MAX_ROWS);
	text_of(row->command, sizeof(row->command), one, "command");
	text_of(since, sizeof(since), one, "since");
	assert_int_equal(gng_uvm_version_parse(&row->since, since, NULL), GNG_OK);
	row->size = suite_int(one, "size");
	if (row->size == 0)
		return;
	row->number = suite_int(one, "number");
	row->status = suite_int(one, "status");
	text_of(row->fields, sizeof(row->fields), one, "fields");
}

/* row_of is what the vectors say of a command in a version. */
static const struct row *row_of(const char *command, const struct gng_uvm_version *version)
{
	const struct row *found = NULL;

	for (size_t i = 0; i < num_rows; i++)
		if (strcmp(rows[i].command, command) == 0 &&
		    gng_uvm_version_compare(&rows[i].since, version) <= 0)
			found = &rows[i];
	return found && found->size ? found : NULL;
}

static void fields_of(char *text, size_t cap, const struct gng_uvm_layout *layout)
{
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < GNG_UVM_MAX_FIELDS && layout->fields[i].name; i++)
		at += (size_t)snprintf(text + at, cap - at, "%s%s@%u:%u", i ? " " : "",
				       layout->fields[i].name, layout->fields[i].at,
				       layout->fields[i].len);
}

static void compare(const struct gng_uvm_version *version, enum gng_uvm_command command)
{
	const char *name = gng_uvm_command_name(command);
	const struct gng_uvm_layout *ours = gng_uvm_layout_of(version, command);
	const struct row *theirs = row_of(name, version);
	char fields[700];

	if (!ours != !theirs)
		suite_fail("%s of %s: %s here", name, version->text, ours ? "exists" : "is absent");
	if (!ours)
		return;
	fields_of(fields, sizeof(fields), ours);
	if (ours->number != theirs->number || ours->size != theirs->size ||
	    ours->status_at != theirs->status || strcmp(fields, theirs->fields) != 0)
		suite_fail("%s of %s: 0x%x, %u bytes, verdict at %u, %s", name, version->text,
			   ours->number, ours->size, ours->status_at, fields);
	gng_probe_assertion();
}

/* compare_all compares those from first on up to end with a file of vectors. */
static void compare_all(const char *vectors, int first, int end)
{
	struct gng_uvm_version version;

	num_rows = 0;
	suite_vectors(vectors, read_row, NULL);
	for (size_t i = 0; gng_uvm_version_at(i); i++) {
		assert_int_equal(gng_uvm_version_parse(&version, gng_uvm_version_at(i), NULL),
				 GNG_OK);
		for (int command = first; command < end; command++)
			compare(&version, (enum gng_uvm_command)command);
	}
}

static void each_version_has_the_layouts_of_its_sources(void **state)
{
	(void)state;
	compare_all("uvm/layouts.vec", 0, GNG_UVM_NUM_COMMANDS);
}

static void each_version_has_the_resource_manager_s_layouts(void **state)
{
	(void)state;
	compare_all("uvm/rm.vec", GNG_UVM_RM_CHECK_VERSION, GNG_UVM_NUM_LAYOUTS);
}

/* Of 32 bytes in all versions, so no size tells them apart. */
static void the_verdict_of_an_allocation_moved_within_one_size(void **state)
{
	struct gng_uvm_version before, after;

	(void)state;
	assert_int_equal(gng_uvm_version_parse(&before, "530.41.03", NULL), GNG_OK);
	assert_int_equal(gng_uvm_version_parse(&after, "535.43.02", NULL), GNG_OK);
	assert_int_equal(gng_uvm_layout_of(&before, GNG_UVM_RM_ALLOC)->status_at, 24);
	assert_int_equal(gng_uvm_layout_of(&after, GNG_UVM_RM_ALLOC)->status_at, 28);
	assert_int_equal(gng_uvm_layout_of(&before, GNG_UVM_RM_ALLOC)->size,
			 gng_uvm_layout_of(&after, GNG_UVM_RM_ALLOC)->size);
}

/* The same number and another structure: what a client of the wrong version does not see. */
static void three_structures_changed_under_one_number(void **state)
{
	struct gng_uvm_version before, after;

	(void)state;
	assert_int_equal(gng_uvm_version_parse(&before, "545.29.06", NULL), GNG_OK);
	assert_int_equal(gng_uvm_version_parse(&after, "590.44.01", NULL), GNG_OK);
	assert_int_equal(gng_uvm_layout_of(&before, GNG_UVM_MAP_EXTERNAL_ALLOCATION)->size, 1200);
	assert_int_equal(gng_uvm_layout_of(&after, GNG_UVM_MAP_EXTERNAL_ALLOCATION)->size, 9264);
	assert_int_equal(gng_uvm_layout_of(&before, GNG_UVM_FREE)->status_at, 16);
	assert_int_equal(gng_uvm_layout_of(&after, GNG_UVM_FREE)->status_at, 8);
	assert_int_equal(gng_uvm_layout_of(&before, GNG_UVM_FREE)->number,
			 gng_uvm_layout_of(&after, GNG_UVM_FREE)->number);
	assert_int_equal(gng_uvm_version_parse(&before, "530.41.03", NULL), GNG_OK);
	assert_null(gng_uvm_layout_of(&before, GNG_UVM_MM_INITIALIZE));
}

const struct suite_test suite_tests[] = {
	TEST(each_version_has_the_layouts_of_its_sources, "D2.uvm.layouts"),
	TEST(each_version_has_the_resource_manager_s_layouts, "D2.uvm.control D2.uvm.layouts"),
	TEST(the_verdict_of_an_allocation_moved_within_one_size, "D2.uvm.control"),
	TEST(three_structures_changed_under_one_number, "D2.uvm.layouts"),
	{0},
};
