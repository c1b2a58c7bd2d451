/* SPDX-License-Identifier: Apache-2.0 */
/* gcm_batch_rules_test.c - a batch with an item that breaks a rule is refused whole. */
#include "variant.h"

#define NUM 6
#define LEN 40
#define MAX_TEXT ((UINT64_C(1) << 36) - 32)

/* scene is a good batch; everything that a call reads or writes lies in it. Tags stand behind each
 * output, or all of them behind all outputs. */
struct scene {
	struct gng_aes_gcm_item items[NUM];
	uint8_t nonces[NUM][12], aad[NUM][20], in[NUM][LEN], sealed[NUM * (LEN + 16)];
};

static bool tags_behind_each;

static size_t out_at(size_t i)
{
	return offsetof(struct scene, sealed) + (tags_behind_each ? LEN + 16 : LEN) * i;
}

static size_t tag_at(size_t i)
{
	return tags_behind_each ? out_at(i) + LEN
				: offsetof(struct scene, sealed) + LEN * NUM + 16 * i;
}

static void make_scene(struct scene *scene, const struct subject *s)
{
	memset(scene, 0, sizeof(*scene));
	fill(scene->nonces, sizeof(scene->nonces), 1);
	fill(scene->aad, sizeof(scene->aad), 2);
	fill(scene->in, sizeof(scene->in), 3);
	memset(scene->sealed, 0xa5, sizeof(scene->sealed));
	for (size_t i = 0; i < NUM; i++)
		scene->items[i] = (struct gng_aes_gcm_item){.key = &s->gcm,
							    .nonce = scene->nonces[i],
							    .aad = scene->aad[i],
							    .aad_len = 20,
							    .in = scene->in[i],
							    .out = (uint8_t *)scene + out_at(i),
							    .len = LEN,
							    .tag = (uint8_t *)scene + tag_at(i),
							    .status = GNG_ESYS};
}

static void refuses(struct scene *scene, const char *what, enum gng_status want)
{
	const struct scene before = *scene;
	const enum gng_status sealed = gng_aes_gcm_seal_batch(scene->items, NUM);
	const enum gng_status opened = gng_aes_gcm_open_batch(scene->items, NUM);

	if (sealed != want || opened != want)
		suite_fail("%s: %s and %s", what, gng_status_name(sealed), gng_status_name(opened));
	check_same(what, sizeof(before), (const uint8_t *)scene, (const uint8_t *)&before);
}

/* The output of item 2 slides over all of the scene. It may be its own input, or its own place. */
static void batch_refuses_an_output_on_anything(void **state)
{
	const struct gng_aes_variant *variant;
	struct scene scene;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	for (size_t at = 0; at + LEN <= sizeof(scene); at++) {
		tags_behind_each = !tags_behind_each;
		make_scene(&scene, &s);
		scene.items[2].out = (uint8_t *)&scene + at;
		if (scene.items[2].out != scene.in[2] && at != out_at(2))
			refuses(&scene, "an output there", GNG_EINVAL);
		else
			assert_int_equal(gng_aes_gcm_seal_batch(scene.items, NUM), GNG_OK);
	}
}

/* is_written: the bytes [at, at + len) of the scene share one with an output or a tag. */
static bool is_written(size_t at, size_t len)
{
	for (size_t i = 0; i < NUM; i++)
		if ((at + len > out_at(i) && at < out_at(i) + LEN) ||
		    (at + len > tag_at(i) && at < tag_at(i) + 16))
			return true;
	return false;
}

static void check_input(struct scene *scene, bool bad)
{
	const struct scene before = *scene;

	assert_int_equal(gng_aes_gcm_seal_batch(scene->items, NUM), bad ? GNG_EINVAL : GNG_OK);
	if (bad)
		check_same("input", sizeof(before), (const uint8_t *)scene,
			   (const uint8_t *)&before);
}

/* The text of item 2, and one byte of data, slide over all of the scene. */
static void batch_refuses_an_input_on_anything_written(void **state)
{
	const struct gng_aes_variant *variant;
	struct scene scene;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	for (size_t at = 0; at + LEN <= sizeof(scene); at++) {
		tags_behind_each = !tags_behind_each;
		make_scene(&scene, &s);
		scene.items[2].in = (const uint8_t *)&scene + at;
		check_input(&scene, is_written(at, LEN) && at != out_at(2));
		make_scene(&scene, &s);
		scene.items[2].aad = (const uint8_t *)&scene + at;
		scene.items[2].aad_len = 1;
		check_input(&scene, is_written(at, 1));
	}
}

