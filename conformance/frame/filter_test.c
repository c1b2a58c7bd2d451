/* SPDX-License-Identifier: Apache-2.0 */
/* filter_test.c - rules in words against frames made here; every prefix length bit by bit. */
#include "../suite.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include <gng_frame.h>

/* made is a frame as the reader would leave it, with addresses where it says. */
struct made {
	struct gng_frame frame;
	uint8_t bytes[64];
};

static void make(struct made *made, uint8_t version, uint8_t protocol, uint16_t sport,
		 uint16_t dport)
{
	memset(made, 0, sizeof(*made));
	made->frame.version = version;
	made->frame.protocol = protocol;
	made->frame.network_at = 14;
	made->frame.has_ports = sport || dport;
	made->frame.ports[0] = sport;
	made->frame.ports[1] = dport;
	if (version == 4) {
		inet_pton(AF_INET, "192.0.2.1", made->bytes + 26);
		inet_pton(AF_INET, "198.51.100.7", made->bytes + 30);
	} else if (version == 6) {
		inet_pton(AF_INET6, "2001:db8::1", made->bytes + 22);
		inet_pton(AF_INET6, "2001:db8:8000::2", made->bytes + 38);
	}
}

static const struct {
	const char *rule;
	uint8_t version, protocol;
	uint16_t sport, dport;
	bool matches;
} decided[] = {
	{"accept", 4, 17, 1, 2, true},
	{"accept", 0, 59, 0, 0, true},
	{"accept ip4", 4, 17, 1, 2, true},
	{"accept ip4", 6, 17, 1, 2, false},
	{"accept ip6", 0, 59, 0, 0, false},
	{"accept udp", 4, 17, 1, 2, true},
	{"accept udp", 4, 6, 1, 2, false},
	{"accept\ttcp  ip6 ", 6, 6, 1, 2, true},
	{"accept sport 1", 4, 17, 1, 2, true},
	{"accept sport 1", 4, 17, 2, 1, false},
	{"accept dport 1-65535", 4, 17, 1, 65535, true},
	{"accept dport 10-20", 4, 17, 1, 9, false},
	{"accept dport 10-20", 4, 17, 1, 10, true},
	{"accept dport 10-20", 4, 17, 1, 20, true},
	{"accept dport 10-20", 4, 17, 1, 21, false},
	{"accept dport 1-65535", 4, 1, 0, 0, false},
	{"accept src 192.0.2.1", 4, 17, 1, 2, true},
	{"accept src 192.0.2.0", 4, 17, 1, 2, false},
	{"accept src 192.0.3.0/23", 4, 17, 1, 2, true},
	{"accept src 192.0.4.0/22", 4, 17, 1, 2, false},
	{"accept dst 198.51.100.0/24 src 192.0.2.1", 4, 17, 1, 2, true},
	{"accept dst 198.51.100.0/24 src 192.0.2.2", 4, 17, 1, 2, false},
	{"accept dst 2001:db8::/32", 6, 17, 1, 2, true},
	{"accept dst 2001:db8::/33", 6, 17, 1, 2, false},
	{"accept src ::/1", 4, 17, 1, 2, false},
	{"accept vlan 0", 4, 17, 1, 2, false},
};

static void each_word_asks_for_what_it_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(decided); i++) {
		struct gng_frame_filter filter = {0};
		struct gng_why why = {0};
		struct made made;

		make(&made, decided[i].version, decided[i].protocol, decided[i].sport,
		     decided[i].dport);
		if (gng_frame_filter_add(&filter, decided[i].rule, &why) != GNG_OK)
			suite_fail("'%s': %s", decided[i].rule, why.text);
		if (gng_frame_filter_match(&filter, &made.frame, made.bytes) != decided[i].matches)
			suite_fail("row %zu, '%s': %s", i, decided[i].rule,
				   decided[i].matches ? "no match" : "a match");
		assert_int_equal(filter.num_matched[0], decided[i].matches);
		assert_int_equal(filter.num_matched[1], !decided[i].matches);
	}
}

static void a_vlan_is_that_of_the_outermost_tag(void **state)
{
	struct gng_frame_filter filter = {0};
	struct made made;

	(void)state;
	make(&made, 4, 17, 1, 2);
	made.frame.num_tags = 2;
	made.frame.tags[0] = 0xe005; /* priority 7, VLAN 5 */
	made.frame.tags[1] = 6;
	assert_int_equal(gng_frame_filter_add(&filter, "drop vlan 6", NULL), GNG_OK);
	assert_int_equal(gng_frame_filter_add(&filter, "accept vlan 5", NULL), GNG_OK);
	assert_true(gng_frame_filter_match(&filter, &made.frame, made.bytes));
	assert_int_equal(filter.num_matched[1], 1);
}

