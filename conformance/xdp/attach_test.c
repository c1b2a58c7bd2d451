/* SPDX-License-Identifier: Apache-2.0 */
/* attach_test.c - interfaces that go, drivers that cannot, and processes that are killed: a reason
 * each, and nothing stays attached. */
#include "world.h"

#include <net/if.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

static void an_interface_that_is_gone_is_named(void **state)
{
	struct gng_xdp *xdp = programs_open(NULL);
	struct gng_why why = {0};
	struct gng_xdp_pair pair;

	(void)state;
	if (!xdp)
		return;
	good(gng_xdp_pair_open(&pair, &why), &why);
	good(gng_xdp_remove(pair.from, &why), &why);
	assert_int_equal(gng_xdp_attach(xdp, GNG_XDP_DROP, pair.to, GNG_XDP_NATIVE, &why),
			 GNG_ESYS);
	assert_non_null(strstr(why.text, "it is gone"));
	assert_int_equal(gng_xdp_to_interface(xdp, pair.to, &why), GNG_ESYS);
	assert_non_null(strstr(why.text, "it is gone"));
	gng_xdp_pair_close(&pair);
	programs_close(xdp);
}

/* A link outlives its interface, and says so. */
static void an_interface_that_goes_later_is_no_place_to_reload(void **state)
{
	struct gng_xdp *xdp = programs_open(NULL);
	struct gng_why why = {0};
	struct gng_xdp_pair pair;

	(void)state;
	if (!xdp)
		return;
	good(gng_xdp_pair_open(&pair, &why), &why);
	assert_int_equal(gng_xdp_swap(xdp, GNG_XDP_SWAP_LINK, true, pair.to), -ENODEV);
	good(gng_xdp_attach(xdp, GNG_XDP_WORKER_A, pair.to, GNG_XDP_NATIVE, &why), &why);
	assert_int_equal(gng_xdp_swap(xdp, GNG_XDP_SWAP_LINK, true, pair.to), 0);
	good(gng_xdp_remove(pair.from, &why), &why);
	assert_int_equal(gng_xdp_swap(xdp, GNG_XDP_SWAP_LINK, false, pair.to), -ENOLINK);
	gng_xdp_pair_close(&pair);
	programs_close(xdp);
}

static void pause_us(long us)
{
	const struct timespec pause = {0, us > 0 ? us * 1000 : 0};

	nanosleep(&pause, NULL);
}

/* remover deletes one interface of a pair after a while, on this thread's namespace. */
struct remover {
	int interface;
	long after_us;
	enum gng_status status;
};

static void *remove_later(void *arg)
{
	struct remover *remover = arg;

	pause_us(remover->after_us);
	remover->status = gng_xdp_remove(remover->interface, NULL);
	return NULL;
}

/* attached_in_time attaches while a thread removes; one of them waits first. */
static bool attached_in_time(struct gng_xdp *xdp, long after_us)
{
	struct gng_xdp_pair pair;
	struct gng_why why = {0};
	struct remover remover = {.after_us = after_us};
	enum gng_status status;
	pthread_t thread;

	good(gng_xdp_pair_open(&pair, &why), &why);
	remover.interface = pair.from;
	assert_int_equal(pthread_create(&thread, NULL, remove_later, &remover), 0);
	pause_us(-after_us);
	status = gng_xdp_attach(xdp, GNG_XDP_DROP, pair.to, GNG_XDP_NATIVE, &why);
	pthread_join(thread, NULL);
	assert_int_equal(remover.status, GNG_OK);
	if (status != GNG_OK) {
		assert_int_equal(status, GNG_ESYS);
		assert_non_null(strstr(why.text, "it is gone"));
	}
	gng_xdp_detach(xdp, pair.to);
	gng_xdp_pair_close(&pair);
	return status == GNG_OK;
}

static void an_interface_that_goes_during_attach_leaves_nothing(void **state)
{
	struct gng_xdp *xdp = programs_open(NULL);
	unsigned int in_time = 0;
	char note[64];

	(void)state;
	if (!xdp)
		return;
	for (int i = 0; i < 20; i++)
		in_time += attached_in_time(xdp, (i - 10) * 30L);
	snprintf(note, sizeof(note), "%u of 20", in_time);
	gng_probe_note("attached before the interface went", note);
	programs_close(xdp);
}

