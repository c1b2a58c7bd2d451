/* SPDX-License-Identifier: Apache-2.0 */
/* tables.c - image: tables of gng_x86_map under the processor's own walk, which is the judge. */
#include "user.h"

#define HIGH 0xffff900000000000ull
#define LOW 0x0000005000000000ull
#define MIB2 0x200000ull
#define NUM_TABLES 64

static uint64_t tables[NUM_TABLES][512] __attribute__((aligned(4096)));
static uint8_t frames[4][4096] __attribute__((aligned(4096)));
static bool taken[NUM_TABLES];
static struct gng_x86_space space;

static uint64_t *table_at(void *context, uint64_t address)
{
	(void)context;
	return (uint64_t *)address;
}

static uint64_t take(void *context)
{
	(void)context;
	for (unsigned int i = 0; i < NUM_TABLES; i++) {
		if (taken[i])
			continue;
		taken[i] = true;
		return (uint64_t)tables[i];
	}
	return 0;
}

static void give(void *context, uint64_t address)
{
	(void)context;
	taken[(address - (uint64_t)tables) / 4096] = false;
}

static void forget(void *context, uint64_t address)
{
	(void)context;
	x86_invalidate(address);
}

static unsigned int num_taken(void)
{
	unsigned int num = 0;

	for (unsigned int i = 0; i < NUM_TABLES; i++)
		num += taken[i];
	return num;
}

static enum gng_status map(uint64_t address, const void *frame, unsigned int rights)
{
	return gng_x86_map(&space, address, (uint64_t)frame, 4096, rights);
}

/* ---- accesses ---- */

static void do_read(uint64_t address)
{
	*(volatile uint8_t *)address;
}

static void do_write(uint64_t address)
{
	*(volatile uint8_t *)address = 0xc3; /* RET */
}

static void do_execute(uint64_t address)
{
	__asm__ volatile("call *%0" : : "r"(address) : "memory");
}

/* put writes to a frame that is then read at another address. */
static void put(uint8_t *at, uint8_t value)
{
	*(volatile uint8_t *)at = value;
}

/* Code of user mode: RDI is free, so the address stands behind MOV RAX. */
static struct cases_fault as_user(struct user_call *call, uint64_t address, bool write)
{
	const uint64_t code = LOW + 0x100000, stack = LOW + 0x101000;
	uint8_t *text = frames[2];
	struct cases_fault fault;

	put(text, 0x48);
	put(text + 1, 0xb8);
	for (unsigned int i = 0; i < 8; i++)
		put(text + 2 + i, (uint8_t)(address >> 8 * i));
	put(text + 10, write ? 0x88 : 0x8a); /* mov between (%rax) and cl */
	put(text + 11, 0x08);
	put(text + 12, 0xcd);
	put(text + 13, X86_SYSCALL);
	if (map(code, text, GNG_X86_USER | GNG_X86_EXECUTE) != GNG_OK ||
	    map(stack, frames[3], GNG_X86_USER | GNG_X86_WRITE) != GNG_OK)
		x86_bail("map", 0);
	fault = user_run(call, code, stack + 4096);
	if (gng_x86_unmap(&space, code, 8192) != GNG_OK)
		x86_bail("unmap", 0);
	return fault;
}

static bool faults_with(struct cases_fault fault, uint64_t error, uint64_t address)
{
	return fault.caught && fault.vector == 14 && fault.error == error && fault.cr2 == address;
}

/* ---- cases ---- */

static enum cases_result the_kernel_runs_on_its_own_tables(void)
{
	space = (struct gng_x86_space){
		.table = table_at,
		.take = take,
		.give = give,
		.forget = forget,
		.address_bits = x86_cpuid(0x80000008, 0).a & 0xff,
		.has_1g_pages = x86_cpuid(0x80000001, 0).d >> 26 & 1,
		.has_no_execute = x86_cpuid(0x80000001, 0).d >> 20 & 1,
	};
	if (gng_x86_space_open(&space) != GNG_OK ||
	    gng_x86_map(&space, 0, 0, 2 * MIB2, GNG_X86_WRITE | GNG_X86_EXECUTE) != GNG_OK)
		return CASES_NOT_OK;
	x86_set_cr3(space.root);
	return cases_is(x86_cr3() == space.root);
}

static enum cases_result two_addresses_are_one_frame(void)
{
	const unsigned int before = num_taken();
	bool same;

	if (map(HIGH, frames[0], GNG_X86_WRITE) != GNG_OK ||
	    map(LOW, frames[0], GNG_X86_WRITE) != GNG_OK)
		return CASES_NOT_OK;
	*(volatile uint64_t *)(HIGH + 8) = 0x1122334455667788;
	same = *(volatile uint64_t *)(LOW + 8) == 0x1122334455667788 &&
	       *(volatile uint64_t *)(frames[0] + 8) == 0x1122334455667788;
	return cases_is(gng_x86_unmap(&space, HIGH, 4096) == GNG_OK &&
			gng_x86_unmap(&space, LOW, 4096) == GNG_OK && same &&
			num_taken() == before);
}

