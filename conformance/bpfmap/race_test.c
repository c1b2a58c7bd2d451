/* SPDX-License-Identifier: Apache-2.0 */
/*
 * race_test.c - two writers at once. Each race has a control: the same two writers with an update
 * that must lose. They run until the control has lost and the writers have overlapped; only then
 * does it mean something that the other lost nothing.
 */
#include "program.h"

#include <linux/perf_event.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#define NUM_UPDATES 200000u
#define MOST_ROUNDS 20

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* ---- two threads ---- */

/* writer is one of two threads that begin together. */
struct writer {
	unsigned int cpu;
	bool (*work)(struct writer *writer);
	pthread_barrier_t *start;
	int program;	      /* of a writer in the kernel */
	uint64_t *place;      /* of a writer in user space */
	uint64_t from, until; /* when it worked */
	bool good;
};

static void *writer_main(void *arg)
{
	struct writer *writer = arg;

	writer->good = pin_to(writer->cpu);
	pthread_barrier_wait(writer->start);
	writer->from = now_ns();
	writer->good = writer->work(writer) && writer->good;
	writer->until = now_ns();
	return NULL;
}

/* both runs two writers and returns for how many of 100 parts of the whole time both worked. */
static unsigned int both(struct writer writers[2])
{
	pthread_barrier_t start;
	pthread_t threads[2];
	uint64_t from, until, first, last;

	assert_int_equal(pthread_barrier_init(&start, NULL, 2), 0);
	for (unsigned int i = 0; i < 2; i++) {
		writers[i].start = &start;
		assert_int_equal(pthread_create(&threads[i], NULL, writer_main, &writers[i]), 0);
	}
	for (unsigned int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&start);
	assert_true(writers[0].good && writers[1].good);
	from = writers[0].from > writers[1].from ? writers[0].from : writers[1].from;
	until = writers[0].until < writers[1].until ? writers[0].until : writers[1].until;
	first = writers[0].from < writers[1].from ? writers[0].from : writers[1].from;
	last = writers[0].until > writers[1].until ? writers[0].until : writers[1].until;
	return until > from ? (unsigned int)((until - from) * 100 / (last - first)) : 0;
}

static bool two_cpus(void)
{
	if (pin_to(0) && pin_to(1))
		return true;
	gng_probe_skip("this process may not run on CPU 0 and CPU 1", "a machine with two CPUs");
	return false;
}

/* contest is a map and an update that two CPUs run; lost counts what is missing at the end. */
struct contest {
	struct gng_bpf_map map;
	int map_fd, program;
	struct gng_bpfmap_values values;
	bool percpu;
	uint64_t lost;
};

static bool contest_open(struct contest *contest, const char *map, const char *text)
{
	*contest = (struct contest){.percpu = strncmp(map, "percpu", 6) == 0};
	if (!map_make(&contest->map, &contest->map_fd, map))
		return false;
	contest->program = program_load(&contest->map, contest->map_fd, "xdp", text);
	assert_int_equal(gng_bpfmap_values_open(&contest->values, 8, NULL), GNG_OK);
	return true;
}

static void contest_close(struct contest *contest)
{
	gng_bpfmap_values_close(&contest->values);
	close(contest->program);
	close(contest->map_fd);
}

static void contest_clear(struct contest *contest)
{
	const uint32_t key = 0;

	memset(contest->values.bytes, 0, 8 * contest->values.num_cpus);
	assert_int_equal(gng_bpfmap_update(contest->map_fd, &key, contest->values.bytes, 0), 0);
}

static uint64_t contest_sum(struct contest *contest)
{
	const uint32_t key = 0;

	assert_int_equal(gng_bpfmap_lookup(contest->map_fd, &key, contest->values.bytes), 0);
	return contest->percpu ? gng_bpfmap_sum(&contest->values, 0)
			       : *(uint64_t *)contest->values.bytes;
}

static bool run_program(struct writer *writer)
{
	return program_run(writer->program, NUM_UPDATES);
}

