/* SPDX-License-Identifier: Apache-2.0 */
/* view.c - the plan joined with the records: every planned test once, in one verdict. */
#include "signoff_page.h"

#include <stdlib.h>

/* index_of returns the place of a test in plan, or num_tests if it is of another plan. */
static size_t index_of(const struct gng_plan *plan, const struct gng_test *test)
{
	const uintptr_t first = (uintptr_t)plan->tests, at = (uintptr_t)test;

	if (at < first || (at - first) / sizeof(*test) >= plan->num_tests)
		return plan->num_tests;
	return (at - first) / sizeof(*test);
}

static void count_figures(struct view *view, const struct gng_record *record)
{
	for (size_t i = 0; i < record->num_figures; i++) {
		if (figure_is_histogram(&record->figures[i]))
			view->num_histograms++;
		else if (figure_is_ratio(&record->figures[i]))
			view->num_ratios++;
		else
			view->num_others++;
	}
}

static void join_records(struct view_item *all, const struct gng_signoff *signoff)
{
	const struct gng_signoff_previous *previous = signoff->previous;
	size_t index;

	for (size_t i = 0; i < signoff->num_records; i++) {
		index = index_of(signoff->plan, signoff->records[i].test);
		if (index == signoff->plan->num_tests)
			continue;
		all[index].record = &signoff->records[i];
		all[index].line = i + 1;
	}
	for (size_t i = 0; previous && i < previous->num_records; i++) {
		index = index_of(signoff->plan, previous->records[i].test);
		if (index < signoff->plan->num_tests)
			all[index].before = &previous->records[i];
	}
}

static void add_item(struct view *view, const struct view_item *joined, const struct gng_test *test)
{
	struct view_item *item = &view->items[view->num_items];

	*item = *joined;
	item->test = test;
	item->verdict = item->record ? item->record->verdict : GNG_MISSING;
	item->system = system_find(test->requirements);
	view->num_items++;
	view->count[item->verdict]++;
	if (gng_test_decides(test, item->verdict)) {
		view->num_required++;
		view->count_required[item->verdict]++;
	}
	if (item->record)
		count_figures(view, item->record);
}

enum gng_status view_init(struct view *view, const struct gng_signoff *signoff, struct gng_why *why)
{
	const struct gng_plan *plan = signoff->plan;

	*view = (struct view){.signoff = signoff};
	if (!plan)
		return GNG_OK;
	view->items = calloc(plan->num_tests + 1, sizeof(*view->items));
	if (!view->items)
		return gng_why_set(why, GNG_ENOMEM, 0, "signoff.report", "no memory");
	join_records(view->items, signoff);
	/* Items move only towards the front, so an item is read before its place is taken. */
	for (size_t i = 0; i < plan->num_tests; i++)
		if (plan->tests[i].selected)
			add_item(view,
				 &(const struct view_item){.record = view->items[i].record,
							   .before = view->items[i].before,
							   .line = view->items[i].line},
				 &plan->tests[i]);
	return GNG_OK;
}

void view_fini(struct view *view)
{
	free(view->items);
}

int view_severity(enum gng_verdict verdict)
{
	static const int severity[GNG_NUM_VERDICTS] = {
		[GNG_PASS] = 0,	   [GNG_SKIP] = 1,  [GNG_INCONCLUSIVE] = 2,
		[GNG_MISSING] = 3, [GNG_ERROR] = 4, [GNG_FAIL] = 5,
	};

	return severity[verdict];
}

const char *view_reason(const struct view_item *item)
{
	if (!item->record)
		return "There is no record of it: the run ended before it.";
	return item->record->reason ? item->record->reason : "No reason was recorded.";
}
