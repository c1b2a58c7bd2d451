/* SPDX-License-Identifier: Apache-2.0 */
/*
 * life_test.c - an object through all its states, on interfaces of a network namespace and a BPF
 * file system of a mount namespace that are this process's own. After each test nothing is
 * attached, pinned or open.
 */
/* needs: bpf */
#include "stage.h"

/* ---- tests ---- */

static void each_state_follows_the_one_before(void **state)
{
	const size_t before = samples_count_fds();
	struct gng_bpfobj *object = begin();
	struct gng_why why;
	uint32_t pass;

	(void)state;
	if (!object)
		return;
	assert_int_equal(gng_bpfobj_state_of(object), GNG_BPFOBJ_LOADED);
	pass = id_of(object, "pass");
	attach_to(object, "pass", LOOPBACK);
	assert_int_equal(gng_bpfobj_state_of(object), GNG_BPFOBJ_ATTACHED);
	must(gng_bpfobj_update(object, "pass", "drop", &why), &why);
	attach_to(object, "traced", 0);
	must(gng_bpfobj_detach(object, "drop", &why), &why);
	assert_int_equal(gng_bpfobj_state_of(object), GNG_BPFOBJ_ATTACHED);
	must(gng_bpfobj_detach(object, "traced", &why), &why);
	assert_int_equal(gng_bpfobj_state_of(object), GNG_BPFOBJ_LOADED);
	gng_bpfobj_close(object);
	assert_int_equal(samples_count_fds(), before);
	assert_false(is_alive(pass));
}

static void what_is_attached_is_what_packets_meet(void **state)
{
	struct gng_bpfobj *object = begin();
	struct gng_why why;

	(void)state;
	if (!object)
		return;
	assert_true(loopback_passes());
	attach_to(object, "drop", LOOPBACK);
	assert_false(loopback_passes());
	must(gng_bpfobj_update(object, "drop", "pass", &why), &why);
	assert_true(loopback_passes());
	must(gng_bpfobj_update(object, "pass", "drop", &why), &why);
	assert_false(loopback_passes());
	must(gng_bpfobj_detach(object, "drop", &why), &why);
	assert_true(loopback_passes());
	gng_bpfobj_close(object);
}

static void a_closed_object_is_not_at_its_hook(void **state)
{
	struct gng_bpfobj *object = begin();

	(void)state;
	if (!object)
		return;
	assert_true(loopback_passes());
	attach_to(object, "drop", LOOPBACK);
	assert_false(loopback_passes());
	gng_bpfobj_close(object);
	assert_true(loopback_passes());
}

/* ---- wrong states ---- */

static enum gng_status call_load(struct gng_bpfobj *object, struct gng_why *why)
{
	return gng_bpfobj_load(object, why);
}

static enum gng_status call_autoload(struct gng_bpfobj *object, struct gng_why *why)
{
	return gng_bpfobj_autoload(object, "pass", true, why);
}

static enum gng_status call_rodata(struct gng_bpfobj *object, struct gng_why *why)
{
	const uint32_t value = 1;

	return gng_bpfobj_rodata(object, "answer", &value, sizeof(value), why);
}

static enum gng_status call_keep_map(struct gng_bpfobj *object, struct gng_why *why)
{
	return gng_bpfobj_keep_map(object, "numbers", below("numbers"), why);
}

static enum gng_status call_aim(struct gng_bpfobj *object, struct gng_why *why)
{
	return gng_bpfobj_aim(object, "pass", 0, "vfs_read", why);
}

static enum gng_status call_attach(struct gng_bpfobj *object, struct gng_why *why)
{
	return gng_bpfobj_attach(object, "traced", NULL, why);
}

static enum gng_status call_adopt(struct gng_bpfobj *object, struct gng_why *why)
{
	return gng_bpfobj_adopt(object, "pass", below("link"), why);
}

static enum gng_status call_update(struct gng_bpfobj *object, struct gng_why *why)
{
	return gng_bpfobj_update(object, "pass", "drop", why);
}

static enum gng_status call_detach(struct gng_bpfobj *object, struct gng_why *why)
{
	return gng_bpfobj_detach(object, "pass", why);
}

static enum gng_status call_pin(struct gng_bpfobj *object, struct gng_why *why)
{
	return gng_bpfobj_pin(object, below("pins"), why);
}

static enum gng_status call_unpin(struct gng_bpfobj *object, struct gng_why *why)
{
	return gng_bpfobj_unpin(object, why);
}

static enum gng_status call_put(struct gng_bpfobj *object, struct gng_why *why)
{
	const uint32_t key = 1;
	const uint64_t value = 1;

	return gng_bpfobj_put(object, "numbers", &key, &value, why);
}

#define OPEN (1u << GNG_BPFOBJ_OPEN)
#define LOADED (1u << GNG_BPFOBJ_LOADED)
#define ATTACHED (1u << GNG_BPFOBJ_ATTACHED)

