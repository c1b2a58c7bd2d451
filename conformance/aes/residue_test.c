/* SPDX-License-Identifier: Apache-2.0 */
/*
 * residue_test.c - what a call leaves in vector registers and on its stack: no round key, no power
 * of the hash key, no keystream and no rest of a tag. The call runs on a stack of its own, so that
 * all of it can be read.
 */
#include "variant.h"

#include <ucontext.h>

#define STACK_LEN ((size_t)256 << 10)
#define LEN ((size_t)1117) /* batches, vectors, blocks and a part of one */

static struct {
	ucontext_t test, call;
	struct subject s;
	struct gng_aes_gcm stream;
	const struct mode *mode;
	enum gng_status status;
	uint8_t in[LEN], out[LEN];
	uint8_t registers[32 * 64];
	uint8_t stack[STACK_LEN];
} scene;

/* keep_registers must follow the call at once: whatever runs between may use them. */
#if defined(__x86_64__)
#define SSE(i) "movups %%xmm" #i ", 64*" #i "(%0)\n\t"
#define EVEX(i) "vmovups %%zmm" #i ", 64*" #i "(%0)\n\t"

static inline void keep_registers(bool wide)
{
	__asm__ volatile(SSE(0) SSE(1) SSE(2) SSE(3) SSE(4) SSE(5) SSE(6) SSE(7) SSE(8) SSE(9)
				 SSE(10) SSE(11) SSE(12) SSE(13) SSE(14) SSE(15)
			 :
			 : "r"(scene.registers)
			 : "memory");
	if (wide)
		__asm__ volatile(
			EVEX(0) EVEX(1) EVEX(2) EVEX(3) EVEX(4) EVEX(5) EVEX(6) EVEX(7) EVEX(8)
				EVEX(9) EVEX(10) EVEX(11) EVEX(12) EVEX(13) EVEX(14) EVEX(15)
					EVEX(16) EVEX(17) EVEX(18) EVEX(19) EVEX(20) EVEX(21)
						EVEX(22) EVEX(23) EVEX(24) EVEX(25) EVEX(26)
							EVEX(27) EVEX(28) EVEX(29) EVEX(30) EVEX(31)
			:
			: "r"(scene.registers)
			: "memory");
}
#else
static inline void keep_registers(bool wide)
{
	(void)wide;
}
#endif

/* clear_registers keeps out what the test itself moved: the C library copies keys through
 * registers that the code under test never touches. */
#if defined(__x86_64__)
#define ZERO(i) "pxor %%xmm" #i ", %%xmm" #i "\n\t"
#define ZERO_WIDE(i) "vpxorq %%zmm" #i ", %%zmm" #i ", %%zmm" #i "\n\t"

static inline void clear_registers(bool wide)
{
	__asm__ volatile(ZERO(0) ZERO(1) ZERO(2) ZERO(3) ZERO(4) ZERO(5) ZERO(6) ZERO(7) ZERO(8)
				 ZERO(9) ZERO(10) ZERO(11) ZERO(12) ZERO(13) ZERO(14) ZERO(15)
			 :
			 :
			 : "memory");
	if (wide)
		__asm__ volatile("vzeroall\n\t" ZERO_WIDE(16) ZERO_WIDE(17) ZERO_WIDE(18)
					 ZERO_WIDE(19) ZERO_WIDE(20) ZERO_WIDE(21) ZERO_WIDE(22)
						 ZERO_WIDE(23) ZERO_WIDE(24) ZERO_WIDE(25)
							 ZERO_WIDE(26) ZERO_WIDE(27) ZERO_WIDE(28)
								 ZERO_WIDE(29) ZERO_WIDE(30)
									 ZERO_WIDE(31)
				 :
				 :
				 : "memory");
}
#else
static inline void clear_registers(bool wide)
{
	(void)wide;
}
#endif

static bool wide_registers; /* asked before, since the question itself uses registers */

static void run_call(void)
{
	const size_t len = LEN / scene.mode->unit * scene.mode->unit;

	clear_registers(wide_registers);
	scene.status = scene.mode->crypt(&scene.s, scene.out, scene.in, len);
	keep_registers(wide_registers);
}

/* num_found counts the 8-byte pieces of secret that stand anywhere in p[0..len). It finds none
 * where gonogo mutants only counts which lines this test executes: objects with counters are not
 * optimised, and nobody takes a verdict from them. */
static size_t num_found(const uint8_t *p, size_t len, const void *secret, size_t secret_len)
{
	static const uint8_t zeros[8];
	const uint8_t *pieces = secret;
	size_t found = 0;

	if (getenv("GNG_COUNTED"))
		return 0;
	for (size_t i = 0; i + 8 <= secret_len; i += 8)
		if (memcmp(pieces + i, zeros, 8) != 0 && memmem(p, len, pieces + i, 8))
			found++;
	return found;
}

