/* SPDX-License-Identifier: Apache-2.0 */
/* article_test.c - statements of the seed article (3.3) about XDP, each by its own program and its
 * own way of measuring. */
/* needs: bench hist bpf bpfjit */
#include "go.h"

#include <signal.h>
#include <sys/wait.h>

#include <bpf/libbpf.h>
#include <gng_bpfjit.h>

#define ROUNDS 9
#define CALL_OPCODE 0x85 /* BPF_JMP | BPF_CALL, RFC 9669 */

/* "The program filters packets": what it shows passes each frame that the kernel gives it. */
static void the_articles_program_passes_all_frames(void **state)
{
	struct gng_xdp *xdp = programs_open(NULL);
	uint8_t frame[1514];
	uint32_t random = 1;

	(void)state;
	if (!xdp)
		return;
	for (size_t len = 14; len <= sizeof(frame); len += 10) {
		for (size_t i = 0; i < len; i++) {
			random = random * 1664525u + 1013904223u; /* Knuth, 3.3.4 */
			frame[i] = (uint8_t)(random >> 24);
		}
		assert_int_equal(verdict_of(xdp, GNG_XDP_FRAGMENT, frame, len), XDP_PASS_VERDICT);
	}
	programs_close(xdp);
}

/* interpreted runs it by RFC 9669 on a frame of any length, also one that no kernel hands out. */
static uint64_t interpreted(const struct bpf_program *program, size_t len)
{
	static struct gng_bpfjit_machine machine;
	uint8_t frame[64] = {0};
	uint32_t context[2] = {0x3000, 0x3000 + (uint32_t)len}; /* data, data_end of xdp_md */
	const struct gng_bpf_code code = {
		.insns = (struct gng_bpf_insn *)(uintptr_t)bpf_program__insns(program),
		.num_insns = bpf_program__insn_cnt(program)};
	struct gng_why why = {0};

	machine = (struct gng_bpfjit_machine){
		.regs[1] = 0x2000,
		.num_regions = 2,
		.regions = {{0x2000, (uint8_t *)context, sizeof(context)}, {0x3000, frame, len}}};
	good(gng_bpfjit_interpret(&machine, &code, &why), &why);
	return machine.regs[0];
}

/* kernels_verdict is what the kernel's run gives of a frame whose head is meta data, by which it
 * may be shorter than a header in kernels that do not count those apart; -EINVAL in the others. */
static int kernels_verdict(struct gng_xdp *xdp, size_t len)
{
	enum { META = 4 };
	uint8_t bytes[64] = {0};
	struct xdp_md context = {.data = META, .data_end = META + (uint32_t)len};
	struct bpf_test_run_opts options = {.sz = sizeof(options),
					    .data_in = bytes,
					    .data_size_in = META + (uint32_t)len,
					    .ctx_in = &context,
					    .ctx_size_in = sizeof(context),
					    .repeat = 1};
	const int error = bpf_prog_test_run_opts(gng_xdp_fd(xdp, GNG_XDP_FRAGMENT), &options);

	return error ? error : (int)options.retval;
}

/* 6.1.192, 6.12.117 and 6.18 make no frame of 10 to 13 bytes; older ones may. Where no program may
 * be loaded, what was interpreted says all. */
static void check_short_frames_in_kernel(void)
{
	struct gng_xdp *xdp = NULL;
	unsigned int refused = 0;
	struct gng_why why = {0};
	const enum gng_status status = gng_xdp_open(&xdp, NULL, &why);

	if (status == GNG_EPERM)
		return gng_probe_note("frames of 10 to 13 bytes", "not run by a kernel: root");
	good(status, &why);
	for (size_t len = 10; len <= 18; len++) {
		const int verdict = kernels_verdict(xdp, len);

		if (verdict == -EINVAL && len < 14)
			refused++;
		else
			assert_int_equal(verdict,
					 len < 14 ? XDP_ABORTED_VERDICT : XDP_PASS_VERDICT);
	}
	assert_true(refused == 0 || refused == 4);
	gng_probe_note("frames of 10 to 13 bytes",
		       refused ? "this kernel makes none" : "aborted by the kernel's run");
	programs_close(xdp);
}

/* "if (data + sizeof(struct ethhdr) > data_end) return XDP_ABORTED;" */
static void frames_shorter_than_a_header_are_aborted(void **state)
{
	size_t len;
	const void *bytes = gng_xdp_object(&len);
	struct bpf_object *object = bpf_object__open_mem(bytes, len, NULL);
	const struct bpf_program *program;

	(void)state;
	assert_non_null(object);
	program = bpf_object__find_program_by_name(object, "fragment");
	assert_non_null(program);
	for (size_t i = 0; i <= 20; i++)
		assert_int_equal(interpreted(program, i),
				 i < 14 ? XDP_ABORTED_VERDICT : XDP_PASS_VERDICT);
	bpf_object__close(object);
	check_short_frames_in_kernel();
}

