/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handover_test.c - "XDP_PASS hands the packet to the stack without a copy": where a frame lies
 * when its sender hands it over, when the program passes it, and when the stack lets go of it.
 */
/* needs: bpf */
#include "world.h"

#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <bpf/btf.h>
#include <gng_bpf.h>

#define NUM_FRAMES 50
#define ETHER_LEN 14

/* places is where the frame that came last lay, in a mapped array. */
struct places {
	uint64_t sent, passed, freed;
};

#define FIND "*(u32 *)(r10 - 4) = 0; r2 = r10; r2 += -4; r1 = map 0; call 1; if r0 == 0 goto out; "

/* passes a frame that carries the stamp, and notes where it lies */
static const char witness[] =
	"r7 = *(u32 *)(r1 + 0); r8 = *(u32 *)(r1 + 4); r2 = r7; r2 += 46; if r2 > r8 goto out; "
	"r3 = *(u32 *)(r7 + 42); if r3 != 0x676f6e6f goto out; " FIND
	"*(u64 *)(r0 + 8) = r7; out: r0 = 2; exit";

/* of a struct sk_buff: reads data (at %u), looks for the stamp (at %d), notes the place at %d */
static const char follower[] =
	"r6 = *(u64 *)(r1 + 0); r1 = r10; r1 += -16; r2 = 8; r3 = r6; r3 += %u; call 113; "
	"r7 = *(u64 *)(r10 - 16); *(u64 *)(r10 - 24) = 0; r1 = r10; r1 += -24; r2 = 4; r3 = r7; "
	"r3 += %d; call 113; r8 = *(u32 *)(r10 - 24); if r8 != 0x676f6e6f goto out; " FIND
	"r7 += %d; *(u64 *)(r0 + %d) = r7; out: r0 = 0; exit";

/* scene is programs, a pair of veth, and what was seen. */
struct scene {
	struct gng_xdp *xdp;
	struct gng_xdp_pair pair;
	struct gng_bpf_map map;
	int map_fd, witness, followers[2], attached[2];
	struct places *places;
	uint8_t frame[GNG_XDP_FRAME_LEN];
};

/* offset_of_data is that of data in this kernel's struct sk_buff; 0 if it cannot be told. */
static uint32_t offset_of_data(void)
{
	struct btf *btf = btf__load_vmlinux_btf();
	const int32_t id = btf ? btf__find_by_name_kind(btf, "sk_buff", BTF_KIND_STRUCT) : -1;
	const struct btf_type *type = id > 0 ? btf__type_by_id(btf, (uint32_t)id) : NULL;
	uint32_t offset = 0;

	for (uint32_t i = 0; type && i < btf_vlen(type); i++) {
		const struct btf_member *member = btf_members(type) + i;

		if (strcmp(btf__name_by_offset(btf, member->name_off), "data") == 0)
			offset = btf_member_bit_offset(type, i) / 8;
	}
	btf__free(btf);
	return offset;
}

static int load(struct scene *scene, const char *type, const char *text)
{
	struct gng_bpf_code code;
	struct gng_bpf_program program = {.type = (uint32_t)gng_bpf_type(type),
					  .code = &code,
					  .maps = &scene->map,
					  .num_maps = 1,
					  .map_fds = &scene->map_fd};
	struct gng_why why = {0};
	int fd;

	good(gng_bpf_assemble(&code, type, text, &why), &why);
	good(gng_bpf_load(&fd, &program, &why), &why);
	gng_bpf_code_fini(&code);
	return fd;
}

/* follow attaches to a tracepoint whose first argument is a struct sk_buff with data at ahead bytes
 * behind the frame's first. */
static void follow(struct scene *scene, size_t i, const char *tracepoint, int ahead, size_t place)
{
	char text[1024];

	snprintf(text, sizeof(text), follower, offset_of_data(), 42 - ahead, -ahead, (int)place);
	scene->followers[i] = load(scene, "raw_tracepoint", text);
	scene->attached[i] = bpf_raw_tracepoint_open(tracepoint, scene->followers[i]);
	assert_true(scene->attached[i] >= 0);
}

static bool scene_open(struct scene *scene)
{
	const struct gng_xdp_flow flow = flow_of(1, 9);
	struct gng_why why = {0};
	size_t num;

	if (offset_of_data() == 0) {
		gng_probe_skip("this kernel has no BTF", REMEDY);
		return false;
	}
	scene->xdp = programs_open(NULL);
	if (!scene->xdp)
		return false;
	good(gng_xdp_pair_open(&scene->pair, &why), &why);
	gng_xdp_frame_fill(scene->frame, &flow);
	good(gng_bpf_maps_parse(&scene->map, &num, 1, "map", "array 4 24 1 mmap", &why), &why);
	scene->map_fd = gng_bpf_map_create(&scene->map);
	scene->places = mmap(NULL, sizeof(*scene->places), PROT_READ | PROT_WRITE, MAP_SHARED,
			     scene->map_fd, 0);
	assert_true(scene->places != MAP_FAILED);
	scene->witness = load(scene, "xdp", witness);
	follow(scene, 0, "net_dev_start_xmit", 0, offsetof(struct places, sent));
	follow(scene, 1, "kfree_skb", ETHER_LEN, offsetof(struct places, freed));
	return true;
}

