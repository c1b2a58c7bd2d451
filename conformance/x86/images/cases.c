/* SPDX-License-Identifier: Apache-2.0 */
/* cases.c - runs the table of an image and reports in KTAP; success is a code of its own. */
#include "cases.h"

void x86_main(void);

static const char *reason;
static struct cases_fault fault;

enum cases_result cases_skip(const char *why)
{
	reason = why;
	return CASES_SKIP;
}

void cases_say(const char *name, uint64_t value)
{
	x86_put("# ");
	x86_put(name);
	x86_put(" = ");
	x86_put_number(value);
	x86_put("\n");
}

static void on_fault(struct gng_x86_frame *frame)
{
	fault = (struct cases_fault){.caught = true,
				     .vector = frame->vector,
				     .error = frame->error,
				     .rip = frame->rip,
				     .cr2 = x86_cr2(),
				     .frame = (uint64_t)frame};
	frame->rip = (uint64_t)cases_leave;
	frame->cs = X86_CODE;
	frame->ss = X86_DATA;
	frame->rflags = 2;
	frame->rsp = cases_saved_rsp;
}

struct cases_fault cases_guard(void (*run)(uint64_t context), uint64_t context)
{
	gng_x86_handler before[32];

	fault = (struct cases_fault){.caught = false};
	for (unsigned int i = 0; i < 32; i++)
		before[i] = gng_x86_handle((uint8_t)i, on_fault);
	cases_enter(run, context);
	for (unsigned int i = 0; i < 32; i++)
		gng_x86_handle((uint8_t)i, before[i]);
	return fault;
}

static bool report(const struct cases_one *one, unsigned int number)
{
	const enum cases_result result = one->run();

	x86_put(result == CASES_NOT_OK ? "not ok " : "ok ");
	x86_put_number(number);
	x86_put(" ");
	x86_put(one->name);
	if (result == CASES_SKIP) {
		x86_put(" # SKIP ");
		x86_put(reason);
	}
	x86_put("\n");
	return result != CASES_NOT_OK;
}

void x86_main(void)
{
	unsigned int num = 0;
	bool passed = true;

	x86_serial_start();
	gng_x86_start();
	while (cases_all[num].name)
		num++;
	x86_put("KTAP version 1\n1..");
	x86_put_number(num);
	x86_put("\n");
	for (unsigned int i = 0; i < num; i++)
		passed = report(&cases_all[i], i + 1) && passed;
	x86_exit(passed ? X86_SUCCESS : X86_FAILURE);
}