/* contest_round returns how well the writers overlapped. */
static unsigned int contest_round(struct contest *contest)
{
	struct writer writers[2] = {
		{.cpu = 0, .work = run_program, .program = contest->program},
		{.cpu = 1, .work = run_program, .program = contest->program},
	};
	unsigned int overlap;

	contest_clear(contest);
	overlap = both(writers);
	contest->lost += 2 * NUM_UPDATES - contest_sum(contest);
	return overlap;
}

/* judge notes what control and subject lost, and demands that the one lost and the other did not.
 */
static void judge(const char *what, uint64_t control, uint64_t subject, uint64_t updates)
{
	char note[128];

	snprintf(note, sizeof(note), "%llu lost by the control, %llu by the subject, of %llu",
		 (unsigned long long)control, (unsigned long long)subject,
		 (unsigned long long)updates);
	gng_probe_note(what, note);
	assert_int_equal(subject, 0);
	if (control == 0)
		gng_probe_inconclusive("the control lost nothing, so the writers hardly met",
				       "run it again on a machine with two idle CPUs");
}

/* judge_overlap also demands that both writers of the subject worked for half of the time. */
static void judge_overlap(const char *what, uint64_t control, uint64_t subject,
			  unsigned int overlap, uint64_t updates)
{
	char note[32];

	snprintf(note, sizeof(note), "%u of 100", overlap);
	gng_probe_note("time in which both wrote", note);
	judge(what, overlap >= 50 ? control : 0, subject, updates);
}

static void race(const char *control_map, const char *control_text, const char *map,
		 const char *text)
{
	struct contest control, subject;
	unsigned int overlap = 0;
	int rounds = 0;

	if (!two_cpus() || !contest_open(&control, control_map, control_text))
		return;
	assert_true(contest_open(&subject, map, text));
	while (rounds < MOST_ROUNDS && (control.lost == 0 || overlap < 50)) {
		unsigned int now;

		contest_round(&control);
		now = contest_round(&subject);
		overlap = now > overlap ? now : overlap;
		rounds++;
	}
	contest_close(&control);
	contest_close(&subject);
	judge_overlap(map, control.lost, subject.lost, overlap, (uint64_t)rounds * 2 * NUM_UPDATES);
}

static void a_per_cpu_count_loses_nothing_where_a_shared_one_does(void **state)
{
	(void)state;
	race("hash 4 8 1", PLAIN, "percpu_hash 4 8 1", PLAIN);
}

static void an_atomic_count_loses_nothing_where_a_plain_one_does(void **state)
{
	(void)state;
	race("hash 4 8 1", PLAIN, "hash 4 8 1", ATOMIC);
}

static void looking_up_and_updating_loses_where_an_atomic_does_not(void **state)
{
	(void)state;
	race("hash 4 8 2", REPLACE, "hash 4 8 2", ATOMIC);
}

/* ---- an array that user space maps ---- */

static bool count_plainly(struct writer *writer)
{
	volatile uint64_t *place = writer->place;

	for (uint32_t i = 0; i < 10 * NUM_UPDATES; i++)
		*place = *place + 1;
	return true;
}

static bool count_atomically(struct writer *writer)
{
	for (uint32_t i = 0; i < 10 * NUM_UPDATES; i++)
		__atomic_fetch_add(writer->place, 1, __ATOMIC_RELAXED);
	return true;
}

static uint64_t lost_by(bool (*work)(struct writer *writer), uint64_t *place, unsigned int *overlap)
{
	struct writer writers[2] = {{.cpu = 0, .work = work, .place = place},
				    {.cpu = 1, .work = work, .place = place}};

	*place = 0;
	*overlap = both(writers);
	return 20 * (uint64_t)NUM_UPDATES - *place;
}

