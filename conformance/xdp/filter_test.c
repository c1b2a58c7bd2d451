/* SPDX-License-Identifier: Apache-2.0 */
/* filter_test.c - what the rules say is what the kernel does with a frame. */
#include "world.h"

#include <sys/wait.h>

#include "filter_frames.h"

static const struct gng_xdp_request both = {.max_tuples = 16, .max_prefixes = 16};

static uint32_t filtered(struct gng_xdp *xdp, const struct gng_xdp_flow *flow)
{
	uint8_t frame[FRAME_CAP];

	return verdict_of(xdp, GNG_XDP_FILTER, frame, frame_make(frame, flow));
}

/* ---- tuples ---- */

/* changed alters one part of a five-tuple; false behind the last. */
static bool changed(struct gng_xdp_flow *flow, unsigned int part)
{
	switch (part) {
	case 0:
		flow->source[flow->version == 4 ? 3 : 15] ^= 1;
		return true;
	case 1:
		flow->dest[0] ^= 0x80;
		return true;
	case 2:
		flow->source_port ^= 0x100;
		return true;
	case 3:
		flow->dest_port ^= 1;
		return true;
	case 4:
		flow->protocol = flow->protocol == UDP ? TCP : UDP;
		return true;
	default:
		return false;
	}
}

static void check_tuple(struct gng_xdp *xdp, const struct gng_xdp_flow *flow)
{
	struct gng_why why = {0};
	struct gng_xdp_flow other;
	uint32_t number = 0;
	unsigned int part = 0;
	uint64_t before;

	assert_int_equal(filtered(xdp, flow), XDP_PASS_VERDICT);
	good(gng_xdp_add_tuple(xdp, &number, flow, true, &why), &why);
	assert_int_equal(filtered(xdp, flow), XDP_DROP_VERDICT);
	assert_int_equal(gng_xdp_hits(xdp, number), 1);
	before = gng_xdp_hits(xdp, 0);
	for (other = *flow; changed(&other, part); other = *flow, part++)
		assert_int_equal(filtered(xdp, &other), XDP_PASS_VERDICT);
	assert_int_equal(part, 5);
	assert_int_equal(gng_xdp_hits(xdp, 0) - before, 5);
	assert_int_equal(gng_xdp_hits(xdp, number), 1);
}

static void a_tuple_drops_what_it_names_and_nothing_else(void **state)
{
	struct gng_xdp *xdp = programs_open(&both);
	struct gng_xdp_flow flow = flow_of(1, 53);

	(void)state;
	if (!xdp)
		return;
	check_tuple(xdp, &flow);
	flow = flow_of(4, 53);
	flow.protocol = TCP;
	check_tuple(xdp, &flow);
	flow.version = 6;
	memcpy(flow.source, "0123456789abcdef", 16);
	memcpy(flow.dest, "fedcba9876543210", 16);
	check_tuple(xdp, &flow);
	programs_close(xdp);
}

static void a_rule_that_is_there_is_changed_and_keeps_its_number(void **state)
{
	struct gng_xdp *xdp = programs_open(&both);
	const struct gng_xdp_flow flow = flow_of(1, 53);
	struct gng_why why = {0};
	uint32_t first, second, prefix, again;

	(void)state;
	if (!xdp)
		return;
	good(gng_xdp_add_tuple(xdp, &first, &flow, true, &why), &why);
	good(gng_xdp_add_prefix(xdp, &prefix, &flow, 24, true, &why), &why);
	good(gng_xdp_add_tuple(xdp, &second, &flow, false, &why), &why);
	assert_int_equal(first, second);
	assert_int_equal(filtered(xdp, &flow), XDP_PASS_VERDICT);
	good(gng_xdp_add_prefix(xdp, &again, &flow, 24, false, &why), &why);
	assert_int_equal(again, prefix);
	good(gng_xdp_add_prefix(xdp, &again, &flow, 25, false, &why), &why);
	assert_int_not_equal(again, prefix); /* a look-up finds the shorter one */
	programs_close(xdp);
}

/* ---- prefixes ---- */

/* nested drops 10.1/16, passes 10.1.2/24 in it, and drops 10.1.2.0/30 in that. */
static const struct {
	unsigned int bits;
	bool drop;
} nested[] = {{16, true}, {24, false}, {30, true}};