static void check_place(const char *place, const uint8_t *p, size_t len)
{
	const struct gng_aes_gcm_key *gcm = &scene.s.gcm;
	const size_t found = num_found(p, len, scene.s.key.enc, sizeof(scene.s.key.enc)) +
			     num_found(p, len, scene.s.key.dec, sizeof(scene.s.key.dec)) +
			     num_found(p, len, gcm->ghash, sizeof(gcm->ghash));

	gng_probe_assertion();
	if (found > 0)
		suite_fail("%s leaves %zu pieces of its keys %s", scene.mode->name, found, place);
}

static void check_mode(const struct mode *mode)
{
	scene.mode = mode;
	memset(scene.stack, 0xa5, STACK_LEN);
	memset(scene.registers, 0xa5, sizeof(scene.registers));
	if (mode->opens)
		subject_tag(&scene.s, scene.in, LEN);
	assert_int_equal(getcontext(&scene.call), 0);
	scene.call.uc_stack.ss_sp = scene.stack;
	scene.call.uc_stack.ss_size = STACK_LEN;
	scene.call.uc_link = &scene.test;
	makecontext(&scene.call, run_call, 0);
	assert_int_equal(swapcontext(&scene.test, &scene.call), 0);
	assert_int_equal(scene.status, GNG_OK);
	check_place("in registers", scene.registers, sizeof(scene.registers));
	check_place("on the stack", scene.stack, STACK_LEN);
}

#define ITEM_LEN 45 /* short enough for the lanes of every variant */
#define MAX_ITEMS 5

static size_t num_items; /* 4 end with lanes, 5 with a message alone */

/* A batch that is opened needs tags; a mode that seals and opens again has them. */
static enum gng_status seal_and_open_batch(struct subject *s, uint8_t *out, const uint8_t *in,
					   size_t len)
{
	struct gng_aes_gcm_item items[MAX_ITEMS];
	uint8_t tags[MAX_ITEMS][16];
	enum gng_status status;

	for (size_t i = 0; i < COUNT_OF(items); i++)
		items[i] = (struct gng_aes_gcm_item){.key = &s->gcm,
						     .nonce = s->nonce,
						     .aad = s->aad,
						     .aad_len = 13,
						     .in = in + ITEM_LEN * i,
						     .out = out + ITEM_LEN * i,
						     .len = ITEM_LEN,
						     .tag = tags[i]};
	assert_true(len >= MAX_ITEMS * ITEM_LEN);
	status = gng_aes_gcm_seal_batch(items, num_items);
	for (size_t i = 0; i < COUNT_OF(items); i++)
		items[i].in = items[i].out;
	return status == GNG_OK ? gng_aes_gcm_open_batch(items, num_items) : status;
}

static void check_open_batch(void)
{
	static const struct mode mode = {"gcm_open_batch", 1, seal_and_open_batch, false};

	for (num_items = MAX_ITEMS - 1; num_items <= MAX_ITEMS; num_items++)
		check_mode(&mode);
}

/* What is left of a keystream would open the rest of a message, and bytes of a tag that was cut
 * are those that nobody may know. */
static void check_keystream(const struct mode *mode)
{
	uint8_t stream[8];

	check_mode(mode);
	for (size_t i = 0; i < sizeof(stream); i++)
		stream[i] = scene.in[LEN / 16 * 16 + i] ^ scene.out[LEN / 16 * 16 + i];
	gng_probe_assertion();
	if (num_found(scene.stack, STACK_LEN, stream, sizeof(stream)) > 0)
		suite_fail("%s leaves its keystream on the stack", mode->name);
}

/* Data alone: no text follows whose end would clear the registers. */
static enum gng_status gcm_aad(struct subject *s, uint8_t *out, const uint8_t *in, size_t len)
{
	enum gng_status status = gng_aes_gcm_begin(&scene.stream, &s->gcm, s->nonce, 12);

	(void)out;
	return status == GNG_OK ? gng_aes_gcm_aad(&scene.stream, in, len) : status;
}

static void check_data_alone(void)
{
	static const struct mode aad = {"gcm_aad", 1, gcm_aad, false};

	check_mode(&aad);
	gng_aes_gcm_fini(&scene.stream);
}

static void check_cut_tag(const struct gng_aes_variant *variant, size_t key_len)
{
	static const struct mode seal = {"gcm_seal", 1, mode_gcm_seal, false};
	uint8_t whole[16], key_bytes[32];

	check_mode(&seal);
	memcpy(whole, scene.s.tag, sizeof(whole));
	fill(key_bytes, sizeof(key_bytes), key_len);
	assert_int_equal(aes_gcm_init_with(&scene.s.gcm, variant, key_bytes, key_len, 8), GNG_OK);
	check_mode(&seal);
	check_same("the tag", 8, scene.s.tag, whole);
	gng_probe_assertion();
	if (num_found(scene.stack, STACK_LEN, whole + 8, 8) > 0)
		suite_fail("gcm_seal leaves what it cut off a tag on the stack");
}

