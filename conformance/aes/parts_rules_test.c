/* SPDX-License-Identifier: Apache-2.0 */
/* parts_rules_test.c - lists of parts that break a rule are refused before a byte is written. */
#include "variant.h"

#define NUM 4
#define PART 40
#define MAX_TEXT ((UINT64_C(1) << 36) - 32)

/* scene is a good call; everything that a call reads or writes lies in it, so one comparison shows
 * that nothing changed. */
struct scene {
	struct gng_aes_part parts[NUM];
	struct gng_aes_data data[2];
	uint8_t in[NUM * PART], out[NUM * PART], aad[39], iv[16], tag[16];
};

static void make_scene(struct scene *scene)
{
	fill(scene->in, sizeof(scene->in), 1);
	fill(scene->aad, sizeof(scene->aad), 2);
	fill(scene->iv, sizeof(scene->iv), 3);
	memset(scene->out, 0xa5, sizeof(scene->out));
	memset(scene->tag, 0x5a, sizeof(scene->tag));
	for (size_t i = 0; i < NUM; i++)
		scene->parts[i] =
			(struct gng_aes_part){scene->in + PART * i, scene->out + PART * i, PART};
	scene->data[0] = (struct gng_aes_data){scene->aad, 20};
	scene->data[1] = (struct gng_aes_data){scene->aad + 20, 19}; /* longer than a tag */
}

static enum gng_status call_ctr(const struct subject *s, struct scene *scene)
{
	return gng_aes_ctr_crypt_parts(&s->key, scene->iv, scene->parts, NUM);
}

static enum gng_status call_seal(const struct subject *s, struct scene *scene)
{
	return gng_aes_gcm_seal_parts(&s->gcm, scene->iv, 16, scene->data, 2, scene->parts, NUM,
				      scene->tag);
}

static enum gng_status call_open(const struct subject *s, struct scene *scene)
{
	return gng_aes_gcm_open_parts(&s->gcm, scene->iv, 16, scene->data, 2, scene->parts, NUM,
				      scene->tag);
}

static void refuses(const struct subject *s, struct scene *scene, const char *what, bool gcm_only,
		    enum gng_status want)
{
	static enum gng_status (*const calls[])(const struct subject *,
						struct scene *) = {call_seal, call_open, call_ctr};
	const struct scene before = *scene;

	for (size_t i = 0; i < (gcm_only ? 2 : COUNT_OF(calls)); i++) {
		const enum gng_status status = calls[i](s, scene);

		if (status != want)
			suite_fail("call %zu with %s: %s", i, what, gng_status_name(status));
		check_same(what, sizeof(before), (const uint8_t *)scene, (const uint8_t *)&before);
	}
}

/* Where the first byte of part 1's output goes: each place spoils one rule. */
static void parts_refuse_an_output_on_anything(void **state)
{
	const struct gng_aes_variant *variant;
	struct scene scene;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	for (size_t at = 0; at + PART <= sizeof(scene); at++) {
		uint8_t *const out = (uint8_t *)&scene + at;
		const bool in_place = at == offsetof(struct scene, in) + PART;
		const bool own_place = at == offsetof(struct scene, out) + PART;

		make_scene(&scene);
		scene.parts[1].out = out;
		if (in_place || own_place)
			assert_int_equal(call_ctr(&s, &scene), GNG_OK);
		else /* PART bytes fit nowhere without a byte of what CTR reads, too */
			refuses(&s, &scene, "an output there", false, GNG_EINVAL);
	}
}

static void parts_refuse_a_tag_on_an_input(void **state)
{
	const struct gng_aes_variant *variant;
	struct scene scene, before;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	make_scene(&scene);
	before = scene;
	for (size_t at = 0; at + 16 <= offsetof(struct scene, tag); at++) {
		uint8_t *const tag = (uint8_t *)&scene + at;

		assert_int_equal(gng_aes_gcm_seal_parts(&s.gcm, scene.iv, 16, scene.data, 2,
							scene.parts, NUM, tag),
				 GNG_EINVAL);
		check_same("tag", sizeof(scene), (const uint8_t *)&scene, (const uint8_t *)&before);
	}
}

/* Inputs may repeat and lie anywhere; outputs may go down in memory. */
static void parts_take_inputs_and_outputs_in_any_order(void **state)
{
	const struct gng_aes_variant *variant;
	uint8_t text[NUM * PART], want[NUM * PART];
	struct scene scene;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 32);
	make_scene(&scene);
	for (size_t i = 0; i < NUM; i++) {
		scene.parts[i].in = scene.in + 7 * (i % 2);
		scene.parts[i].out = scene.out + PART * (NUM - 1 - i);
		memcpy(text + PART * i, scene.parts[i].in, PART);
	}
	assert_int_equal(gng_aes_ctr_crypt(&s.key, scene.iv, want, text, sizeof(text)), GNG_OK);
	assert_int_equal(call_ctr(&s, &scene), GNG_OK);
	for (size_t i = 0; i < NUM; i++)
		check_same("part", PART, scene.parts[i].out, want + PART * i);
}

