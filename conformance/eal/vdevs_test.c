/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vdevs_test.c - `gonogo dpdk run` over each kind of virtual device: every frame is counted once at
 * each stage, sound ones come out byte for byte, and nothing is left.
 *
 * Ports of the kernel lie in a network namespace that this process makes and that ends with it.
 */
/* needs: frame */
/* requires: jansson */
#include "../suite.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <jansson.h>

#include <gng_frame.h>

#include "runtime.h"

#define SMALL "--no-pci --no-huge -m 64 --no-telemetry -l 0 --file-prefix=gonogo-v%d "
#define MAX_LEN 9018

/* ---- captures ---- */

static struct {
	FILE *in, *want; /* all frames, and what is to come out */
	size_t num, num_sound, refused[GNG_FRAME_NUM_ERRORS];
} capture;

static void put_le32(FILE *file, uint32_t value)
{
	assert_int_equal(fwrite(&value, 1, 4, file), 4); /* x86-64 is little-endian */
}

static FILE *open_capture(const char *name)
{
	static const uint32_t head[] = {0xa1b2c3d4, 0x00040002, 0, 0, 262144, 1};
	FILE *file = command_open(name, "wb");

	for (size_t i = 0; i < COUNT_OF(head); i++)
		put_le32(file, head[i]);
	return file;
}

static void put_frame(const uint8_t *bytes, size_t len)
{
	struct gng_frame_fault fault;
	struct gng_frame frame;

	put_le32(capture.in, 0);
	put_le32(capture.in, 0);
	put_le32(capture.in, (uint32_t)len);
	put_le32(capture.in, (uint32_t)len);
	assert_int_equal(fwrite(bytes, 1, len, capture.in), len);
	capture.num++;
	if (gng_frame_read(&frame, &fault, bytes, len) == GNG_OK) {
		capture.num_sound++;
		put_le32(capture.want, (uint32_t)len);
		assert_int_equal(fwrite(bytes, 1, len, capture.want), len);
	} else {
		capture.refused[fault.error]++;
	}
}

static void put_case(struct gng_vec_case *one, void *arg)
{
	static const char *const names[] = {
		"name",	    "expect",	"at",	 "clause",     "tags",	      "vlan", "version",
		"protocol", "fragment", "ports", "payload_at", "payload_len", "sum"};
	size_t len;
	const uint8_t *bytes = suite_bytes(one, "frame", &len);

	(void)arg;
	for (size_t i = 0; i < COUNT_OF(names); i++)
		gng_vec_skip(one, names[i]);
	put_frame(bytes, len);
}

/* make_captures: the vectors, among them an empty frame, and a jumbo frame in several buffers. */
static void make_captures(bool with_jumbo)
{
	static uint8_t jumbo[MAX_LEN];

	memset(&capture, 0, sizeof(capture));
	capture.in = open_capture("in.pcap");
	capture.want = command_open("want", "wb");
	suite_vectors("frame/frames.vec", put_case, NULL);
	jumbo[12] = 0x88;
	jumbo[13] = 0xb5;
	for (size_t i = 14; i < sizeof(jumbo); i++)
		jumbo[i] = (uint8_t)(i * 7);
	if (with_jumbo)
		put_frame(jumbo, sizeof(jumbo));
	assert_int_equal(fclose(capture.in), 0);
	assert_int_equal(fclose(capture.want), 0);
}

static uint32_t get_le32(FILE *file)
{
	uint32_t value = 0;

	return fread(&value, 1, 4, file) == 4 ? value : UINT32_MAX;
}

/* check_capture compares a pcap that DPDK wrote with the frames that were to come. */
static void check_capture(const char *name)
{
	FILE *got = command_open(name, "rb"), *want = command_open("want", "rb");
	uint8_t ours[MAX_LEN], theirs[MAX_LEN];
	size_t num = 0;

	assert_int_equal(fseek(got, 24, SEEK_SET), 0);
	for (uint32_t len = get_le32(want); len != UINT32_MAX; len = get_le32(want), num++) {
		assert_true(len <= MAX_LEN);
		assert_int_equal(fread(ours, 1, len, want), len);
		assert_int_equal(fseek(got, 8, SEEK_CUR), 0);
		assert_int_equal(get_le32(got), len);
		assert_int_equal(get_le32(got), len);
		assert_int_equal(fread(theirs, 1, len, got), len);
		assert_memory_equal(ours, theirs, len);
	}
	assert_int_equal(num, capture.num_sound);
	assert_int_equal(get_le32(got), UINT32_MAX);
	fclose(got);
	fclose(want);
}