static const struct {
	enum gng_status (*call)(struct gng_bpfobj *object, struct gng_why *why);
	unsigned int states; /* in which it is legal */
} calls[] = {
	{call_load, OPEN},
	{call_autoload, OPEN},
	{call_rodata, OPEN},
	{call_keep_map, OPEN},
	{call_aim, OPEN},
	{call_attach, LOADED | ATTACHED},
	{call_adopt, LOADED | ATTACHED},
	{call_update, ATTACHED},
	{call_detach, ATTACHED},
	{call_pin, LOADED | ATTACHED},
	{call_unpin, LOADED | ATTACHED},
	{call_put, LOADED | ATTACHED},
};

/* expect_refusals calls what is illegal in the state of object, and looks that nothing happened. */
static void expect_refusals(struct gng_bpfobj *object)
{
	const enum gng_bpfobj_state now = gng_bpfobj_state_of(object);

	for (size_t i = 0; i < COUNT_OF(calls); i++) {
		struct gng_why why = {0};

		if (calls[i].states & 1u << now)
			continue;
		assert_int_equal(calls[i].call(object, &why), GNG_EINVAL);
		if (!strstr(why.text, gng_bpfobj_state_name(now)) || !strstr(why.text, "must be"))
			suite_fail("call %zu: %s", i, why.text);
		assert_int_equal(gng_bpfobj_state_of(object), now);
	}
	assert_int_equal(count_pins(), 0);
}

static void a_call_in_a_wrong_state_is_refused_by_its_name(void **state)
{
	struct gng_bpfobj *object = begin(), *open, *refused;

	(void)state;
	if (!object)
		return;
	expect_refusals(object);
	attach_to(object, "pass", LOOPBACK);
	expect_refusals(object);
	gng_bpfobj_close(object);
	open = samples_open("life");
	expect_refusals(open);
	gng_bpfobj_close(open);
	refused = samples_open("bad");
	assert_int_equal(gng_bpfobj_load(refused, NULL), GNG_ESYS);
	assert_int_equal(gng_bpfobj_state_of(refused), GNG_BPFOBJ_REFUSED);
	expect_refusals(refused);
	gng_bpfobj_close(refused);
}

static void unknown_names_and_repeated_calls_are_refused(void **state)
{
	struct gng_bpfobj *object = begin();
	struct gng_why why;

	(void)state;
	if (!object)
		return;
	assert_int_equal(gng_bpfobj_attach(object, "nobody", NULL, &why), GNG_EINVAL);
	assert_non_null(strstr(why.text, "'nobody'"));
	attach_to(object, "pass", LOOPBACK);
	assert_int_equal(gng_bpfobj_attach(object, "pass", NULL, &why), GNG_EINVAL);
	assert_non_null(strstr(why.text, "attached already"));
	assert_int_equal(gng_bpfobj_update(object, "drop", "pass", &why), GNG_EINVAL);
	assert_non_null(strstr(why.text, "'drop' is not attached"));
	assert_int_equal(gng_bpfobj_detach(object, "drop", &why), GNG_EINVAL);
	assert_int_equal(gng_bpfobj_unpin(object, &why), GNG_EINVAL);
	assert_non_null(strstr(why.text, "not pinned"));
	gng_bpfobj_close(object);
}

/* ---- set-up ---- */

static void a_constant_is_set_before_the_load(void **state)
{
	struct gng_bpfobj *object;
	const uint32_t answer = 4;
	struct gng_bpfobj_program one = {0};
	uint8_t packet[64] = {0};
	struct gng_bpf_run run = {.in = packet, .in_len = sizeof(packet)};
	struct gng_why why;

	(void)state;
	if (!samples_may())
		return;
	object = samples_open("life");
	if (!object)
		return;
	assert_int_equal(gng_bpfobj_rodata(object, "answer", &answer, 2, &why), GNG_EINVAL);
	assert_non_null(strstr(why.text, "has 4 bytes"));
	assert_int_equal(gng_bpfobj_rodata(object, "question", &answer, 4, &why), GNG_EINVAL);
	must(gng_bpfobj_rodata(object, "answer", &answer, sizeof(answer), &why), &why);
	must(gng_bpfobj_load(object, &why), &why);
	for (size_t i = 0; gng_bpfobj_program_at(object, i, &one); i++)
		if (strcmp(one.name, "pass") == 0)
			break;
	must(gng_bpf_run_once(&run, one.fd, &why), &why);
	assert_int_equal(run.retval, answer);
	gng_bpfobj_close(object);
}