static const struct {
	uint8_t source[4];
	uint32_t verdict;
} decided[] = {
	{{10, 1, 3, 3}, XDP_DROP_VERDICT}, {{10, 1, 2, 4}, XDP_PASS_VERDICT},
	{{10, 1, 2, 3}, XDP_DROP_VERDICT}, {{10, 1, 2, 0}, XDP_DROP_VERDICT},
	{{10, 2, 2, 1}, XDP_PASS_VERDICT}, {{11, 1, 2, 1}, XDP_PASS_VERDICT},
};

static void add_nested(struct gng_xdp *xdp, struct gng_xdp_flow flow, size_t order)
{
	struct gng_why why = {0};
	uint32_t number;

	for (size_t i = 0; i < COUNT_OF(nested); i++) {
		const size_t which = (i + order) % COUNT_OF(nested);
		const unsigned int shift = flow.version == 4 ? 0 : 96;

		good(gng_xdp_add_prefix(xdp, &number, &flow, nested[which].bits + shift,
					nested[which].drop, &why),
		     &why);
	}
}

/* mapped makes the address the end of one of IPv6. */
static struct gng_xdp_flow mapped(const uint8_t source[4], uint8_t version)
{
	struct gng_xdp_flow flow = flow_of(0, 80);

	flow.version = version;
	memset(flow.source, 0x20, sizeof(flow.source));
	memcpy(flow.source + (version == 4 ? 0 : 12), source, 4);
	return flow;
}

static void the_longest_prefix_decides(void **state)
{
	(void)state;
	for (size_t order = 0; order < COUNT_OF(nested); order++) {
		struct gng_xdp *xdp = programs_open(&both);

		if (!xdp)
			return;
		add_nested(xdp, mapped(decided[3].source, 4), order);
		add_nested(xdp, mapped(decided[3].source, 6), order);
		for (size_t i = 0; i < COUNT_OF(decided); i++)
			for (uint8_t version = 4; version <= 6; version += 2) {
				const struct gng_xdp_flow flow = mapped(decided[i].source, version);

				assert_int_equal(filtered(xdp, &flow), decided[i].verdict);
			}
		programs_close(xdp);
	}
}

static void a_tuple_goes_before_a_prefix(void **state)
{
	struct gng_xdp *xdp = programs_open(&both);
	const struct gng_xdp_flow flow = flow_of(1, 53), other = flow_of(1, 54);
	struct gng_why why = {0};
	uint32_t number;

	(void)state;
	if (!xdp)
		return;
	good(gng_xdp_add_prefix(xdp, &number, &flow, 8, true, &why), &why);
	good(gng_xdp_add_tuple(xdp, &number, &flow, false, &why), &why);
	assert_int_equal(filtered(xdp, &flow), XDP_PASS_VERDICT);
	assert_int_equal(filtered(xdp, &other), XDP_DROP_VERDICT);
	programs_close(xdp);
}

static void what_no_rule_names_is_dropped_where_that_is_wanted(void **state)
{
	const struct gng_xdp_request request = {.max_prefixes = 1, .drop_others = true};
	struct gng_xdp *xdp = programs_open(&request);
	const struct gng_xdp_flow flow = flow_of(1, 53);
	struct gng_xdp_flow other = flow;
	struct gng_why why = {0};
	uint8_t frame[FRAME_CAP];
	uint32_t number;

	(void)state;
	if (!xdp)
		return;
	good(gng_xdp_add_prefix(xdp, &number, &flow, 32, false, &why), &why);
	other.source[3]++;
	assert_int_equal(filtered(xdp, &flow), XDP_PASS_VERDICT);
	assert_int_equal(filtered(xdp, &other), XDP_DROP_VERDICT);
	frame_make(frame, &other);
	frame[12] = 0x08;
	frame[13] = 0x06; /* ARP is no matter of the rules */
	assert_int_equal(verdict_of(xdp, GNG_XDP_FILTER, frame, 60), XDP_PASS_VERDICT);
	programs_close(xdp);
}

/* ---- bad input ---- */