static bool optimised_build(void)
{
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__clang__)
	return true;
#else
	return false;
#endif
}

static void skip_residue(void)
{
	gng_probe_skip("this build keeps copies of locals on the stack: clang does, and any "
		       "compiler without -O2",
		       "the release build, by gcc: gonogo check --builds release "
		       "conformance.aes.residue");
}

/* ---- keys that are set up ---- */

static struct {
	const struct gng_aes_variant *variant;
	uint8_t bytes[32];
	size_t len;
	struct gng_aes_key plain; /* round keys as the standard has them: portable packs its own */
} set_up;

static enum gng_status init(struct subject *s, uint8_t *out, const uint8_t *in, size_t len)
{
	(void)out;
	(void)in;
	(void)len;
	return aes_init_with(&s->key, set_up.variant, set_up.bytes, set_up.len);
}

static enum gng_status gcm_init(struct subject *s, uint8_t *out, const uint8_t *in, size_t len)
{
	(void)out;
	(void)in;
	(void)len;
	return aes_gcm_init_with(&s->gcm, set_up.variant, set_up.bytes, set_up.len, 16);
}

static void check_plain(const char *place, const uint8_t *p, size_t len)
{
	const size_t found = num_found(p, len, set_up.plain.enc, sizeof(set_up.plain.enc));

	gng_probe_assertion();
	if (found > 0)
		suite_fail("init leaves %zu pieces of plain round keys %s", found, place);
}

/* holds_here: what is portable depends on no compiler, as long as it optimises and MemorySanitizer
 * keeps no copies. */
static bool holds_here(const struct gng_aes_variant *variant)
{
#if defined(__OPTIMIZE__) && !defined(GNG_MSAN)
	return optimised_build() || variant == &aes_variant_portable;
#else
	(void)variant;
	return false;
#endif
}

/* What a key set-up leaves stays for as long as nobody calls as deeply again. */
static void check_set_up(const struct mode *mode)
{
	check_mode(mode);
	check_plain("in registers", scene.registers, sizeof(scene.registers));
	check_plain("on the stack", scene.stack, STACK_LEN);
}

static void key_set_up_leaves_no_key_behind(void **state)
{
	static const struct mode init_alone = {"init", 1, init, false};
	static const struct mode gcm_init_alone = {"gcm_init", 1, gcm_init, false};

	(void)state;
	if (variant_skips(&set_up.variant))
		return;
	if (!holds_here(set_up.variant)) {
		skip_residue();
		return;
	}
	wide_registers = gng_cpu_detect() & GNG_CPU_AVX512;
	for (set_up.len = 16; set_up.len <= 32; set_up.len += 8) {
		fill(set_up.bytes, sizeof(set_up.bytes), set_up.len);
		subject_init(&scene.s, set_up.variant, set_up.len);
		memset(&set_up.plain, 0, sizeof(set_up.plain));
		if (gng_cpu_caps() & GNG_CPU_AESNI)
			assert_int_equal(aes_init_with(&set_up.plain, &aes_variant_aesni,
						       set_up.bytes, set_up.len),
					 GNG_OK);
		check_set_up(&init_alone);
		check_set_up(&gcm_init_alone);
	}
}

/* ---- calls ---- */

static void calls_leave_no_key_behind(void **state)
{
	static const struct mode ctr = {"ctr_crypt", 1, mode_ctr, false};
	static const struct mode ctr_parts = {"ctr_crypt_parts", 1, mode_ctr_parts, false};
	const struct gng_aes_variant *variant;

	(void)state;
	if (variant_skips(&variant))
		return;
	if (!optimised_build()) {
		skip_residue();
		return;
	}
	wide_registers = gng_cpu_detect() & GNG_CPU_AVX512;
	fill(scene.in, sizeof(scene.in), 5);
	for (size_t key_len = 16; key_len <= 32; key_len += 8) {
		subject_init(&scene.s, variant, key_len);
		for (size_t i = 0; i < COUNT_OF(modes); i++)
			check_mode(&modes[i]);
		check_open_batch();
		check_keystream(&ctr);
		check_keystream(&ctr_parts);
		check_data_alone();
		check_cut_tag(variant, key_len);
	}
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(calls_leave_no_key_behind, "C1.key.residue"),
	TEST_EACH_VARIANT(key_set_up_leaves_no_key_behind, "C1.key.residue"),
	{0},
};