static void parts_refuse_absent_buffers(void **state)
{
	const struct gng_aes_variant *variant;
	struct scene scene;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	make_scene(&scene);
	scene.parts[3].in = NULL;
	refuses(&s, &scene, "no input", false, GNG_EINVAL);
	make_scene(&scene);
	scene.parts[3].out = NULL;
	refuses(&s, &scene, "no output", false, GNG_EINVAL);
	make_scene(&scene);
	scene.data[0].bytes = NULL;
	refuses(&s, &scene, "no data in front", true, GNG_EINVAL);
	make_scene(&scene);
	scene.data[1].bytes = NULL;
	refuses(&s, &scene, "no data", true, GNG_EINVAL);
	scene.data[1].len = 0;
	scene.parts[3] = (struct gng_aes_part){NULL, NULL, 0};
	assert_int_equal(call_seal(&s, &scene), GNG_OK);
	assert_int_equal(gng_aes_ctr_crypt_parts(&s.key, s.iv, NULL, 1), GNG_EINVAL);
	assert_int_equal(gng_aes_ctr_crypt_parts(&s.key, s.iv, scene.parts, SIZE_MAX), GNG_EINVAL);
	assert_int_equal(gng_aes_ctr_crypt_parts(&s.key, s.iv, scene.parts,
						 SIZE_MAX / sizeof(scene.parts[0]) + 1),
			 GNG_EINVAL);
	assert_int_equal(gng_aes_ctr_crypt_parts(&s.key, NULL, scene.parts, NUM), GNG_EINVAL);
	assert_int_equal(gng_aes_ctr_crypt_parts(NULL, s.iv, NULL, 0), GNG_EINVAL);
	assert_int_equal(gng_aes_ctr_crypt_parts(&s.key, s.iv, NULL, 0), GNG_OK);
	assert_int_equal(gng_aes_gcm_seal_parts(&s.gcm, s.nonce, 12, NULL, 1, NULL, 0, s.tag),
			 GNG_EINVAL);
	assert_int_equal(gng_aes_gcm_seal_parts(&s.gcm, s.nonce, 12, NULL, 0, NULL, 1, s.tag),
			 GNG_EINVAL);
	assert_int_equal(gng_aes_gcm_seal_parts(&s.gcm, s.nonce, 0, NULL, 0, NULL, 0, s.tag),
			 GNG_EINVAL);
	assert_int_equal(gng_aes_gcm_open_parts(&s.gcm, s.nonce, 12, NULL, 0, NULL, 0, NULL),
			 GNG_EINVAL);
	assert_int_equal(gng_aes_gcm_open_parts(NULL, s.nonce, 12, NULL, 0, NULL, 0, s.tag),
			 GNG_EINVAL);
}

/* The limits hold for all parts together, and win over an overlap. */
static void parts_count_together_towards_the_limits(void **state)
{
	const struct gng_aes_variant *variant;
	struct scene scene;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	make_scene(&scene);
	scene.parts[0].len = MAX_TEXT / 2;
	scene.parts[1].len = MAX_TEXT / 2;
	scene.parts[2].len = 1;
	scene.parts[3].len = 0;
	refuses(&s, &scene, "too much text", true, GNG_ELIMIT);
	make_scene(&scene);
	scene.parts[0].len = SIZE_MAX / 2;
	scene.parts[1].len = SIZE_MAX / 2 + 1;
	scene.parts[2].len = 1;
	refuses(&s, &scene, "more than 2^64 - 1 bytes", false, GNG_ELIMIT);
	make_scene(&scene);
	scene.data[0].len = (size_t)1 << 60;
	scene.data[1].len = (size_t)1 << 60;
	refuses(&s, &scene, "too much data", true, GNG_ELIMIT);
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(parts_refuse_an_output_on_anything, "C1.parts.rules C1.overlap.refused"),
	TEST_EACH_VARIANT(parts_refuse_a_tag_on_an_input, "C1.parts.rules C1.overlap.refused"),
	TEST_EACH_VARIANT(parts_take_inputs_and_outputs_in_any_order, "C1.parts.rules"),
	TEST_EACH_VARIANT(parts_refuse_absent_buffers, "C1.parts.rules C1.null.contracts"),
	TEST_EACH_VARIANT(parts_count_together_towards_the_limits,
			  "C1.parts.rules C1.gcm.limits C1.ctr.limit"),
	{0},
};