static void the_first_rule_that_matches_decides(void **state)
{
	struct gng_frame_filter filter = {0};
	struct made made;

	(void)state;
	make(&made, 4, 17, 1, 2);
	assert_true(gng_frame_filter_match(&filter, &made.frame, made.bytes));
	memset(&filter, 0, sizeof(filter));
	assert_int_equal(gng_frame_filter_add(&filter, "drop udp dport 2", NULL), GNG_OK);
	assert_int_equal(gng_frame_filter_add(&filter, "accept udp", NULL), GNG_OK);
	assert_false(gng_frame_filter_match(&filter, &made.frame, made.bytes));
	make(&made, 4, 17, 1, 3);
	assert_true(gng_frame_filter_match(&filter, &made.frame, made.bytes));
	make(&made, 4, 6, 1, 3);
	assert_false(gng_frame_filter_match(&filter, &made.frame, made.bytes));
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(filter.num_matched[i], 1);
}

/* The address and one with a single other bit: they match up to that bit and not behind it. */
static void check_prefixes(uint8_t version, unsigned int num_bits, size_t at)
{
	char text[INET6_ADDRSTRLEN], rule[100];

	for (unsigned int bit = 0; bit < num_bits; bit++) {
		for (unsigned int len = 1; len <= num_bits; len++) {
			struct gng_frame_filter filter = {0};
			struct made made;

			make(&made, version, 17, 1, 2);
			inet_ntop(version == 4 ? AF_INET : AF_INET6, made.bytes + at, text,
				  sizeof(text));
			snprintf(rule, sizeof(rule), "accept dst %s/%u", text, len);
			assert_int_equal(gng_frame_filter_add(&filter, rule, NULL), GNG_OK);
			made.bytes[at + bit / 8] ^= (uint8_t)(0x80u >> bit % 8);
			assert_int_equal(gng_frame_filter_match(&filter, &made.frame, made.bytes),
					 bit >= len);
		}
	}
}

static void a_prefix_ends_at_its_bit(void **state)
{
	(void)state;
	check_prefixes(4, 32, 30);
	check_prefixes(6, 128, 38);
}

static const struct {
	const char *rule, *word;
} refused[] = {
	{"", "''"},
	{"   ", "''"},
	{"allow udp", "'allow'"},
	{"accept icmp", "'icmp'"},
	{"accept udp tcp", "'tcp'"},
	{"accept ip4 ip6", "'ip6'"},
	{"accept ip4 src ::1", "'::1'"},
	{"accept src 1.2.3.4 dst ::1", "'::1'"},
	{"accept sport", "''"},
	{"accept sport 0", "'0'"},
	{"accept sport 65536", "'65536'"},
	{"accept sport 99999999999999999999", "'99999999999999999999'"},
	{"accept sport -1", "'-1'"},
	{"accept sport 5-", "'5-'"},
	{"accept sport 5-4", "'5-4'"},
	{"accept sport 5-6-7", "'5-6-7'"},
	{"accept sport 5x", "'5x'"},
	{"accept vlan 4096", "'4096'"},
	{"accept vlan 1-2", "'1-2'"},
	{"accept src 1.2.3", "'1.2.3'"},
	{"accept src 1.2.3.4/33", "'1.2.3.4/33'"},
	{"accept src 1.2.3.4/0", "'1.2.3.4/0'"},
	{"accept src ::1/129", "'::1/129'"},
	{"accept src ::1/", "'::1/'"},
	{"accept vlan 000000000000000000000000000000000000000000000000000000000000000005", "..."},
};

static void a_word_that_is_none_is_named(void **state)
{
	struct gng_frame_filter filter = {0};
	struct gng_why why;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		if (gng_frame_filter_add(&filter, refused[i].rule, &why) != GNG_EFORMAT ||
		    !strstr(why.text, refused[i].word))
			suite_fail("'%s' is not refused by its word: %s", refused[i].rule,
				   why.text);
		assert_int_equal(filter.num_rules, 0);
	}
}

static void a_rule_too_many_is_refused(void **state)
{
	struct gng_frame_filter filter = {0};
	struct gng_why why;

	(void)state;
	for (int i = 0; i < GNG_FRAME_MAX_RULES; i++)
		assert_int_equal(gng_frame_filter_add(&filter, "drop", &why), GNG_OK);
	assert_int_equal(gng_frame_filter_add(&filter, "drop", &why), GNG_ELIMIT);
	assert_int_equal(filter.num_rules, GNG_FRAME_MAX_RULES);
}

const struct suite_test suite_tests[] = {
	TEST(each_word_asks_for_what_it_says, "D1.frame.filter"),
	TEST(a_vlan_is_that_of_the_outermost_tag, "D1.frame.filter"),
	TEST(the_first_rule_that_matches_decides, "D1.frame.filter"),
	TEST(a_prefix_ends_at_its_bit, "D1.frame.filter"),
	TEST(a_word_that_is_none_is_named, "D1.frame.filter"),
	TEST(a_rule_too_many_is_refused, "D1.frame.filter"),
	{0},
};