/* count_calls counts the calls in what the verifier left of a program. */
static unsigned int count_calls(int fd)
{
	static uint8_t code[16384];
	struct bpf_prog_info info = {0};
	uint32_t len = sizeof(info);
	unsigned int num = 0;

	info.xlated_prog_insns = (uintptr_t)code;
	info.xlated_prog_len = sizeof(code);
	assert_int_equal(bpf_obj_get_info_by_fd(fd, &info, &len), 0);
	assert_true(info.xlated_prog_len > 0 && info.xlated_prog_len < sizeof(code));
	for (size_t i = 0; i < info.xlated_prog_len; i += 8)
		num += code[i] == CALL_OPCODE;
	return num;
}

/* "Pure BPF without calls" is true of what is shown, and not of what was measured. */
static void the_articles_program_calls_nothing(void **state)
{
	struct gng_xdp *xdp = programs_open(NULL);

	(void)state;
	if (!xdp)
		return;
	assert_int_equal(count_calls(gng_xdp_fd(xdp, GNG_XDP_FRAGMENT)), 0);
	assert_true(count_calls(gng_xdp_fd(xdp, GNG_XDP_ARTICLE)) >= 3);
	programs_close(xdp);
}

/* "Two stamps measure the program": they tell at least four times what it adds to an empty one. */
static void two_stamps_tell_what_the_clock_takes(void **state)
{
	struct gng_xdp *xdp = programs_open(NULL);
	const struct gng_xdp_flow flow = flow_of(1, 9);
	struct gng_xdp_contestant pair[2] = {{.name = "nothing"}, {.name = "fragment"}};
	uint8_t frame[GNG_XDP_FRAME_LEN];
	double over[GNG_XDP_MAX_ROUNDS], cost;
	struct gng_why why = {0};
	struct gng_hist *hist;
	uint64_t taken, lost, told;
	char note[96];

	(void)state;
	if (!xdp)
		return;
	gng_xdp_frame_fill(frame, &flow);
	pair[0].fd = gng_xdp_fd(xdp, GNG_XDP_NOTHING);
	pair[1].fd = gng_xdp_fd(xdp, GNG_XDP_FRAGMENT);
	good(gng_xdp_compare(pair, 2, frame, sizeof(frame), 100000, ROUNDS, &why), &why);
	cost = gng_xdp_over(over, &pair[1], &pair[0], ROUNDS);
	assert_int_equal(gng_hist_open(&hist, 1, UINT64_C(1) << 42, 3), GNG_OK);
	good(gng_xdp_events_open(xdp, hist, &why), &why);
	good(gng_xdp_cost(&over[0], NULL, gng_xdp_fd(xdp, GNG_XDP_ARTICLE), frame, sizeof(frame),
			  10000, &why),
	     &why);
	gng_xdp_events_close(xdp, &taken, &lost);
	told = gng_hist_value_at_quantile(hist, 0.5);
	snprintf(note, sizeof(note), "two stamps tell %llu ns; the program adds %.2f ns",
		 (unsigned long long)told, cost);
	gng_probe_note("P50", note);
	assert_int_equal(taken + lost, 10000);
	assert_true(told >= 4); /* a clock takes time */
	assert_true((double)told > 4 * cost);
	gng_hist_close(hist);
	programs_close(xdp);
}

/* "One million packets are sampled": a thread can take an event of each, at some microseconds. */
static void a_million_events_can_be_taken(void **state)
{
	struct gng_xdp *xdp = programs_open(NULL);
	const struct gng_xdp_flow flow = flow_of(1, 9);
	uint8_t frame[GNG_XDP_FRAME_LEN];
	struct gng_why why = {0};
	struct gng_hist *hist;
	uint64_t taken, lost;
	double ns;

	(void)state;
	if (!xdp)
		return;
	gng_xdp_frame_fill(frame, &flow);
	assert_int_equal(gng_hist_open(&hist, 1, UINT64_C(1) << 42, 3), GNG_OK);
	good(gng_xdp_events_open(xdp, hist, &why), &why);
	for (int i = 0; i < 500; i++) {
		good(gng_xdp_cost(&ns, NULL, gng_xdp_fd(xdp, GNG_XDP_ARTICLE), frame, sizeof(frame),
				  2000, &why),
		     &why);
		nanosleep(&(struct timespec){0, 1000000}, NULL); /* the reader's turn */
	}
	gng_xdp_events_close(xdp, &taken, &lost);
	assert_int_equal(taken + lost, 1000000);
	assert_int_equal(gng_hist_count_above(hist, 0), taken);
	if (lost)
		gng_probe_inconclusive("the reader was too slow", "a machine with an idle CPU");
	gng_hist_close(hist);
	programs_close(xdp);
}

