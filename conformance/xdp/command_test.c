/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - `gonogo xdp`: its JSON, its exit status, and how it refuses. */
/* requires: jansson */
#include <jansson.h>

#include "../command.h"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <gng_xdp.h>

static json_int_t number(json_t *object, const char *key)
{
	assert_true(json_is_integer(json_object_get(object, key)));
	return json_integer_value(json_object_get(object, key));
}

/* measure returns what the command says; NULL where this process may not load programs. */
static json_t *measure(const char *arguments)
{
	const int status = command("gonogo-xdp %s --json", arguments);

	if (status == 3) {
		gng_probe_skip(command_err, "root, or gonogo lab run xdp-frames");
		return NULL;
	}
	if (status != 0)
		suite_fail("exit status %d: %s", status, command_err);
	return command_json();
}

static void check_latency(json_t *latency)
{
	static const char *const rising[] = {"p50_ns",	"p90_ns",   "p99_ns",
					     "p999_ns", "p9999_ns", "max_ns"};
	json_int_t last = 1;

	assert_int_equal(number(latency, "n"), 40000);
	for (size_t i = 0; i < COUNT_OF(rising); i++) {
		assert_true(number(latency, rising[i]) >= last);
		last = number(latency, rising[i]);
	}
}

static void it_tells_costs_rate_and_latency(void **state)
{
	json_t *answer = measure("--time 1"), *rate, *costs;

	(void)state;
	if (!answer)
		return;
	assert_string_equal(json_string_value(json_object_get(answer, "path")), "veth");
	assert_true(json_is_null(json_object_get(answer, "article")));
	check_latency(json_object_get(answer, "latency"));
	rate = json_object_get(answer, "rate");
	assert_true(number(rate, "sent") >= 500000);
	assert_int_equal(number(rate, "arrived"), number(rate, "sent"));
	costs = json_object_get(answer, "costs");
	assert_true(json_array_size(costs) >= 6);
	assert_true(json_real_value(json_object_get(command_named(costs, "program", "filter"),
						    "over_nothing_ns")) >
		    json_real_value(json_object_get(command_named(costs, "program", "fragment"),
						    "over_nothing_ns")));
	json_decref(answer);
}

/* The article's way takes longer than the clocks alone, and each frame leaves an event. */
static void the_articles_way_is_beside_it(void **state)
{
	json_t *answer = measure("--method article"), *article, *costs;

	(void)state;
	if (!answer)
		return;
	article = json_object_get(answer, "article");
	assert_int_equal(number(article, "events") + number(article, "lost"), 18000);
	costs = json_object_get(answer, "costs");
	assert_true(json_real_value(json_object_get(article, "ns")) >
		    json_real_value(
			    json_object_get(command_named(costs, "program", "two_clocks"), "ns")));
	json_decref(answer);
}

/* Root without what loads programs is as good as anybody. */
#define WITHOUT "setpriv --bounding-set=-sys_admin,-bpf,-net_admin,-perfmon "

static void a_process_that_may_not_is_told_so(void **state)
{
	(void)state;
	assert_int_equal(command("%sgonogo-xdp", geteuid() == 0 ? WITHOUT : ""), 3);
	assert_non_null(strstr(command_err, "not permitted"));
}

/* open_pair moves this process, and with it the command, into a namespace with a pair of veth. */
static bool open_pair(struct gng_xdp_pair *pair)
{
	struct gng_why why = {0};

	if (gng_xdp_pair_open(pair, &why) == GNG_OK)
		return true;
	gng_probe_skip(why.text, "root, or gonogo lab run xdp-frames");
	return false;
}

/* A pair of veth is as two ports with a cable; of one frames leave, and none arrive there. */
static void frames_that_do_not_arrive_are_status_1(void **state)
{
	struct gng_xdp_pair pair;
	json_t *answer;

	(void)state;
	if (!open_pair(&pair))
		return;
	answer = measure("--iface gonogo-b --from gonogo-a");
	if (answer) {
		assert_string_equal(json_string_value(json_object_get(answer, "path")), "port");
		json_decref(answer);
		assert_int_equal(command("gonogo-xdp --iface gonogo-b --from gonogo-b"), 1);
		assert_non_null(strstr(command_err, "frames were lost"));
	}
	gng_xdp_pair_close(&pair);
}