/* ---- what a run says ---- */

static json_int_t number(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	if (!json_is_integer(value))
		suite_fail("the output has no number '%s': %s", name, command_out);
	return json_integer_value(value);
}

static json_t *stage(const json_t *run, const char *name)
{
	return command_named(json_object_get(run, "stages"), "stage", name);
}

/* check_stages: what one stage lets out goes into the next. */
static void check_stages(const json_t *run)
{
	json_int_t before = -1;
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(run, "stages"), i, one)
	{
		if (before >= 0)
			assert_int_equal(number(one, "in"), before);
		assert_int_equal(number(one, "in") - number(one, "out"), number(one, "dropped"));
		before = number(one, "out");
	}
}

static json_t *finish(pid_t child)
{
	const int status = command_finish(child);
	const size_t len = strlen(command_err);
	json_t *run;

	if (status != 0) /* libbpf says much before what counts */
		suite_fail("exit status %d: %s", status, command_err + (len > 150 ? len - 150 : 0));
	run = command_json();
	check_stages(run);
	return run;
}

static pid_t begin(const char *format, ...) GNG_PRINTF(1, 2);
static pid_t begin(const char *format, ...)
{
	char words[2000];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	runtime_own();
	return command_begin(words);
}

/* ---- pcap ---- */

static void a_capture_goes_in_and_sound_frames_come_out(void **state)
{
	json_t *run;

	(void)state;
	make_captures(true);
	run = finish(begin("timeout 60 gonogo-dpdk run --idle 300 --forward --json -- " SMALL
			   "--vdev net_pcap0,rx_pcap=in.pcap,tx_pcap=out.pcap",
			   (int)getpid()));
	assert_int_equal(number(stage(run, "receive"), "in"), capture.num);
	assert_int_equal(number(stage(run, "parse"), "out"), capture.num_sound);
	assert_int_equal(number(stage(run, "send"), "out"), capture.num_sound);
	for (int i = 1; i < GNG_FRAME_NUM_ERRORS; i++)
		assert_int_equal(number(json_object_get(run, "refused"),
					gng_frame_error_name((enum gng_frame_error)i)),
				 capture.refused[i]);
	json_decref(run);
	check_capture("out.pcap");
}

static void rules_count_and_drop(void **state)
{
	json_t *run, *rules;
	json_int_t sum = 0;

	(void)state;
	make_captures(true);
	run = finish(begin("timeout 60 gonogo-dpdk run --idle 300 --rule 'drop tcp' "
			   "--rule 'accept udp dport 5006' --json -- " SMALL
			   "--vdev net_pcap0,rx_pcap=in.pcap",
			   (int)getpid()));
	rules = json_object_get(run, "rules");
	assert_int_equal(json_array_size(rules), 3);
	for (size_t i = 0; i < 3; i++)
		sum += json_integer_value(json_array_get(rules, i));
	assert_int_equal(sum, capture.num_sound);
	assert_int_equal(number(stage(run, "filter"), "out"),
			 json_integer_value(json_array_get(rules, 1)));
	assert_true(json_integer_value(json_array_get(rules, 0)) >= 4);
	assert_true(json_integer_value(json_array_get(rules, 1)) >= 15);
	json_decref(run);
}

/* ---- null, ring ---- */

static void null_and_ring_pass_what_they_get(void **state)
{
	json_t *run;

	(void)state;
	run = finish(begin("timeout 60 gonogo-dpdk run --frames 10000 --time 20 --json -- " SMALL
			   "--vdev net_null0,size=64",
			   (int)getpid()));
	assert_in_range(number(stage(run, "receive"), "in"), 10000, 10031);
	assert_int_equal(number(run, "bytes"), 64 * number(stage(run, "receive"), "in"));
	assert_int_equal(json_integer_value(json_array_get(json_object_get(run, "lengths"), 7)),
			 number(stage(run, "receive"), "in"));
	json_decref(run);
	make_captures(true);
	/* the capture goes into the ring, comes back from it, and out */
	run = finish(begin("timeout 60 gonogo-dpdk run --idle 300 --forward --json -- " SMALL
			   "--vdev net_pcap0,rx_pcap=in.pcap,tx_pcap=out.pcap --vdev net_ring0",
			   (int)getpid()));
	assert_int_equal(number(stage(run, "receive"), "in"), capture.num + capture.num_sound);
	json_decref(run);
	check_capture("out.pcap");
}