static void scene_close(struct scene *scene)
{
	for (size_t i = 0; i < 2; i++) {
		close(scene->attached[i]);
		close(scene->followers[i]);
	}
	close(scene->witness);
	munmap(scene->places, sizeof(*scene->places));
	close(scene->map_fd);
	gng_xdp_pair_close(&scene->pair);
	programs_close(scene->xdp);
}

static void attach(struct scene *scene, enum gng_xdp_mode mode)
{
	struct gng_why why = {0};

	good(gng_xdp_attach_fd(scene->xdp, scene->witness, scene->pair.to, mode, &why), &why);
}

/* wait_for waits a second at most until the stack has let go of a frame. */
static struct places wait_for(const struct scene *scene)
{
	for (int i = 0; i < 1000; i++) {
		if (__atomic_load_n(&scene->places->freed, __ATOMIC_ACQUIRE))
			break;
		nanosleep(&(struct timespec){0, 1000000}, NULL);
	}
	return *scene->places;
}

/* send_by_socket sends one frame as a struct sk_buff. */
static struct places send_by_socket(struct scene *scene, int socket)
{
	const struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = scene->pair.from};

	*scene->places = (struct places){0};
	assert_int_equal(sendto(socket, scene->frame, sizeof(scene->frame), 0,
				(const struct sockaddr *)&to, sizeof(to)),
			 sizeof(scene->frame));
	return wait_for(scene);
}

/* by_socket counts frames that lay elsewhere when they were sent than when they were passed: what
 * the driver copies for the program, before it runs. */
static unsigned int by_socket(struct scene *scene, enum gng_xdp_mode mode)
{
	const int sender = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	unsigned int num_copied = 0;

	assert_true(sender >= 0);
	attach(scene, mode);
	for (int i = 0; i < NUM_FRAMES; i++) {
		const struct places places = send_by_socket(scene, sender);

		assert_true(places.sent != 0 && places.passed != 0);
		assert_true(places.passed == places.freed);
		num_copied += places.sent != places.passed;
	}
	close(sender);
	gng_xdp_detach(scene->xdp, scene->pair.to);
	return num_copied;
}

static void note_copies(const char *mode, unsigned int num)
{
	char note[64];

	snprintf(note, sizeof(note), "%u of %d copied before the program", num, NUM_FRAMES);
	gng_probe_note(mode, note);
}

/* The control: a copy is seen where there is one. veth makes room for the program by one. */
static void a_passed_frame_stays_where_it_lies_in_native_mode(void **state)
{
	struct scene scene = {0};
	unsigned int num;

	(void)state;
	if (!scene_open(&scene))
		return;
	num = by_socket(&scene, GNG_XDP_NATIVE);
	note_copies("native", num);
	assert_int_equal(num, NUM_FRAMES);
	scene_close(&scene);
}

static void a_passed_frame_stays_where_it_lies_in_generic_mode(void **state)
{
	struct scene scene = {0};

	(void)state;
	if (!scene_open(&scene))
		return;
	note_copies("generic", by_socket(&scene, GNG_XDP_GENERIC));
	scene_close(&scene);
}

/* A frame that another port redirected was never a struct sk_buff: one is built around it. */
static void a_redirected_frame_stays_where_it_lies(void **state)
{
	struct gng_why why = {0};
	struct scene scene = {0};

	(void)state;
	if (!scene_open(&scene))
		return;
	attach(&scene, GNG_XDP_NATIVE);
	good(gng_xdp_to_interface(scene.xdp, scene.pair.from, &why), &why);
	for (int i = 0; i < NUM_FRAMES; i++) {
		struct places places;

		*scene.places = (struct places){0};
		good(gng_xdp_send_live(scene.xdp, scene.frame, sizeof(scene.frame), 1, &why), &why);
		places = wait_for(&scene);
		assert_true(places.passed != 0 && places.passed == places.freed);
	}
	gng_xdp_detach(scene.xdp, scene.pair.to);
	scene_close(&scene);
}

const struct suite_test suite_tests[] = {
	TEST(a_passed_frame_stays_where_it_lies_in_native_mode, "B3.xdp.filter"),
	TEST(a_passed_frame_stays_where_it_lies_in_generic_mode, "B3.xdp.filter"),
	TEST(a_redirected_frame_stays_where_it_lies, "B3.xdp.filter"),
	{0},
};