static void a_program_that_is_set_aside_is_not_loaded(void **state)
{
	struct gng_bpfobj *object;
	struct gng_bpfobj_program one;
	struct gng_why why;

	(void)state;
	if (!samples_may())
		return;
	object = samples_open("life");
	if (!object)
		return;
	samples_only(object, "drop");
	must(gng_bpfobj_load(object, &why), &why);
	for (size_t i = 0; gng_bpfobj_program_at(object, i, &one); i++)
		assert_int_equal(one.fd >= 0, strcmp(one.name, "drop") == 0);
	assert_int_equal(gng_bpfobj_attach(object, "traced", NULL, &why), GNG_EINVAL);
	assert_non_null(strstr(why.text, "autoload was off"));
	gng_bpfobj_close(object);
}

static void a_full_map_is_said_to_be_full(void **state)
{
	struct gng_bpfobj *object = begin();
	const uint64_t value = 7;
	struct gng_why why = {0};

	(void)state;
	if (!object)
		return;
	for (uint32_t key = 0; key < 4; key++)
		must(gng_bpfobj_put(object, "numbers", &key, &value, &why), &why);
	assert_int_equal(gng_bpfobj_put(object, "numbers", &(uint32_t){4}, &value, &why),
			 GNG_ELIMIT);
	assert_int_equal(why.sys_errno, E2BIG);
	assert_non_null(strstr(why.text, "'numbers' is full: it has room for 4"));
	must(gng_bpfobj_put(object, "numbers", &(uint32_t){3}, &value, &why), &why);
	gng_bpfobj_close(object);
}

/* ---- an interface that goes ---- */

/* tap makes an interface that lives as long as its descriptor; -1, and the test is skipped, where
 * it cannot. */
static int tap(unsigned int *ifindex)
{
	struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
	const int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	snprintf(request.ifr_name, sizeof(request.ifr_name), "gonogo0");
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) != 0) {
		gng_probe_skip("there is no /dev/net/tun", "modprobe tun, as root");
		return -1;
	}
	*ifindex = if_nametoindex(request.ifr_name);
	return fd;
}

static void an_interface_that_is_gone_is_said_to_be(void **state)
{
	struct gng_bpfobj *object = begin();
	struct gng_bpfobj_target target = {.ifindex = 4000000};
	struct gng_why why;

	(void)state;
	if (!object)
		return;
	assert_int_equal(gng_bpfobj_attach(object, "pass", &target, &why), GNG_ESYS);
	assert_int_equal(why.sys_errno, ENODEV);
	assert_non_null(strstr(why.text, "no interface 4000000"));
	assert_int_equal(gng_bpfobj_state_of(object), GNG_BPFOBJ_LOADED);
	gng_bpfobj_close(object);
}

static void a_link_outlives_its_interface_and_says_so(void **state)
{
	struct gng_bpfobj *object = begin();
	unsigned int ifindex;
	struct gng_why why;
	int fd;

	(void)state;
	if (!object)
		return;
	fd = tap(&ifindex);
	if (fd < 0)
		return gng_bpfobj_close(object);
	attach_to(object, "pass", ifindex);
	close(fd);
	assert_int_equal(gng_bpfobj_update(object, "pass", "drop", &why), GNG_ESYS);
	assert_int_equal(why.sys_errno, ENOLINK);
	must(gng_bpfobj_detach(object, "pass", &why), &why);
	assert_int_equal(gng_bpfobj_state_of(object), GNG_BPFOBJ_LOADED);
	gng_bpfobj_close(object);
}

static void a_second_program_at_an_interface_is_refused(void **state)
{
	struct gng_bpfobj *object = begin();
	const struct gng_bpfobj_target target = {.ifindex = LOOPBACK};
	struct gng_why why;

	(void)state;
	if (!object)
		return;
	attach_to(object, "pass", LOOPBACK);
	assert_int_equal(gng_bpfobj_attach(object, "drop", &target, &why), GNG_ESYS);
	assert_int_equal(why.sys_errno, EBUSY);
	gng_bpfobj_close(object);
}

const struct suite_test suite_tests[] = {
	TEST(each_state_follows_the_one_before, "B1.bpf.life-cycle"),
	TEST(what_is_attached_is_what_packets_meet, "B1.bpf.life-cycle"),
	TEST(a_closed_object_is_not_at_its_hook, "B1.bpf.life-cycle"),
	TEST(a_call_in_a_wrong_state_is_refused_by_its_name, "B1.bpf.life-cycle"),
	TEST(unknown_names_and_repeated_calls_are_refused, "B1.bpf.life-cycle"),
	TEST(a_constant_is_set_before_the_load, "B1.bpf.life-cycle"),
	TEST(a_program_that_is_set_aside_is_not_loaded, "B1.bpf.life-cycle"),
	TEST(a_full_map_is_said_to_be_full, "B1.bpf.life-cycle"),
	TEST(an_interface_that_is_gone_is_said_to_be, "B1.bpf.life-cycle"),
	TEST(a_link_outlives_its_interface_and_says_so, "B1.bpf.life-cycle"),
	TEST(a_second_program_at_an_interface_is_refused, "B1.bpf.life-cycle"),
	{0},
};
