/* SPDX-License-Identifier: Apache-2.0 */
/*
 * golang_test.c - the array that user space maps, written by Go through unsafe.Pointer: it loses
 * and keeps what C loses and keeps. Each has a control, as in race_test.c.
 */
/* needs: bpf */
/* requires: go */
#include "program.h"

#include "../command.h"

#define TIMES 8000000u
#define MOST_ROUNDS 20

/* outcome is what the Go program said of one kind of access. */
struct outcome {
	unsigned long long wrong, updates;
	unsigned int overlap;
};

/* ask runs the writers on the map; false, and the test is skipped, if they were not built. */
static bool ask(struct outcome *outcome, const char *kind, int fd, unsigned int times)
{
	unsigned long long wrong, updates;
	char path[PATH_MAX + 16];
	int overlap;

	snprintf(path, sizeof(path), "%s/go/writers", command_build_dir());
	if (access(path, X_OK) != 0) {
		gng_probe_skip("the writers in Go were not built",
			       "gonogo check --builds release,asan, in the source tree");
		return false;
	}
	if (command("'%s' %s %d %u", path, kind, fd, times) != 0)
		suite_fail("%s", command_err);
	assert_int_equal(sscanf(command_out, "%llu %llu %d", &wrong, &updates, &overlap), 3);
	outcome->wrong += wrong;
	outcome->updates += updates;
	outcome->overlap =
		overlap > (int)outcome->overlap ? (unsigned int)overlap : outcome->overlap;
	return true;
}

/* open_map makes a map that a child inherits; -1 where the test is skipped. */
static int open_map(const char *text)
{
	struct gng_bpf_map map;
	int fd, copy;

	if (!pin_to(0) || !pin_to(1)) {
		gng_probe_skip("this process may not run on CPU 0 and CPU 1",
			       "a machine with two CPUs");
		return -1;
	}
	if (!map_make(&map, &fd, text))
		return -1;
	copy = dup(fd); /* without O_CLOEXEC, which bpf(2) sets */
	close(fd);
	assert_true(copy >= 0);
	return copy;
}

/* compare runs control and subject until the control was wrong and both writers of the subject
 * met. */
static void compare(const char *what, const char *control_kind, const char *subject_kind)
{
	struct outcome control = {0}, subject = {0};
	const int fd = open_map("array 4 8 512 mmap");
	char note[160];

	for (int i = 0; fd >= 0 && i < MOST_ROUNDS && (!control.wrong || subject.overlap < 50); i++)
		if (!ask(&control, control_kind, fd, TIMES) ||
		    !ask(&subject, subject_kind, fd, TIMES)) {
			close(fd);
			return;
		}
	if (fd < 0)
		return;
	close(fd);
	snprintf(note, sizeof(note), "%s: %llu of %llu wrong, %s: %llu of %llu", control_kind,
		 control.wrong, control.updates, subject_kind, subject.wrong, subject.updates);
	gng_probe_note(what, note);
	assert_int_equal(subject.wrong, 0);
	if (control.wrong == 0 || subject.overlap < 50)
		gng_probe_inconclusive("the goroutines hardly met",
				       "run it again on a machine with two idle CPUs");
}

/* C.3.2.11 */
static void go_loses_counts_by_plain_writes_and_none_by_atomic_ones(void **state)
{
	(void)state;
	compare("mapped array in Go", "plain", "atomic");
}

/* C.3.2.18: a plain word would be atomic by the byte at most; it is torn in two lines only */
static void a_plain_word_of_go_is_whole_unless_it_lies_in_two_lines(void **state)
{
	(void)state;
	compare("words in Go", "straddle", "word");
}

/* C.3.2.16: each sets its flag and finds the other's unset, on which no lock could rest */
static void go_orders_its_atomic_stores_and_not_its_plain_ones(void **state)
{
	(void)state;
	compare("flags in Go", "order", "fence");
}

/* C.3.2.22: a page holds more words than the array has, and all of them take a store */
static void go_stores_behind_the_last_element_and_is_not_told(void **state)
{
	const int fd = open_map("array 4 8 16 mmap");
	struct outcome outcome = {0};
	const uint32_t key = 16;
	uint64_t value = 1;

	(void)state;
	if (fd < 0)
		return;
	assert_int_equal(gng_bpfmap_update(fd, &key, &value, 0), -E2BIG);
	if (ask(&outcome, "beyond", fd, 16))
		assert_int_equal(outcome.wrong, sysconf(_SC_PAGESIZE) / 8 - 16);
	close(fd);
}

const struct suite_test suite_tests[] = {
	TEST_ONCE(go_loses_counts_by_plain_writes_and_none_by_atomic_ones, "B2.bpf.go"),
	TEST_ONCE(a_plain_word_of_go_is_whole_unless_it_lies_in_two_lines, "B2.bpf.go"),
	TEST_ONCE(go_orders_its_atomic_stores_and_not_its_plain_ones, "B2.bpf.go"),
	TEST(go_stores_behind_the_last_element_and_is_not_told, "B2.bpf.go B2.bpf.layout"),
	{0},
};