static void a_full_table_says_so_and_stays(void **state)
{
	const struct gng_xdp_request small = {.max_tuples = 3, .max_prefixes = 3};
	struct gng_xdp *xdp = programs_open(&small);
	struct gng_why why = {0};
	uint32_t number;

	(void)state;
	if (!xdp)
		return;
	for (uint8_t i = 0; i < 4; i++) {
		const struct gng_xdp_flow flow = flow_of(i, 53);
		const enum gng_status expected = i < 3 ? GNG_OK : GNG_ELIMIT;

		assert_int_equal(gng_xdp_add_tuple(xdp, &number, &flow, true, &why), expected);
		assert_int_equal(filtered(xdp, &flow), i < 3 ? XDP_DROP_VERDICT : XDP_PASS_VERDICT);
	}
	assert_non_null(strstr(why.text, "tuples4 is full"));
	for (uint8_t i = 0; i < 4; i++) {
		struct gng_xdp_flow flow = flow_of(i, 53);

		flow.source[0] = 11;
		assert_int_equal(gng_xdp_add_prefix(xdp, &number, &flow, 32, true, &why),
				 i < 3 ? GNG_OK : GNG_ELIMIT);
		assert_int_equal(filtered(xdp, &flow), i < 3 ? XDP_DROP_VERDICT : XDP_PASS_VERDICT);
	}
	assert_non_null(strstr(why.text, "prefixes4 is full"));
	programs_close(xdp);
}

/* many is the i-th of flows that differ in one part or another. */
static struct gng_xdp_flow many(uint32_t i)
{
	struct gng_xdp_flow flow = flow_of((uint8_t)(i % 7), (uint16_t)(i / 7 * 3));

	flow.version = i % 5 == 0 ? 6 : 4;
	flow.source_port = (uint16_t)(i * 257);
	return flow;
}

/* Each has its own number, so a hit tells which rule was found. */
static void each_tuple_of_a_full_table_is_found(void **state)
{
	const struct gng_xdp_request request = {.max_tuples = 10000};
	struct gng_xdp *xdp = programs_open(&request);
	struct gng_xdp_flow flow;
	struct gng_why why = {0};
	uint32_t number;

	(void)state;
	if (!xdp)
		return;
	for (uint32_t i = 1; i < 4096; i++) {
		flow = many(i);
		good(gng_xdp_add_tuple(xdp, &number, &flow, i % 3 != 0, &why), &why);
		assert_int_equal(number, i);
	}
	for (uint32_t i = 1; i < 4096; i++) {
		flow = many(i);
		assert_int_equal(filtered(xdp, &flow),
				 i % 3 != 0 ? XDP_DROP_VERDICT : XDP_PASS_VERDICT);
		assert_int_equal(gng_xdp_hits(xdp, i), 1);
	}
	flow = many(4096);
	assert_int_equal(gng_xdp_add_tuple(xdp, &number, &flow, true, &why), GNG_ELIMIT);
	assert_non_null(strstr(why.text, "there are 4095 rules"));
	flow = many(1);
	good(gng_xdp_add_tuple(xdp, &number, &flow, false, &why), &why);
	assert_int_equal(number, 1);
	assert_int_equal(filtered(xdp, &flow), XDP_PASS_VERDICT);
	programs_close(xdp);
}

static void a_table_that_was_not_asked_for_takes_nothing(void **state)
{
	struct gng_xdp *xdp = programs_open(NULL);
	struct gng_xdp_flow flow = flow_of(1, 53);
	struct gng_why why = {0};
	uint32_t number = 77;

	(void)state;
	if (!xdp)
		return;
	for (flow.version = 4; flow.version <= 6; flow.version += 2) {
		assert_int_equal(gng_xdp_add_tuple(xdp, &number, &flow, true, &why), GNG_ELIMIT);
		assert_non_null(strstr(why.text, "is full; open with more entries"));
		assert_int_equal(gng_xdp_add_prefix(xdp, &number, &flow, 8, true, &why),
				 GNG_ELIMIT);
		assert_non_null(strstr(why.text, "is full; open with more entries"));
	}
	assert_int_equal(number, 77);
	programs_close(xdp);
}

static void a_rule_that_cannot_be_is_refused(void **state)
{
	struct gng_xdp *xdp = programs_open(&both);
	struct gng_xdp_flow flow = flow_of(1, 53);
	struct gng_why why = {0};
	uint32_t number = 77;

	(void)state;
	if (!xdp)
		return;
	assert_int_equal(gng_xdp_add_prefix(xdp, &number, &flow, 33, true, &why), GNG_EINVAL);
	flow.version = 6;
	assert_int_equal(gng_xdp_add_prefix(xdp, &number, &flow, 129, true, &why), GNG_EINVAL);
	flow.version = 5;
	assert_int_equal(gng_xdp_add_prefix(xdp, &number, &flow, 8, true, &why), GNG_EINVAL);
	assert_int_equal(gng_xdp_add_tuple(xdp, &number, &flow, true, &why), GNG_EINVAL);
	assert_int_equal(number, 77);
	programs_close(xdp);
}