/* A port alone sends and hears what comes back: here the other end redirects to itself what it
 * gets, as a plug that loops would. */
static void a_port_alone_hears_what_comes_back(void **state)
{
	struct gng_xdp *mirror = NULL;
	struct gng_xdp_pair pair;
	struct gng_why why = {0};
	json_t *answer, *rate;
	size_t i;

	(void)state;
	if (!open_pair(&pair))
		return;
	if (gng_xdp_open(&mirror, NULL, &why) != GNG_OK ||
	    gng_xdp_to_interface(mirror, pair.from, &why) != GNG_OK ||
	    gng_xdp_attach(mirror, GNG_XDP_REDIRECT, pair.from, GNG_XDP_NATIVE, &why) != GNG_OK)
		suite_fail("%s", why.text);
	answer = measure("--iface gonogo-b");
	gng_xdp_close(mirror);
	gng_xdp_pair_close(&pair);
	if (!answer)
		return;
	assert_string_equal(json_string_value(json_object_get(answer, "path")), "port");
	check_latency(json_object_get(answer, "latency"));
	json_array_foreach(json_object_get(answer, "rates"), i, rate)
	{
		assert_true(number(rate, "sent") >= 500000);
		assert_int_equal(number(rate, "arrived"), number(rate, "sent"));
	}
	assert_true(i >= 2);
	json_decref(answer);
}

static void set_up(const char *name, bool up)
{
	const int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = {.ifr_flags = up ? IFF_UP : 0};

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	assert_true(any >= 0);
	assert_int_equal(ioctl(any, SIOCSIFFLAGS, &request), 0);
	close(any);
}

/* Each reason why a port alone cannot is one sentence, and status 3. */
static void a_port_alone_that_cannot_is_told_why(void **state)
{
	struct gng_xdp_pair pair;

	(void)state;
	if (!open_pair(&pair))
		return;
	if (command("gonogo-xdp --iface gonogo-b") != 3)
		suite_fail("%s", command_err);
	assert_non_null(strstr(command_err, "none of 1000 frames that gonogo-b sent came back"));
	assert_non_null(strstr(command_err, "--from IF"));
	set_up("lo", true);
	assert_int_equal(command("gonogo-xdp --iface lo"), 3);
	assert_non_null(strstr(command_err, "lo (interface 1): its driver has no native mode"));
	set_up("gonogo-a", false);
	assert_int_equal(command("gonogo-xdp --iface gonogo-b"), 3);
	assert_non_null(strstr(command_err, "gonogo-b has no link"));
	gng_xdp_pair_close(&pair);
}

static const struct command_refusal refused[] = {
	{"more", "'more'", 2},
	{"--colour", "--colour", 2},
	{"--time", "--time", 2},
	{"--time 0", "'0'", 2},
	{"--time 3601", "'3601'", 2},
	{"--time 1s", "'1s'", 2},
	{"--method guess", "'guess'", 2},
	{"--iface no-such-port --from lo", "'no-such-port'", 2},
	{"--from lo", "--iface IF --from IF", 2},
};

static void wrong_words_are_usage_errors(void **state)
{
	(void)state;
	command_refuses("gonogo-xdp", refused, COUNT_OF(refused));
	assert_int_equal(command("gonogo-xdp --help"), 0);
	assert_non_null(strstr(command_out, "usage: gonogo xdp"));
}

const struct suite_test suite_tests[] = {
	TEST(it_tells_costs_rate_and_latency, "B3.xdp.command"),
	TEST_SLOW(the_articles_way_is_beside_it, "B3.xdp.command"),
	TEST_SLOW(frames_that_do_not_arrive_are_status_1, "B3.xdp.command"),
	TEST_SLOW(a_port_alone_hears_what_comes_back, "B3.xdp.command"),
	TEST(a_port_alone_that_cannot_is_told_why, "B3.xdp.command"),
	TEST(a_process_that_may_not_is_told_so, "B3.xdp.command"),
	TEST(wrong_words_are_usage_errors, "B3.xdp.command"),
	{0},
};