/* The "unsafe" array loses in C as it does in Go: it is the update, not the language. */
static void a_mapped_array_loses_unless_it_is_atomic(void **state)
{
	uint64_t control = 0, subject = 0, *place;
	unsigned int overlap = 0, ignored;
	struct gng_bpf_map map;
	int fd, rounds = 0;

	(void)state;
	if (!two_cpus() || !map_make(&map, &fd, "array 4 8 1 mmap"))
		return;
	place = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(place != MAP_FAILED);
	while (rounds++ < MOST_ROUNDS && (control == 0 || overlap < 50)) {
		control += lost_by(count_plainly, place, &ignored);
		subject += lost_by(count_atomically, place, &overlap);
	}
	munmap(place, 8);
	close(fd);
	judge_overlap("mapped array", control, subject, overlap,
		      (uint64_t)(rounds - 1) * 20 * NUM_UPDATES);
}

/* ---- torn reads ---- */

/* A program writes its clock to both ends of a value, or to both halves of a word. */
#define LAST 127 /* word of a value of 1 KiB: a copy takes long enough to be met */
#define WRITE_PAIR FIND "r6 = r0; call 5; *(u64 *)(r6 + 0) = r0; *(u64 *)(r6 + 1016) = r0;" LEAVE
#define WRITE_HALVES                                                                       \
	FIND "r6 = r0; call 5; w0 = w0; r1 = r0; r1 <<= 32; r0 |= r1; *(u64 *)(r6 + 0) = " \
	     "r0;" LEAVE

/* reader looks up while CPU 1 writes; torn counts values whose parts differ. */
struct reader {
	int map_fd, program;
	struct gng_bpfmap_values values;
	unsigned int slot; /* that CPU 1 writes: 1 of a per-CPU value, else 0 */
	bool halves;
	unsigned long torn, reads;
	bool good, done;
};

static void *write_until_done(void *arg)
{
	struct reader *reader = arg;

	reader->good = pin_to(1);
	while (!__atomic_load_n(&reader->done, __ATOMIC_ACQUIRE))
		reader->good = program_run(reader->program, 5000) && reader->good;
	return NULL;
}

static bool is_torn(const struct reader *reader)
{
	const uint64_t *value = gng_bpfmap_slot(&reader->values, reader->slot);

	return reader->halves ? (uint32_t)value[0] != value[0] >> 32 : value[0] != value[LAST];
}

/* read_torn reads until one value is torn, but at least and at most so often. */
static void read_torn(struct reader *reader, unsigned long least, unsigned long most)
{
	const uint32_t key = 0;
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, write_until_done, reader), 0);
	while (reader->reads < least || (reader->torn == 0 && reader->reads < most)) {
		const int result = gng_bpfmap_lookup(reader->map_fd, &key, reader->values.bytes);

		reader->reads++;
		reader->torn += result == 0 && is_torn(reader);
	}
	__atomic_store_n(&reader->done, true, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	assert_true(reader->good);
}

static struct reader torn_in(const char *text, const char *program, bool halves,
			     unsigned long least, unsigned long most)
{
	struct reader reader = {.halves = halves, .slot = strncmp(text, "percpu", 6) == 0};
	struct gng_bpf_map map;

	if (!map_make(&map, &reader.map_fd, text))
		return reader;
	reader.program = program_load(&map, reader.map_fd, "xdp", program);
	assert_int_equal(gng_bpfmap_values_open(&reader.values, map.value_len, NULL), GNG_OK);
	assert_int_equal(gng_bpfmap_update(reader.map_fd, &(uint32_t){0}, reader.values.bytes, 0),
			 0);
	read_torn(&reader, least, most);
	gng_bpfmap_values_close(&reader.values);
	close(reader.program);
	close(reader.map_fd);
	return reader;
}

static void torn(const char *pair_map, const char *word_map)
{
	struct reader pair, word;

	if (!two_cpus() || !pin_to(0))
		return;
	pair = torn_in(pair_map, WRITE_PAIR, false, 1000, 5000000);
	if (pair.map_fd == -EPERM)
		return;
	word = torn_in(word_map, WRITE_HALVES, true, 100000, 100000);
	judge("torn reads", pair.torn, word.torn, pair.reads + word.reads);
}

static void a_value_of_two_words_can_be_torn_and_one_word_cannot(void **state)
{
	(void)state;
	torn("hash 4 1024 1", "hash 4 8 1");
}