/* The kernel and this machine agree on each cut of each frame. TEST_RUN takes 14 bytes at least. */
static void a_frame_is_malformed_where_the_parser_says_so(void **state)
{
	const struct gng_xdp_request request = {.max_tuples = 1};
	struct gng_xdp *xdp = programs_open(&request);
	uint64_t num_malformed = 0, num_parsed = 0;

	(void)state;
	if (!xdp)
		return;
	for (size_t which = 0; which < NUM_FRAMES; which++) {
		uint8_t frame[FRAME_CAP];
		const size_t whole = frame_named(frame, which);

		for (size_t len = 14; len <= whole; len++) {
			struct gng_xdp_flow flow;
			size_t payload;
			bool fragment;
			const enum gng_xdp_parsed parsed =
				gng_xdp_parse(&flow, &payload, &fragment, frame, len);
			const bool bad = parsed > GNG_XDP_NOT_IP;

			assert_int_equal(verdict_of(xdp, GNG_XDP_FILTER, frame, len),
					 bad ? XDP_DROP_VERDICT : XDP_PASS_VERDICT);
			num_malformed += bad;
			num_parsed += parsed == GNG_XDP_PARSED;
		}
	}
	assert_int_equal(gng_xdp_counts(xdp).malformed, num_malformed);
	assert_int_equal(gng_xdp_hits(xdp, 0), num_parsed);
	assert_int_equal(num_parsed, 8);
	assert_true(num_malformed > 100);
	programs_close(xdp);
}

/* ---- echo ---- */

static void an_echo_swaps_both_ends_and_keeps_the_sum(void **state)
{
	struct gng_xdp *xdp = programs_open(NULL);
	const struct gng_xdp_flow flow = flow_of(1, 7);
	uint8_t frame[GNG_XDP_FRAME_LEN], out[256];
	struct gng_xdp_flow back;
	struct gng_why why = {0};
	size_t len = sizeof(out), payload;
	uint32_t verdict;
	bool fragment;

	(void)state;
	if (!xdp)
		return;
	gng_xdp_frame_fill(frame, &flow);
	good(gng_xdp_run(&verdict, gng_xdp_fd(xdp, GNG_XDP_ECHO), frame, sizeof(frame), out, &len,
			 &why),
	     &why);
	assert_int_equal(verdict, XDP_TX_VERDICT);
	assert_int_equal(len, sizeof(frame));
	assert_memory_equal(out, frame + 6, 6);
	assert_memory_equal(out + 6, frame, 6);
	assert_int_equal(gng_xdp_parse(&back, &payload, &fragment, out, len), GNG_XDP_PARSED);
	assert_memory_equal(back.source, flow.dest, 4);
	assert_memory_equal(back.dest, flow.source, 4);
	assert_int_equal(back.source_port, flow.dest_port);
	assert_int_equal(back.dest_port, flow.source_port);
	assert_memory_equal(out + 24, frame + 24, 2); /* the sum of IP's header */
	assert_memory_equal(out + 40, frame + 40, sizeof(frame) - 40);
	programs_close(xdp);
}

/* ---- without privilege ---- */

static void without_privilege_it_says_so(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	pid = fork();
	if (pid == 0) {
		struct gng_xdp *xdp;
		struct gng_why why;

		if (geteuid() == 0 && setuid(65534) != 0)
			_exit(99);
		_exit((int)gng_xdp_open(&xdp, NULL, &why));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), GNG_EPERM);
}

const struct suite_test suite_tests[] = {
	TEST(a_tuple_drops_what_it_names_and_nothing_else, "B3.xdp.filter"),
	TEST(a_rule_that_is_there_is_changed_and_keeps_its_number, "B3.xdp.filter"),
	TEST(the_longest_prefix_decides, "B3.xdp.filter"),
	TEST(a_tuple_goes_before_a_prefix, "B3.xdp.filter"),
	TEST(what_no_rule_names_is_dropped_where_that_is_wanted, "B3.xdp.filter"),
	TEST(a_full_table_says_so_and_stays, "B3.xdp.filter"),
	TEST(each_tuple_of_a_full_table_is_found, "B3.xdp.filter"),
	TEST(a_table_that_was_not_asked_for_takes_nothing, "B3.xdp.filter"),
	TEST(a_rule_that_cannot_be_is_refused, "B3.xdp.filter"),
	TEST(a_frame_is_malformed_where_the_parser_says_so, "B3.xdp.filter"),
	TEST(an_echo_swaps_both_ends_and_keeps_the_sum, "B3.xdp.filter"),
	TEST(without_privilege_it_says_so, "B3.xdp.filter"),
	{0},
};
