/* SPDX-License-Identifier: Apache-2.0 */
/*
 * object_fuzz.c - bytes that the check takes go through libbpf, which must then neither crash nor
 * hang; what it reads from them lies within them. The check itself is judged by what it must not
 * depend on: bytes behind the file, and where the file lies in memory.
 */
/* bundle: 67 */
#include "../suite.h"

#include <gng_bpfobj.h>

#define MAX_SIZE 65536u

static void check_programs(const struct gng_bpfobj *object, size_t size)
{
	struct gng_bpfobj_program program;
	size_t num_insns = 0;

	for (size_t i = 0; gng_bpfobj_program_at(object, i, &program); i++) {
		fuzz_check(program.name && program.section, "the names", "of a program");
		fuzz_check(program.fd == -1 && !program.attached, "the state", "of a program");
		num_insns += program.num_insns;
	}
	fuzz_check(num_insns * 8 <= size, "the instructions", "of all programs");
}

static void check_set_up(struct gng_bpfobj *object)
{
	const uint32_t value = 1;
	struct gng_why why;
	enum gng_status status;

	status = gng_bpfobj_rodata(object, "answer", &value, sizeof(value), &why);
	fuzz_check(status == GNG_OK || status == GNG_EINVAL, "the status", "of rodata");
	status = gng_bpfobj_autoload(object, NULL, false, &why);
	fuzz_check(status == GNG_OK, "the status", "of autoload");
	fuzz_check(gng_bpfobj_map_fd(object, "numbers") == -1, "a descriptor", "of a map");
}

/* behind says whether the check takes the same bytes with others behind them. */
static bool behind(const uint8_t *data, size_t size)
{
	uint8_t *longer = malloc(size + 16);
	struct gng_why why;
	bool taken;

	if (!longer)
		return true;
	memset(longer, 0xa5, size + 16);
	memcpy(longer, data, size);
	taken = gng_bpfobj_check(longer, size + 16, &why) == GNG_OK;
	free(longer);
	return taken;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gng_bpfobj *object = NULL;
	static struct gng_why why;
	const int all = fuzz_one_in(64, data, size); /* of refusals one in 64 is put into words */
	enum gng_status status;

	if (size > MAX_SIZE)
		return 0;
	why.text[0] = '\0';
	status = gng_bpfobj_check(data, size, all ? &why : NULL);
	fuzz_check(status == GNG_OK || (status == GNG_EFORMAT && (!all || *why.text)), "the status",
		   "of the check");
	if (status != GNG_OK)
		return 0;
	fuzz_check(behind(data, size), "the verdict", "with bytes behind the file");
	status = gng_bpfobj_open_bytes(&object, data, size, "fuzzed", &why);
	fuzz_check(status == GNG_OK || status == GNG_EFORMAT || status == GNG_ENOMEM, "the status",
		   "of open");
	if (status != GNG_OK)
		return 0;
	fuzz_check(gng_bpfobj_state_of(object) == GNG_BPFOBJ_OPEN, "the state", "after open");
	check_programs(object, size);
	check_set_up(object);
	gng_bpfobj_close(object);
	return 0;
}