static void a_driver_without_native_mode_is_named(void **state)
{
	struct gng_xdp *xdp = programs_open(NULL);
	struct gng_why why = {0};
	struct gng_xdp_pair pair;
	const int loopback = 1;

	(void)state;
	if (!xdp)
		return;
	good(gng_xdp_pair_open(&pair, &why), &why);
	assert_int_equal(if_nametoindex("lo"), loopback);
	assert_int_equal(gng_xdp_attach(xdp, GNG_XDP_NOTHING, loopback, GNG_XDP_NATIVE, &why),
			 GNG_EUNSUPPORTED);
	assert_non_null(strstr(why.text, "no native mode"));
	good(gng_xdp_attach(xdp, GNG_XDP_NOTHING, loopback, GNG_XDP_GENERIC, &why), &why);
	gng_xdp_pair_close(&pair);
	programs_close(xdp);
}

static void a_second_program_is_refused(void **state)
{
	struct gng_xdp *xdp = programs_open(NULL);
	struct gng_why why = {0};
	struct gng_xdp_pair pair;

	(void)state;
	if (!xdp)
		return;
	good(gng_xdp_pair_open(&pair, &why), &why);
	good(gng_xdp_attach(xdp, GNG_XDP_NOTHING, pair.to, GNG_XDP_NATIVE, &why), &why);
	assert_int_equal(gng_xdp_attach(xdp, GNG_XDP_DROP, pair.to, GNG_XDP_NATIVE, &why),
			 GNG_ESYS);
	assert_non_null(strstr(why.text, "another program"));
	gng_xdp_detach(xdp, pair.to);
	good(gng_xdp_attach(xdp, GNG_XDP_DROP, pair.to, GNG_XDP_NATIVE, &why), &why);
	gng_xdp_pair_close(&pair);
	programs_close(xdp);
}

/* Each namespace counts its interfaces from 1, so two pairs have the same numbers. */
static void a_number_is_that_of_the_namespace_of_now(void **state)
{
	struct gng_xdp *xdp = programs_open(NULL);
	struct gng_xdp_pair pairs[2];
	struct gng_why why = {0};

	(void)state;
	if (!xdp)
		return;
	for (int i = 0; i < 2; i++) {
		good(gng_xdp_pair_open(&pairs[i], &why), &why);
		assert_int_equal(pairs[i].to, pairs[0].to);
		good(gng_xdp_attach(xdp, GNG_XDP_NOTHING, pairs[i].to, GNG_XDP_NATIVE, &why), &why);
	}
	gng_xdp_detach(xdp, pairs[1].to);
	good(gng_xdp_attach(xdp, GNG_XDP_DROP, pairs[1].to, GNG_XDP_NATIVE, &why), &why);
	gng_xdp_detach(xdp, pairs[1].to);
	gng_xdp_pair_close(&pairs[1]);
	good(gng_xdp_attach(xdp, GNG_XDP_DROP, pairs[0].to, GNG_XDP_NATIVE, &why), &why);
	gng_xdp_pair_close(&pairs[0]);
	programs_close(xdp);
}

/* attach_and_wait is a process that will be killed: it writes the number of its program. */
static void attach_and_wait(int out)
{
	struct gng_xdp *xdp;
	struct gng_xdp_pair pair;
	uint32_t id = 0;

	if (gng_xdp_open(&xdp, NULL, NULL) == GNG_OK && gng_xdp_pair_open(&pair, NULL) == GNG_OK &&
	    gng_xdp_attach(xdp, GNG_XDP_DROP, pair.to, GNG_XDP_NATIVE, NULL) == GNG_OK)
		id = gng_xdp_program_id(xdp, GNG_XDP_DROP);
	if (write(out, &id, sizeof(id)) != sizeof(id))
		_exit(1);
	for (;;)
		pause();
}

static void a_killed_process_leaves_nothing_attached(void **state)
{
	struct gng_xdp *xdp = programs_open(NULL);
	uint32_t id = 0;
	int ends[2];
	pid_t child;

	(void)state;
	if (!xdp)
		return;
	programs_close(xdp);
	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0)
		attach_and_wait(ends[1]);
	assert_true(child > 0);
	assert_int_equal(read(ends[0], &id, sizeof(id)), sizeof(id));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(ends[0]);
	close(ends[1]);
	assert_true(id != 0);
	assert_true(is_gone(id));
}

const struct suite_test suite_tests[] = {
	TEST(an_interface_that_is_gone_is_named, "B3.xdp.filter"),
	TEST(an_interface_that_goes_later_is_no_place_to_reload, "B3.xdp.filter"),
	TEST(an_interface_that_goes_during_attach_leaves_nothing, "B3.xdp.filter"),
	TEST(a_driver_without_native_mode_is_named, "B3.xdp.filter"),
	TEST(a_number_is_that_of_the_namespace_of_now, "B3.xdp.filter"),
	TEST(a_second_program_is_refused, "B3.xdp.filter"),
	TEST(a_killed_process_leaves_nothing_attached, "B3.xdp.filter"),
	{0},
};