/* A tag that is written spares all; one that is read may lie on other inputs. */
static void batch_refuses_a_tag_on_anything(void **state)
{
	const struct gng_aes_variant *variant;
	struct scene scene, before;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 32);
	for (size_t at = 0; at + 16 <= sizeof(scene); at++) {
		bool on_output = false;

		tags_behind_each = !tags_behind_each;
		for (size_t i = 0; i < NUM; i++)
			on_output |= at + 16 > out_at(i) && at < out_at(i) + LEN;
		make_scene(&scene, &s);
		scene.items[2].tag = (uint8_t *)&scene + at;
		if (at == tag_at(2))
			continue;
		before = scene;
		assert_int_equal(gng_aes_gcm_seal_batch(scene.items, NUM), GNG_EINVAL);
		if (on_output)
			assert_int_equal(gng_aes_gcm_open_batch(scene.items, NUM), GNG_EINVAL);
		check_same("tag", sizeof(scene), (uint8_t *)&scene, (uint8_t *)&before);
		if (!on_output)
			assert_int_equal(gng_aes_gcm_open_batch(scene.items, NUM), GNG_EAUTH);
	}
}

/* Tags in an array of their own before the outputs, whose last one ends on the first output. */
static void batch_refuses_tags_that_end_on_an_output(void **state)
{
	const struct gng_aes_variant *variant;
	uint8_t room[NUM * (LEN + 16)], before[NUM * (LEN + 16)];
	struct scene scene;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	for (size_t shared = 0; shared <= 3; shared++) {
		make_scene(&scene, &s);
		fill(room, sizeof(room), 6);
		memcpy(before, room, sizeof(room));
		for (size_t i = 0; i < NUM; i++) {
			scene.items[i].tag = room + 16 * i;
			scene.items[i].out = room + 16 * NUM - shared + LEN * i;
		}
		assert_int_equal(gng_aes_gcm_seal_batch(scene.items, NUM),
				 shared > 0 ? GNG_EINVAL : GNG_OK);
		if (shared > 0)
			check_same("room", sizeof(room), room, before);
	}
}

/* Each tag begins on the last byte of its own output. */
static void batch_refuses_tags_on_their_own_outputs(void **state)
{
	const struct gng_aes_variant *variant;
	uint8_t room[NUM * 64], before[NUM * 64];
	struct scene scene;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	make_scene(&scene, &s);
	fill(room, sizeof(room), 7);
	memcpy(before, room, sizeof(room));
	for (size_t i = 0; i < NUM; i++) {
		scene.items[i].out = room + 64 * i;
		scene.items[i].tag = room + 64 * i + LEN - 1;
	}
	assert_int_equal(gng_aes_gcm_seal_batch(scene.items, NUM), GNG_EINVAL);
	check_same("room", sizeof(room), room, before);
}

/* Packets in a ring, each with all that belongs to it: the output of one on the end of another. */
static void batch_refuses_packets_that_meet(void **state)
{
	const struct gng_aes_variant *variant;
	uint8_t ring[NUM][100], before[NUM][100];
	struct scene scene;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	for (size_t extra = 0; extra <= 16; extra++) {
		make_scene(&scene, &s);
		fill(ring, sizeof(ring), 5);
		memcpy(before, ring, sizeof(ring));
		for (size_t i = 0; i < NUM; i++) {
			scene.items[i].nonce = ring[i];
			scene.items[i].aad = ring[i] + 12;
			scene.items[i].in = scene.items[i].out = ring[i] + 32;
			scene.items[i].tag = ring[i] + 84;
		}
		scene.items[2].len = 52;		   /* up to its tag */
		scene.items[3].tag = ring[3] + 84 + extra; /* up to and on the next nonce */
		assert_int_equal(gng_aes_gcm_seal_batch(scene.items, NUM),
				 extra > 0 ? GNG_EINVAL : GNG_OK);
		if (extra > 0)
			check_same("ring", sizeof(ring), ring[0], before[0]);
	}
}