/* rights_hold maps a page with rights and compares each access with what they say. */
static bool rights_hold(unsigned int rights)
{
	const uint64_t page = LOW + 5 * 4096ull;
	const bool write = rights & GNG_X86_WRITE, user = rights & GNG_X86_USER,
		   execute = rights & GNG_X86_EXECUTE;
	struct user_call call;
	struct cases_fault fault;
	bool hold;

	put(frames[1], 0xc3);
	if (map(page, frames[1], rights) != GNG_OK)
		return false;
	hold = !cases_guard(do_read, page).caught;
	fault = cases_guard(do_write, page);
	hold = hold && (write ? !fault.caught : faults_with(fault, 3, page));
	fault = cases_guard(do_execute, page);
	hold = hold && (execute ? !fault.caught : faults_with(fault, 0x11, page));
	fault = as_user(&call, page, false);
	hold = hold && (user ? call.num == 1 : faults_with(fault, 5, page));
	fault = as_user(&call, page, true);
	hold = hold && (user && write ? call.num == 1 : faults_with(fault, 7, page));
	return gng_x86_unmap(&space, page, 4096) == GNG_OK && hold;
}

static enum cases_result each_right_is_what_the_processor_grants(void)
{
	for (unsigned int rights = 0; rights < 8; rights++)
		if (!rights_hold(rights))
			return CASES_NOT_OK;
	return CASES_OK;
}

static enum cases_result what_is_unmapped_faults_at_once(void)
{
	bool was;

	if (map(HIGH, frames[0], GNG_X86_WRITE) != GNG_OK)
		return CASES_NOT_OK;
	was = !cases_guard(do_read, HIGH).caught; /* now the processor knows the translation */
	return cases_is(gng_x86_unmap(&space, HIGH, 4096) == GNG_OK && was &&
			faults_with(cases_guard(do_read, HIGH), 0, HIGH) &&
			faults_with(cases_guard(do_write, HIGH + 1), 2, HIGH + 1));
}

static enum cases_result rights_change_at_once(void)
{
	bool before, after;

	if (map(HIGH, frames[0], GNG_X86_WRITE) != GNG_OK)
		return CASES_NOT_OK;
	before = !cases_guard(do_write, HIGH).caught;
	after = gng_x86_protect(&space, HIGH, 4096, 0) == GNG_OK &&
		faults_with(cases_guard(do_write, HIGH), 3, HIGH);
	return cases_is(gng_x86_unmap(&space, HIGH, 4096) == GNG_OK && before && after);
}

/* 2 MiB of which a page is taken out: its neighbours stay, and are the frames that they were. */
static enum cases_result a_large_page_splits(void)
{
	const unsigned int before = num_taken();
	struct gng_x86_translation large, small;
	bool kept;

	if (gng_x86_map(&space, HIGH, 0, MIB2, GNG_X86_WRITE) != GNG_OK ||
	    gng_x86_translate(&space, &large, HIGH) != GNG_OK || large.page_len != MIB2)
		return CASES_NOT_OK;
	do_read(HIGH + (uint64_t)frames[0]);
	if (gng_x86_unmap(&space, HIGH + (uint64_t)frames[0], 4096) != GNG_OK ||
	    gng_x86_translate(&space, &small, HIGH) != GNG_OK || small.page_len != 4096)
		return CASES_NOT_OK;
	put(frames[1] + 7, 0x5a);
	kept = *(volatile uint8_t *)(HIGH + (uint64_t)frames[1] + 7) == 0x5a &&
	       faults_with(cases_guard(do_read, HIGH + (uint64_t)frames[0]), 0,
			   HIGH + (uint64_t)frames[0]);
	return cases_is(gng_x86_unmap(&space, HIGH, (uint64_t)frames[0]) == GNG_OK &&
			gng_x86_unmap(&space, HIGH + (uint64_t)frames[1],
				      MIB2 - (uint64_t)frames[1]) == GNG_OK &&
			kept && num_taken() == before);
}

static enum cases_result a_page_of_1_gib_is_one_entry(void)
{
	const uint64_t gib = 1ull << 30;
	const unsigned int before = num_taken();
	bool same;

	if (!space.has_1g_pages)
		return cases_skip("CPUID.80000001H:EDX[26] is 0: no pages of 1 GiB");
	if (gng_x86_map(&space, HIGH, 0, gib, 0) != GNG_OK)
		return CASES_NOT_OK;
	put(frames[0] + 9, 0xa5);
	same = num_taken() == before + 1 &&
	       *(volatile uint8_t *)(HIGH + (uint64_t)frames[0] + 9) == 0xa5;
	return cases_is(gng_x86_unmap(&space, HIGH, gib) == GNG_OK && same &&
			num_taken() == before);
}

const struct cases_one cases_all[] = {
	{"the_kernel_runs_on_its_own_tables", the_kernel_runs_on_its_own_tables},
	{"two_addresses_are_one_frame", two_addresses_are_one_frame},
	{"each_right_is_what_the_processor_grants", each_right_is_what_the_processor_grants},
	{"what_is_unmapped_faults_at_once", what_is_unmapped_faults_at_once},
	{"rights_change_at_once", rights_change_at_once},
	{"a_large_page_splits", a_large_page_splits},
	{"a_page_of_1_gib_is_one_entry", a_page_of_1_gib_is_one_entry},
	{0},
};