/* ---- virtio_user to vhost, in two processes ---- */

/* The receiver's helper makes the socket too, and takes it away again: it has to stand a while. */
static const char sender_words[] =
	"cd \"$0\"; until [ -S sock ] && sleep 2 && [ -S sock ]; do sleep 0.2; done; "
	"exec timeout --foreground 60 \"$1\"/gonogo-eal run --time 20 --forward -- --no-pci "
	"--no-huge "
	"-m 64 --no-telemetry -l $(($(nproc)-1)) --file-prefix=gonogo-w$$ "
	"--vdev net_pcap0,rx_pcap=in.pcap,infinite_rx=1 "
	"--vdev net_virtio_user0,path=sock >sender 2>&1";

static void vhost_gets_what_virtio_user_sends(void **state)
{
	pid_t sender;
	json_t *run;

	(void)state;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	runtime_own();
	make_captures(false); /* infinite_rx takes no frame of several buffers */
	sender = fork();
	if (sender == 0) { /* a command has one output, and that is the receiver's */
		setpgid(0, 0);
		execl("/bin/sh", "sh", "-c", sender_words, command_folder(), command_build_dir(),
		      (char *)NULL);
		_exit(127);
	}
	assert_true(sender > 0);
	run = finish(begin("timeout 60 gonogo-dpdk run --frames 500 --time 30 --json -- " SMALL
			   "--vdev net_vhost0,iface=sock",
			   (int)getpid()));
	kill(-sender, SIGTERM); /* so that it takes its runtime folder away */
	while (wait(NULL) > 0)	/* what the shell had begun as well */
		;
	if (number(stage(run, "receive"), "in") < 500) {
		command("cat sender >&2");
		suite_fail("too few frames came: %s", command_err);
	}
	json_decref(run);
}

/* ---- ports of the kernel ---- */

static bool own_network(void)
{
	if (geteuid() == 0 && unshare(CLONE_NEWNET) == 0 &&
	    command("ip link add gonogo-a type veth peer name gonogo-b && "
		    "ip link set gonogo-a up && ip link set gonogo-b up && ip link set lo up") == 0)
		return true;
	gng_probe_skip("a network namespace with a veth pair is needed",
		       "run as root, with iproute2 and the module veth");
	return false;
}

/* send_until sends a sound frame on an interface, again and again, until the child ends. */
static void send_until(const char *interface, pid_t child)
{
	static const uint8_t frame[60] = {[0] = 2, [6] = 2, [12] = 0x88, [13] = 0xb5, [14] = 1};
	struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_halen = 6};
	const int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));
	siginfo_t info = {0};

	assert_true(fd >= 0);
	while (waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid == 0) {
		address.sll_ifindex = (int)if_nametoindex(interface);
		if (address.sll_ifindex)
			(void)sendto(fd, frame, sizeof(frame), 0, (struct sockaddr *)&address,
				     sizeof(address));
		usleep(200);
	}
	close(fd);
}

/* libxdp of Debian 12 never frees the 80 bytes of a umem, which is not ours to find. */
#define LEAKY "ASAN_OPTIONS=detect_leaks=0 "

static void check_kernel_port(const char *vdev, const char *peer)
{
	const pid_t child =
		begin(LEAKY "timeout 60 gonogo-dpdk run --frames 500 --time 20 --json -- " SMALL
			    "--vdev %s",
		      (int)getpid(), vdev);
	json_t *run;

	send_until(peer, child);
	run = finish(child);
	if (number(stage(run, "receive"), "in") < 500)
		suite_fail("%s: %s", vdev, command_out);
	assert_true(number(stage(run, "parse"), "out") > 450);
	json_decref(run);
}