static void batch_refuses_absent_buffers(void **state)
{
	const struct gng_aes_variant *variant;
	static const struct gng_aes_gcm_key no_key;
	struct scene scene;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	tags_behind_each = true;
#define REFUSES(change)                                          \
	do {                                                     \
		make_scene(&scene, &s);                          \
		scene.items[4].change;                           \
		refuses(&scene, "absent: " #change, GNG_EINVAL); \
	} while (0)
	REFUSES(key = NULL);
	REFUSES(key = &no_key);
	REFUSES(nonce = NULL);
	REFUSES(aad = NULL);
	REFUSES(in = NULL);
	REFUSES(out = NULL);
	REFUSES(tag = NULL);
	make_scene(&scene, &s);
	scene.items[4].aad = NULL;
	for (size_t len = 1; len <= 20; len++) {
		scene.items[4].aad_len = len;
		refuses(&scene, "absent data", GNG_EINVAL);
	}
	make_scene(&scene, &s);
	scene.items[4].in = scene.items[4].out = NULL;
	scene.items[4].len = 0;
	scene.items[5].aad = NULL;
	scene.items[5].aad_len = 0;
	assert_int_equal(gng_aes_gcm_seal_batch(scene.items, NUM), GNG_OK);
	assert_int_equal(gng_aes_gcm_seal_batch(NULL, 0), GNG_OK);
	assert_int_equal(gng_aes_gcm_seal_batch(NULL, 1), GNG_EINVAL);
	assert_int_equal(gng_aes_gcm_open_batch(NULL, 1), GNG_EINVAL);
	assert_int_equal(gng_aes_gcm_open_batch(scene.items, SIZE_MAX), GNG_EINVAL);
}

/* A batch of one is a batch: nothing behind its item is looked at. */
static void batch_of_one_is_only_its_item(void **state)
{
	const struct gng_aes_variant *variant;
	struct gng_aes_gcm_item *one = malloc(sizeof(*one)); /* whose end a sanitizer watches */
	struct scene scene;
	struct subject s;

	(void)state;
	if (!variant_skips(&variant)) {
		subject_init(&s, variant, 16);
		tags_behind_each = true;
		make_scene(&scene, &s);
		*one = scene.items[3];
		assert_int_equal(gng_aes_gcm_seal_batch(one, 1), GNG_OK);
		assert_int_equal(gng_aes_gcm_seal(&s.gcm, scene.nonces[3], 12, scene.aad[3], 20,
						  scene.sealed, scene.in[3], LEN,
						  scene.sealed + LEN),
				 GNG_OK);
		check_same("of one", LEN + 16, scene.sealed, (uint8_t *)&scene + out_at(3));
		assert_int_equal(gng_aes_gcm_open_batch(one, 1), GNG_EAUTH);
	}
	free(one);
}

/* The list of items lies between the outputs, which are in the order of memory. */
static void batch_refuses_an_output_on_its_own_list(void **state)
{
	const struct gng_aes_variant *variant;
	struct {
		uint8_t low[LEN + 16];
		struct gng_aes_gcm_item items[4];
		uint8_t high[LEN + 16];
	} ring, before;
	struct scene scene;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	make_scene(&scene, &s);
	memset(&ring, 0, sizeof(ring));
	for (size_t i = 0; i < 3; i++) {
		uint8_t *const out = i == 0   ? ring.low
				     : i == 1 ? (uint8_t *)&ring.items[3]
					      : ring.high;

		ring.items[i] = scene.items[i];
		ring.items[i].out = out;
		ring.items[i].tag = out + LEN;
	}
	ring.items[1].len = 24; /* its own place is behind the list of three */
	ring.items[1].tag = ring.items[1].out + 24;
	assert_int_equal(gng_aes_gcm_seal_batch(ring.items, 3), GNG_OK);
	for (size_t back = 1; back <= 3 * sizeof(ring.items[0]); back++) {
		ring.items[1].out = (uint8_t *)&ring.items[3] - back;
		ring.items[1].tag = ring.items[1].out + 24;
		before = ring;
		assert_int_equal(gng_aes_gcm_seal_batch(ring.items, 3), GNG_EINVAL);
		check_same("list", sizeof(ring), (const uint8_t *)&ring, (const uint8_t *)&before);
	}
}

/* A limit wins over an overlap, but not over what is absent. */
static void batch_refuses_lengths_beyond_the_limits(void **state)
{
	const struct gng_aes_variant *variant;
	struct scene scene;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	make_scene(&scene, &s);
	scene.items[0].len = MAX_TEXT + 1;
	scene.items[1].out = scene.in[1] + 1;
	refuses(&scene, "too much text", GNG_ELIMIT);
	make_scene(&scene, &s);
	scene.items[3].aad_len = (size_t)1 << 61;
	refuses(&scene, "too much data", GNG_ELIMIT);
	scene.items[4].nonce = NULL;
	refuses(&scene, "too much data and no nonce", GNG_EINVAL);
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(batch_refuses_an_output_on_anything, "C1.gcm.batch C1.overlap.refused"),
	TEST_EACH_VARIANT(batch_refuses_an_input_on_anything_written,
			  "C1.gcm.batch C1.overlap.refused"),
	TEST_EACH_VARIANT(batch_refuses_a_tag_on_anything, "C1.gcm.batch C1.overlap.refused"),
	TEST_EACH_VARIANT(batch_refuses_packets_that_meet, "C1.gcm.batch C1.overlap.refused"),
	TEST_EACH_VARIANT(batch_refuses_tags_that_end_on_an_output,
			  "C1.gcm.batch C1.overlap.refused"),
	TEST_EACH_VARIANT(batch_refuses_tags_on_their_own_outputs,
			  "C1.gcm.batch C1.overlap.refused"),
	TEST_EACH_VARIANT(batch_refuses_absent_buffers, "C1.gcm.batch C1.null.contracts"),
	TEST_EACH_VARIANT(batch_of_one_is_only_its_item, "C1.gcm.batch"),
	TEST_EACH_VARIANT(batch_refuses_an_output_on_its_own_list,
			  "C1.gcm.batch C1.overlap.refused"),
	TEST_EACH_VARIANT(batch_refuses_lengths_beyond_the_limits, "C1.gcm.batch C1.gcm.limits"),
	{0},
};