/* C.3.2.17 */
static void a_per_cpu_value_can_be_torn_and_a_word_of_it_cannot(void **state)
{
	(void)state;
	torn("percpu_hash 4 1024 1", "percpu_hash 4 8 1");
}

/* ---- an interrupt on the same CPU ---- */

#define IRQ_NS 200000 /* more often, and an emulator does nothing else */
#define IRQ_FOR_NS 400000000u

/* A plain count that reads the clock between load and store: half of the interrupts come there, in
 * an emulator too, which takes them only between calls and jumps. */
#define SLOW_PLAIN \
	FIND "r6 = r0; r7 = *(u64 *)(r6 + 0); call 5; r7 += 1; *(u64 *)(r6 + 0) = r7;" LEAVE

/* What the interrupt does: it counts in key 0, and in key 1 how often it did. */
#define IRQ                                                                                    \
	"*(u32 *)(r10 - 4) = 0; r2 = r10; r2 += -4; r1 = map 0; call 1; if r0 == 0 goto out; " \
	"r1 = *(u64 *)(r0 + 0); r1 += 1; *(u64 *)(r0 + 0) = r1; "                              \
	"*(u32 *)(r10 - 4) = 1; r2 = r10; r2 += -4; r1 = map 0; call 1; if r0 == 0 goto out; " \
	"r1 = *(u64 *)(r0 + 0); r1 += 1; *(u64 *)(r0 + 0) = r1;" LEAVE