static void af_packet_af_xdp_and_tap_receive(void **state)
{
	(void)state;
	if (!own_network())
		return;
	check_kernel_port("net_af_packet0,iface=gonogo-a", "gonogo-b");
	check_kernel_port("net_af_xdp0,iface=gonogo-a", "gonogo-b");
	assert_int_equal(command("ip -details link show gonogo-a"), 0);
	assert_null(strstr(command_out, "xdp")); /* its program went with DPDK */
	check_kernel_port("net_tap0,iface=gonogo-t", "gonogo-t");
	assert_int_not_equal(command("ip link show gonogo-t"), 0); /* it went with DPDK */
}

/* ---- from a port to a launch ---- */

static json_t *row(const json_t *flow, const char *name)
{
	return command_named(json_object_get(flow, "rows"), "row", name);
}

static void check_quantiles(const json_t *one)
{
	static const char *const names[] = {"p50_ns",  "p90_ns",   "p99_ns",
					    "p999_ns", "p9999_ns", "max_ns"};

	for (size_t i = 1; i < COUNT_OF(names); i++)
		assert_true(number(one, names[i - 1]) <= number(one, names[i]));
}

/* check_flow: all that was received is launched and done, or dropped by name. */
static const json_t *check_flow(const json_t *run)
{
	static const char *const of_launch[] = {"submit", "start", "done", "to-start", "to-done"};
	const json_t *flow = json_object_get(run, "flow");
	const json_t *dropped = json_object_get(flow, "dropped");
	const json_int_t num = number(flow, "done");

	assert_int_equal(number(flow, "launched"), num);
	assert_int_equal(number(flow, "wrong"), 0);
	assert_int_equal(number(flow, "lost"), 0);
	assert_int_equal(number(flow, "unsound"), 0);
	assert_int_equal(number(stage(run, "launch"), "out"), num);
	assert_int_equal(number(stage(run, "launch"), "dropped"),
			 number(dropped, "full") + number(dropped, "pieces") +
				 number(dropped, "memory"));
	for (size_t i = 0; i < COUNT_OF(of_launch); i++) {
		assert_int_equal(number(row(flow, of_launch[i]), "n"), num);
		check_quantiles(row(flow, of_launch[i]));
	}
	assert_true(number(row(flow, "to-start"), "p50_ns") >=
		    number(row(flow, "start"), "p50_ns"));
	assert_true(number(row(flow, "done"), "p50_ns") >= number(row(flow, "start"), "p50_ns"));
	return flow;
}

static void each_frame_is_launched_or_dropped_by_name(void **state)
{
	const json_t *flow;
	json_t *run;

	(void)state;
	if (!runtime_has_two_cpus())
		return;
	make_captures(true);
	run = finish(begin("timeout 60 gonogo-dpdk run --idle 300 --launch cpu-poll "
			   "--rule 'drop tcp' --rule accept --json -- " SMALL
			   "--vdev net_pcap0,rx_pcap=in.pcap",
			   (int)getpid()));
	flow = check_flow(run);
	assert_int_equal(number(stage(run, "receive"), "in"), capture.num);
	assert_true(number(stage(run, "filter"), "dropped") >= 4);
	assert_int_equal(number(json_object_get(flow, "dropped"), "pieces"), 1); /* the jumbo */
	assert_int_equal(number(json_object_get(flow, "dropped"), "memory"), 0);
	assert_int_equal(number(flow, "done") + number(stage(run, "filter"), "dropped") + 1,
			 capture.num_sound);
	assert_int_equal(number(row(flow, "late"), "n"), 0);
	json_decref(run);
}

/* check_pace: so many frames at once cannot come sooner than they are due. */
static void check_pace(const char *launch, int frames, int us, int num)
{
	const json_t *flow;
	json_t *run;

	run = finish(begin("timeout 60 gonogo-dpdk run --frames %d --launch %s --pace %d/%d "
			   "--json -- " SMALL "--vdev net_null0,size=64",
			   num, launch, frames, us, (int)getpid()));
	flow = check_flow(run);
	assert_int_equal(number(stage(run, "receive"), "in"), num);
	assert_int_equal(number(row(flow, "late"), "n"), num);
	assert_int_equal(number(flow, "pace_frames"), frames);
	assert_int_equal(number(flow, "pace_ns"), us * 1000);
	assert_true(number(run, "elapsed_ns") / 1000 >= num / frames * us * 99 / 100);
	json_decref(run);
}