/* ---- the data path ---- */

/* serve attaches an echo, says so, and is stopped. */
static void serve(int interface, int out)
{
	struct gng_xdp *xdp;
	bool good_one =
		gng_xdp_open(&xdp, NULL, NULL) == GNG_OK &&
		gng_xdp_attach(xdp, GNG_XDP_ECHO, interface, GNG_XDP_NATIVE, NULL) == GNG_OK;

	if (write(out, &good_one, sizeof(good_one)) != sizeof(good_one))
		_exit(1);
	for (;;)
		pause();
}

/* echoes counts frames that come back while the process that loaded the echo stands still. */
static uint32_t echoes(struct gng_xdp *xdp, const struct gng_xdp_pair *pair)
{
	const struct gng_xdp_flow flow = flow_of(1, 7);
	uint8_t frame[GNG_XDP_FRAME_LEN];
	struct gng_xdp_socket *socket;
	struct gng_why why = {0};
	uint32_t back;

	gng_xdp_frame_fill(frame, &flow);
	good(gng_xdp_attach(xdp, GNG_XDP_TO_SOCKET, pair->from, GNG_XDP_NATIVE, &why), &why);
	good(gng_xdp_socket_open(&socket, pair->from, 0, &why), &why);
	good(gng_xdp_to_socket(xdp, socket, &why), &why);
	good(gng_xdp_socket_send(socket, frame, sizeof(frame), 200, 0, &why), &why);
	back = gng_xdp_socket_receive(socket, 200, 2000, NULL, NULL);
	gng_xdp_socket_close(socket);
	return back;
}

/* "The data path runs wholly in the kernel": frames are answered while the loader is stopped. */
static void frames_are_answered_while_the_loader_stands_still(void **state)
{
	struct gng_xdp *xdp = programs_open(NULL);
	struct gng_why why = {0};
	struct gng_xdp_pair pair;
	bool serves = false;
	uint32_t back;
	int ends[2], status;
	pid_t child;

	(void)state;
	if (!xdp)
		return;
	good(gng_xdp_pair_open(&pair, &why), &why);
	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0)
		serve(pair.to, ends[1]);
	assert_true(child > 0);
	assert_int_equal(read(ends[0], &serves, sizeof(serves)), sizeof(serves));
	kill(child, SIGSTOP);
	assert_int_equal(waitpid(child, &status, WUNTRACED), child);
	back = serves && WIFSTOPPED(status) ? echoes(xdp, &pair) : 0;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(ends[0]);
	close(ends[1]);
	gng_xdp_pair_close(&pair);
	programs_close(xdp);
	assert_int_equal(back, 200);
}

/* ---- reloading ---- */

static double thread_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* "From Go a reload costs 12 us more": not half of it, in any of five rounds. */
static void go_takes_far_less_than_12_us_more(void **state)
{
	struct gng_xdp *xdp;
	struct gng_bench_process *go = go_open_with(&xdp);
	double most = 0;
	char note[64];

	(void)state;
	if (!go)
		return;
	go_take(go, xdp);
	for (int i = 0; i < 5; i++) {
		const double start = thread_ns();
		double c, more;

		for (unsigned int k = 0; k < 2000; k++)
			assert_int_equal(gng_xdp_swap(xdp, GNG_XDP_SWAP_TAIL_CALL, k & 1, 0), 0);
		c = (thread_ns() - start) / 2000;
		more = strtod(go_ask(go, "swap tail 2000 0"), NULL) - c;
		most = more > most ? more : most;
	}
	snprintf(note, sizeof(note), "%.0f ns", most);
	gng_probe_note("Go takes more, at most", note);
	go_close_with(go, xdp);
	assert_true(most < 6000);
}

const struct suite_test suite_tests[] = {
	TEST(the_articles_program_passes_all_frames, "B3.xdp.filter"),
	TEST(frames_shorter_than_a_header_are_aborted, "B3.xdp.filter"),
	TEST(the_articles_program_calls_nothing, "B3.xdp.histogram"),
	TEST(two_stamps_tell_what_the_clock_takes, "B3.xdp.histogram"),
	TEST_SLOW(a_million_events_can_be_taken, "B3.xdp.histogram"),
	TEST(frames_are_answered_while_the_loader_stands_still, "B3.xdp.filter"),
	TEST(go_takes_far_less_than_12_us_more, "B4.xdp.swap"),
	{0},
};