/* ticker runs a program from the high-resolution timer's interrupt of CPU 0. */
static int ticker_open(int program)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.size = sizeof(attr),
		.sample_period = IRQ_NS,
		.disabled = 1,
	};
	const int fd = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		return -1;
	if (ioctl(fd, PERF_EVENT_IOC_SET_BPF, program) != 0 ||
	    ioctl(fd, PERF_EVENT_IOC_ENABLE, 0) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* sum_of sums the slots of a key. */
static uint64_t sum_of(int fd, uint32_t key, struct gng_bpfmap_values *values)
{
	assert_int_equal(gng_bpfmap_lookup(fd, &key, values->bytes), 0);
	return gng_bpfmap_sum(values, 0);
}

/* interrupted lets a process on CPU 0 count while interrupts count too. It returns what was lost
 * and in *num_irqs how many there were; false where no such event can be opened. */
static bool interrupted(const char *text, uint64_t *lost, uint64_t *num_irqs)
{
	struct contest contest;
	const uint64_t end = now_ns() + IRQ_FOR_NS;
	const uint32_t key = 1;
	uint64_t runs = 0;
	int irq, ticker;

	if (!contest_open(&contest, "percpu_hash 4 8 2", text))
		return false;
	irq = program_load(&contest.map, contest.map_fd, "perf_event", IRQ);
	contest_clear(&contest);
	assert_int_equal(gng_bpfmap_update(contest.map_fd, &key, contest.values.bytes, 0), 0);
	ticker = ticker_open(irq);
	while (ticker >= 0 && now_ns() < end) {
		assert_true(program_run(contest.program, 5000));
		runs += 5000;
	}
	if (ticker >= 0)
		close(ticker); /* ends the event: no interrupt counts after it */
	else
		gng_probe_skip("no software clock event can run a program here",
			       "sysctl kernel.perf_event_paranoid, or root");
	*num_irqs += sum_of(contest.map_fd, 1, &contest.values);
	*lost += runs + sum_of(contest.map_fd, 1, &contest.values) -
		 sum_of(contest.map_fd, 0, &contest.values);
	close(irq);
	contest_close(&contest);
	return ticker >= 0;
}

/* The slot is this CPU's alone, and still an interrupt comes between its load and its store. */
static void an_interrupt_loses_a_per_cpu_count_unless_it_is_atomic(void **state)
{
	uint64_t control = 0, subject = 0, num_irqs = 0;
	int rounds = 0;

	(void)state;
	if (!pin_to(0))
		return gng_probe_skip("this process may not run on CPU 0",
				      "no affinity mask, or gonogo lab run bpfmap-maps");
	while (rounds++ < MOST_ROUNDS && control == 0)
		if (!interrupted(SLOW_PLAIN, &control, &num_irqs) ||
		    !interrupted(ATOMIC, &subject, &num_irqs))
			return;
	assert_in_range(num_irqs, 100, UINT32_MAX);
	judge("interrupts", control, subject, num_irqs);
}

/* ---- harvests ---- */

/* harvester takes counts while the other CPU counts; the counter makes the element if it is gone.
 */
#define COUNT_OR_MAKE                                                                             \
	"*(u32 *)(r10 - 4) = 0; *(u64 *)(r10 - 16) = 1; r2 = r10; r2 += -4; r1 = map 0; call 1; " \
	"if r0 == 0 goto make; r1 = 1; lock *(u64 *)(r0 + 0) += r1; goto out; "                   \
	"make: r1 = map 0; r2 = r10; r2 += -4; r3 = r10; r3 += -16; r4 = 1; call 2;" LEAVE

static void *count_or_make(void *arg)
{
	struct writer *writer = arg;

	writer->good = pin_to(1) && program_run(writer->program, 5 * NUM_UPDATES);
	__atomic_store_n(&writer->until, 1, __ATOMIC_RELEASE);
	return NULL;
}

/* harvest returns what was counted and not harvested. */
static uint64_t harvest(bool deletes)
{
	struct writer writer = {0};
	struct contest contest;
	const uint32_t key = 0;
	uint64_t taken = 0, value = 0, last = 0;
	pthread_t thread;
	bool done = false;

	assert_true(contest_open(&contest, "hash 4 8 8", COUNT_OR_MAKE));
	writer.program = contest.program;
	assert_int_equal(pthread_create(&thread, NULL, count_or_make, &writer), 0);
	while (!done) {
		done = __atomic_load_n(&writer.until, __ATOMIC_ACQUIRE) != 0;
		if (deletes && gng_bpfmap_take(contest.map_fd, &key, &value) == 0)
			taken += value;
		if (!deletes && gng_bpfmap_lookup(contest.map_fd, &key, &value) == 0) {
			taken += value - last;
			last = value;
		}
	}
	pthread_join(thread, NULL);
	assert_true(writer.good);
	contest_close(&contest);
	return 5 * (uint64_t)NUM_UPDATES - taken;
}

/* Who deletes to harvest loses what is counted through a pointer that was found before. */
static void a_harvest_by_difference_loses_nothing_where_one_that_deletes_does(void **state)
{
	uint64_t control = 0, subject = 0;
	struct contest probe;
	int rounds = 0;

	(void)state;
	if (!two_cpus() || !contest_open(&probe, "hash 4 8 8", COUNT_OR_MAKE))
		return;
	contest_close(&probe);
	assert_true(pin_to(0));
	while (rounds++ < MOST_ROUNDS && control == 0) {
		control += harvest(true);
		subject += harvest(false);
	}
	judge("harvests", control, subject, (uint64_t)(rounds - 1) * 10 * NUM_UPDATES);
}

const struct suite_test suite_tests[] = {
	TEST(a_per_cpu_count_loses_nothing_where_a_shared_one_does, "B2.bpf.percpu"),
	TEST(an_atomic_count_loses_nothing_where_a_plain_one_does, "B2.bpf.percpu"),
	TEST(looking_up_and_updating_loses_where_an_atomic_does_not, "B2.bpf.percpu"),
	TEST(a_mapped_array_loses_unless_it_is_atomic, "B2.bpf.percpu"),
	TEST(a_value_of_two_words_can_be_torn_and_one_word_cannot, "B2.bpf.hazards"),
	TEST(a_per_cpu_value_can_be_torn_and_a_word_of_it_cannot, "B2.bpf.hazards"),
	TEST(an_interrupt_loses_a_per_cpu_count_unless_it_is_atomic, "B2.bpf.hazards"),
	TEST(a_harvest_by_difference_loses_nothing_where_one_that_deletes_does, "B2.bpf.hazards"),
	{0},
};