static void a_steady_load_and_bursts_come_when_they_are_due(void **state)
{
	(void)state;
	if (!runtime_has_two_cpus())
		return;
	check_pace("cpu-poll", 1, 50, 2000);
	check_pace("cpu-poll", 64, 640, 6400);
	check_pace("cpu-futex", 8, 400, 800);
}

/* check_dropped: what the queue has no room for is dropped as that, and nothing else is. */
static void check_dropped(const char *how, int num)
{
	const json_t *dropped;
	json_t *run;

	run = finish(begin("timeout 60 gonogo-dpdk run --frames %d --time 30 --bare %s "
			   "--launch cpu-futex --json -- " SMALL "--vdev net_null0,size=1500",
			   num, how, (int)getpid()));
	dropped = json_object_get(check_flow(run), "dropped");
	assert_true(number(dropped, "full") > 0);
	assert_int_equal(number(dropped, "pieces") + number(dropped, "memory"), 0);
	assert_int_equal(number(dropped, "full") + number(json_object_get(run, "flow"), "done"),
			 number(stage(run, "receive"), "in"));
	json_decref(run);
}

/* A burst of four times what the queue has room for, and no pace at all. */
static void too_much_is_dropped_and_counted(void **state)
{
	(void)state;
	if (!runtime_has_two_cpus())
		return;
	check_dropped("", 1000000);
	check_dropped("--pace 4096/40000", 40960);
}

/* The same test of another build runs beside this one. */
#define OWN "--file-prefix=gonogo-x$$ "

static const struct command_refusal refused[] = {
	{"--pace 1/10", "--pace", 2},
	{"--launch-cpu 1", "--launch-cpu", 2},
	{"--launch gpu", "'gpu'", 2},
	{"--launch cpu-poll --launch-cpu x", "'x'", 2},
	{"--launch cpu-poll --pace 0/5", "'0/5'", 2},
	{"--launch cpu-poll --pace 5", "'5'", 2},
	{"--launch cpu-poll --forward", "--forward", 2},
	{"--launch cpu-poll --launch-cpu 0 -- " OWN "--no-pci --no-huge -m 64 -l "
	 "0 --vdev net_null0",
	 "the CPU of the loop", 1},
	{"--time 0", "'0'", 2},
	{"--frames x", "'x'", 2},
	{"--idle", "--idle", 2},
	{"--rule 'accept icmp'", "'icmp'", 2},
	{"--bare --rule accept", "--bare", 2},
	{"--colour", "--colour", 2},
	{"net_null0", "'net_null0'", 2},
	{"--time 1 -- --bogus", "--bogus", 1},
	{"--time 1 -- " OWN "--no-pci --no-huge -m 64", "no port", 1},
	{"--time 1 -- " OWN "--no-pci --no-huge -m 8 --vdev net_null0", "-m 64", 1},
};

static void a_wrong_word_is_named(void **state)
{
	(void)state;
	runtime_own();
	command_refuses("gonogo-dpdk run", refused, COUNT_OF(refused));
}

const struct suite_test suite_tests[] = {
	TEST_SLOW(a_capture_goes_in_and_sound_frames_come_out, "D1.eal.stages"),
	TEST_SLOW(rules_count_and_drop, "D1.eal.stages"),
	TEST_SLOW(null_and_ring_pass_what_they_get, "D1.eal.vdevs"),
	TEST_SLOW(vhost_gets_what_virtio_user_sends, "D1.eal.vdevs"),
	TEST_SLOW(af_packet_af_xdp_and_tap_receive, "D1.eal.vdevs"),
	TEST_SLOW(each_frame_is_launched_or_dropped_by_name, "D4.dpdk.flow"),
	TEST_SLOW(a_steady_load_and_bursts_come_when_they_are_due, "D4.dpdk.flow"),
	TEST_SLOW(too_much_is_dropped_and_counted, "D4.dpdk.flow"),
	TEST_SLOW(a_wrong_word_is_named, "D1.eal.stages"),
	{0},
};
