/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer_hw.c - speed of AES against other libraries: ratios of interleaved slices, each for the
 * variant that its name begins with. Limits stand in peer.budget; a test without one reports.
 */
/* needs: bench clock mem */
#include "../suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gng_bench.h>

#include "peer.h"

static const struct peer_case *case_named(const char *name, size_t len)
{
	for (const struct peer_case *one = peer_cases; one->name; one++)
		if (strlen(one->name) == len && memcmp(one->name, name, len) == 0)
			return one;
	return NULL;
}

/* library_of finds the peer of "..._vs_openssl3_5": names of tests have '_' for '-' and '.'. */
static struct peer_library *library_of(struct peer_libraries *libraries, const char *peer)
{
	for (size_t i = 0; i < libraries->num; i++) {
		const char *name = libraries->all[i].name, *at = peer;

		while (*name && (*at == *name || (*at == '_' && strchr("-.", *name)))) {
			name++;
			at++;
		}
		if (!*name && !*at)
			return &libraries->all[i];
	}
	return NULL;
}

static void skip_absent(const struct peer_library *library)
{
	char remedy[128];

	peer_remedy(remedy, library);
	gng_probe_skip(library->reason, remedy);
}

static void report(const char *test, const struct peer_match *match)
{
	const struct gng_bench_result *result = &match->result;
	const struct gng_bench_ratio *ratio = &result->ratios[1];
	struct gng_measure measure = {.value = ratio->median,
				      .unit = "ratio",
				      .n = ratio->n,
				      .lo = ratio->lo,
				      .hi = ratio->hi,
				      .num_blocks = GNG_BENCH_NUM_BLOCKS};
	char text[96];

	snprintf(measure.name, sizeof(measure.name), "%s", test);
	memcpy(measure.blocks, ratio->blocks, sizeof(measure.blocks));
	gng_probe_measure(&measure);
	gng_probe_note("peer", match->titles[1]);
	snprintf(text, sizeof(text), "%.3f B/cycle against %.3f; core %.2f GHz",
		 result->figures[0].median_per_cycle, result->figures[1].median_per_cycle,
		 result->core_hz / 1e9);
	gng_probe_note("speed", text);
	if (match->huge_share >= 0)
		gng_probe_note("memory", "all on huge pages: AnonHugePages of /proc/self/smaps");
}

/* judge times the case and the peer that the test's name joins by "_vs_". */
static void judge(const char *test)
{
	static const struct peer_setting setting = {.num_lanes = 1};
	static struct peer_libraries libraries;
	const char *versus = strstr(test, "_vs_");
	struct peer_library *library;
	const struct peer_case *one;
	struct gng_why why = {0};
	struct peer_match match;
	enum gng_status status;

	assert_non_null(versus);
	one = case_named(test, (size_t)(versus - test));
	assert_non_null(one);
	peer_libraries_init(&libraries);
	library = library_of(&libraries, versus + strlen("_vs_"));
	assert_non_null(library);
	if (!peer_library_load(library)) {
		skip_absent(library);
		return;
	}
	status = peer_match_run(&match, one, &library, 1, &setting, &why);
	if (status == GNG_EUNSUPPORTED) {
		gng_probe_skip(why.text, "a CPU that has it");
		return;
	}
	if (status != GNG_OK)
		gng_probe_failed(why.text);
	assert_int_equal(status, GNG_OK); /* the outputs agree, before and after */
	if (match.huge_share >= 0 && match.huge_share < 1) {
		gng_probe_inconclusive("the message is not on huge pages, so page tables are timed",
				       "free memory, or allow madvise in transparent_hugepage");
		return;
	}
	report(test, &match);
}

static void aesni_gcm256_seal_1k_vs_boringssl(void **state)
{
	(void)state;
	judge(__func__);
}

static void aesni_gcm256_seal_16k_vs_boringssl(void **state)
{
	(void)state;
	judge(__func__);
}

static void aesni_gcm256_seal_16k_vs_openssl(void **state)
{
	(void)state;
	judge(__func__);
}

static void aesni_gcm256_open_16k_vs_boringssl(void **state)
{
	(void)state;
	judge(__func__);
}

static void aesni_ctr128_16k_vs_boringssl(void **state)
{
	(void)state;
	judge(__func__);
}

static void aesni_ctr256_16k_vs_boringssl(void **state)
{
	(void)state;
	judge(__func__);
}

static void aesni_cbc128_encrypt_16k_vs_boringssl(void **state)
{
	(void)state;
	judge(__func__);
}

static void aesni_cbc128_encrypt_16k_vs_openssl(void **state)
{
	(void)state;
	judge(__func__);
}

static void aesni_cbc128_decrypt_16k_vs_boringssl(void **state)
{
	(void)state;
	judge(__func__);
}

static void aesni_ecb128_encrypt_16k_vs_openssl(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes256_gcm256_seal_16k_vs_aesni(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes256_gcm256_seal_1k_vs_aesni(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_gcm256_seal_16k_vs_openssl(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_gcm256_seal_16k_vs_ipsec_mb(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_gcm256_seal_16k_vs_nettle(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_gcm256_seal_16k_vs_libgcrypt(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_gcm256_open_16k_vs_openssl(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_gcm256_open_16k_vs_ipsec_mb(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_gcm256_seal_1k_vs_openssl(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_gcm256_seal_1k_vs_ipsec_mb(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_gcm256_seal_64_vs_openssl(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_gcm256_seal_64_vs_ipsec_mb(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_gcm256_fresh_1k_vs_openssl(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_gcm256_fresh_1k_vs_ipsec_mb(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_gcm128_seal_16k_vs_openssl(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_gcm128_seal_16k_vs_ipsec_mb(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_ctr128_16k_vs_openssl(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_ctr128_16k_vs_ipsec_mb(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_ecb128_encrypt_16k_vs_openssl(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_ecb128_encrypt_16k_vs_ipsec_mb(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_cbc128_decrypt_16k_vs_openssl(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_cbc128_decrypt_16k_vs_ipsec_mb(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_cbc128_encrypt_1k_vs_openssl(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_gcm256_seal_10m_vs_memcpy(void **state)
{
	(void)state;
	judge(__func__);
}

static void portable_ctr128_16k_vs_bearssl(void **state)
{
	(void)state;
	judge(__func__);
}

static void portable_cbc128_decrypt_16k_vs_bearssl(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_cbc128_batch_1k_vs_openssl(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_cbc128_batch_1k_vs_ipsec_mb(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_gcm256_seal_16k_vs_openssl3_5(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_gcm256_seal_16k_vs_ipsec_mb2(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_gcm256_seal_16k_vs_go(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_gcm256_seal_16k_vs_ring(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_gcm256_seal_1k_vs_openssl3_5(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_cbc128_batch_1k_vs_ipsec_mb2(void **state)
{
	(void)state;
	judge(__func__);
}

static void vaes512_gcm256_open_10m_vs_memcpy(void **state)
{
	(void)state;
	judge(__func__);
}

/* ---- peers in processes ---- */

/* The measure of the measure: the same library, here and in a process, in one match. */
static void process_gcm256_seal_16k_vs_here(void **state)
{
	static const struct peer_setting setting = {.num_lanes = 1};
	static const char *const argv[] = {"/proc/self/exe", "--bench", "--serve",
					   "openssl=libcrypto.so.3"};
	static struct peer_libraries libraries;
	static struct peer_library process;
	struct peer_library *both[2] = {&process, NULL};
	struct peer_match match;
	struct gng_why why = {0};
	const struct gng_bench_ratio *there, *here;
	struct gng_measure measure = {.unit = "ratio", .num_blocks = GNG_BENCH_NUM_BLOCKS};
	enum gng_status status;

	(void)state;
	peer_libraries_init(&libraries);
	both[1] = peer_library_named(&libraries, "openssl", 7);
	if (!peer_library_load(both[1])) {
		skip_absent(both[1]);
		return;
	}
	peer_in_process(&process, &peer_openssl, argv, COUNT_OF(argv));
	status = peer_match_run(&match, case_named("aesni_gcm256_seal_16k", 21), both, 2, &setting,
				&why);
	if (status == GNG_EUNSUPPORTED) {
		gng_probe_skip(why.text, "a CPU that has it");
		return;
	}
	if (status != GNG_OK)
		gng_probe_failed(why.text);
	assert_int_equal(status, GNG_OK);
	assert_string_equal(match.titles[1], match.titles[2]);
	there = &match.result.ratios[1];
	here = &match.result.ratios[2];
	snprintf(measure.name, sizeof(measure.name), "%s", __func__);
	measure.value = here->median / there->median;
	measure.n = here->n;
	measure.lo = measure.hi = NAN;
	for (size_t i = 0; i < GNG_BENCH_NUM_BLOCKS; i++)
		measure.blocks[i] = here->blocks[i] / there->blocks[i];
	assert_true(measure.value < 1.25); /* calls that it left out would show as speed */
	gng_probe_measure(&measure);
}

#define TAKE                                                                                 \
	"read -r word mode key len num fresh; head -c $((key + 45 + len * num)) >/dev/null;" \
	"echo 'ok fake'; while read -r word n; do "
#define ZEROS "echo ok; head -c $((num * (len + 16))) /dev/zero; "

static const struct peer_case *against_liars(void)
{
	return case_named("aesni_gcm256_seal_64", 20);
}

static void a_wrong_peer_is_refused_before_it_is_timed(void **state)
{
	(void)state;
	peer_refused(against_liars(), GNG_EAUTH,
		     "fake and ours (aesni) disagree from byte 0 of 80 on",
		     TAKE "[ $word = try ] || kill -9 $$; " ZEROS "done");
}

static void a_peer_that_dies_is_told(void **state)
{
	(void)state;
	if (peer_refused(against_liars(), GNG_ESYS,
			 "fake failed to do the work: process: its process ended with status 5: "
			 "it hurts",
			 TAKE "echo 'it hurts' >&2; exit 5; done"))
		peer_refused(against_liars(), GNG_ESYS,
			     "process: its process ended by signal 9 and said nothing",
			     "kill -9 $$");
}

static void a_peer_that_refuses_the_job_is_told(void **state)
{
	(void)state;
	peer_refused(against_liars(), GNG_ESYS, "process: I only do DES",
		     "echo 'no I only do DES'");
}

static void a_file_that_is_no_library_is_absent(void **state)
{
	static struct peer_libraries libraries;
	struct peer_library *library;

	(void)state;
	peer_libraries_init(&libraries);
	assert_int_equal(peer_libraries_add(&libraries, "openssl9=/nonexistent/libcrypto.so", NULL),
			 GNG_OK);
	assert_int_equal(peer_libraries_add(&libraries, "go1=/nonexistent/program", NULL), GNG_OK);
	library = peer_library_named(&libraries, "openssl9", 8);
	assert_false(peer_library_load(library));
	assert_non_null(strstr(library->reason, "/nonexistent/libcrypto.so cannot be loaded"));
	library = peer_library_named(&libraries, "go1", 3);
	assert_false(peer_library_load(library));
	assert_non_null(strstr(library->reason, "/nonexistent/program cannot be executed"));
	/* the longest name decides, and a name that is nobody's is refused */
	assert_int_equal(peer_libraries_add(&libraries, "ipsec-mb2b=/nonexistent", NULL), GNG_OK);
	library = peer_library_named(&libraries, "ipsec-mb2b", 10);
	assert_ptr_equal(library->adapter, &peer_ipsec_mb2);
	assert_int_equal(peer_libraries_add(&libraries, "rust=/nonexistent", NULL), GNG_EINVAL);
	assert_int_equal(peer_libraries_add(&libraries, "memcpy=/nonexistent", NULL), GNG_EINVAL);
}

/* ---- allocations ---- */

static void tell_count(const char *name, double count)
{
	struct gng_measure measure = {
		.value = count, .unit = "calls", .n = 100, .lo = NAN, .hi = NAN};

	snprintf(measure.name, sizeof(measure.name), "%s", name);
	gng_probe_measure(&measure);
}

/* With a new context for each message: glibc's libmemusage counts in another process. */
static void calls_of_ours_allocate_nothing(void **state)
{
	static const uint8_t bytes[1024];
	static uint8_t out[1024];
	static struct peer_libraries libraries;
	struct peer_library ours = {.name = "ours", .adapter = &peer_ours}, *openssl;
	const struct peer_job job = {.mode = PEER_CBC_ENCRYPT,
				     .key_len = 16,
				     .len = sizeof(bytes),
				     .num_messages = 1,
				     .fresh = true,
				     .key = bytes,
				     .iv = bytes,
				     .aad = bytes,
				     .in = bytes,
				     .tag = bytes,
				     .out = out};
	double count;

	(void)state;
	snprintf(ours.path, sizeof(ours.path), "%s", peer_best_variant());
	count = peer_count(&ours, &job);
	if (count < 0) {
		gng_probe_skip("allocations cannot be counted in this build", "gonogo check of a "
									      "release build");
		return;
	}
	assert_true(count == 0);
	tell_count(__func__, count);
	peer_libraries_init(&libraries);
	openssl = peer_library_named(&libraries, "openssl", 7);
	if (peer_library_load(openssl)) {
		count = peer_count(openssl, &job);
		assert_true(count >= 1 && count == floor(count)); /* a context, at least */
		tell_count("openssl_new_context", count);
	}
}

const struct suite_test suite_tests[] = {
	TEST(aesni_gcm256_seal_1k_vs_boringssl, "C4.peers.aesni"),
	TEST(aesni_gcm256_seal_16k_vs_boringssl, "C4.peers.aesni"),
	TEST(aesni_gcm256_seal_16k_vs_openssl, "C4.peers.aesni"),
	TEST(aesni_gcm256_open_16k_vs_boringssl, "C4.peers.aesni"),
	TEST(aesni_ctr128_16k_vs_boringssl, "C4.peers.aesni"),
	TEST(aesni_ctr256_16k_vs_boringssl, "C4.peers.aesni"),
	TEST(aesni_cbc128_encrypt_16k_vs_boringssl, "C4.peers.aesni"),
	TEST(aesni_cbc128_encrypt_16k_vs_openssl, "C4.peers.aesni"),
	TEST(aesni_cbc128_decrypt_16k_vs_boringssl, "C4.peers.aesni"),
	TEST(aesni_ecb128_encrypt_16k_vs_openssl, "C4.peers.aesni"),
	TEST(vaes256_gcm256_seal_16k_vs_aesni, "C4.peers.vaes256"),
	TEST(vaes256_gcm256_seal_1k_vs_aesni, "C4.peers.vaes256"),
	TEST(vaes512_gcm256_seal_16k_vs_openssl, "C4.peers.vaes512"),
	TEST(vaes512_gcm256_seal_16k_vs_ipsec_mb, "C4.peers.vaes512"),
	TEST_SLOW(vaes512_gcm256_seal_16k_vs_nettle, "C4.peers.vaes512"),
	TEST_SLOW(vaes512_gcm256_seal_16k_vs_libgcrypt, "C4.peers.vaes512"),
	TEST(vaes512_gcm256_open_16k_vs_openssl, "C4.peers.vaes512"),
	TEST(vaes512_gcm256_open_16k_vs_ipsec_mb, "C4.peers.vaes512"),
	TEST(vaes512_gcm256_seal_1k_vs_openssl, "C4.peers.vaes512"),
	TEST(vaes512_gcm256_seal_1k_vs_ipsec_mb, "C4.peers.vaes512"),
	TEST(vaes512_gcm256_seal_64_vs_openssl, "C4.peers.vaes512"),
	TEST(vaes512_gcm256_seal_64_vs_ipsec_mb, "C4.peers.vaes512"),
	TEST(vaes512_gcm256_fresh_1k_vs_openssl, "C4.peers.vaes512"),
	TEST(vaes512_gcm256_fresh_1k_vs_ipsec_mb, "C4.peers.vaes512"),
	TEST(vaes512_gcm128_seal_16k_vs_openssl, "C4.peers.vaes512"),
	TEST(vaes512_gcm128_seal_16k_vs_ipsec_mb, "C4.peers.vaes512"),
	TEST(vaes512_ctr128_16k_vs_openssl, "C4.peers.vaes512"),
	TEST(vaes512_ctr128_16k_vs_ipsec_mb, "C4.peers.vaes512"),
	TEST(vaes512_ecb128_encrypt_16k_vs_openssl, "C4.peers.vaes512"),
	TEST(vaes512_ecb128_encrypt_16k_vs_ipsec_mb, "C4.peers.vaes512"),
	TEST(vaes512_cbc128_decrypt_16k_vs_openssl, "C4.peers.vaes512"),
	TEST(vaes512_cbc128_decrypt_16k_vs_ipsec_mb, "C4.peers.vaes512"),
	TEST(vaes512_cbc128_encrypt_1k_vs_openssl, "C4.peers.vaes512"),
	TEST(vaes512_gcm256_seal_10m_vs_memcpy, "C4.peers.memory"),
	TEST(vaes512_cbc128_batch_1k_vs_openssl, "C4.peers.batch"),
	TEST(vaes512_cbc128_batch_1k_vs_ipsec_mb, "C4.peers.batch"),
	TEST_SLOW(vaes512_gcm256_seal_16k_vs_openssl3_5, "C4.peers.vaes512"),
	TEST_SLOW(vaes512_gcm256_seal_16k_vs_ipsec_mb2, "C4.peers.vaes512"),
	TEST_SLOW(vaes512_gcm256_seal_16k_vs_go, "C4.peers.vaes512"),
	TEST_SLOW(vaes512_gcm256_seal_16k_vs_ring, "C4.peers.vaes512"),
	TEST_SLOW(vaes512_gcm256_seal_1k_vs_openssl3_5, "C4.peers.vaes512"),
	TEST_SLOW(vaes512_cbc128_batch_1k_vs_ipsec_mb2, "C4.peers.batch"),
	TEST_SLOW(vaes512_gcm256_open_10m_vs_memcpy, "C4.peers.memory"),
	TEST(process_gcm256_seal_16k_vs_here, "C4.peers.process"),
	TEST(a_wrong_peer_is_refused_before_it_is_timed, "C4.peers.process"),
	TEST(a_peer_that_dies_is_told, "C4.peers.process"),
	TEST(a_peer_that_refuses_the_job_is_told, "C4.peers.process"),
	TEST(a_file_that_is_no_library_is_absent, "C4.peers.process"),
	TEST(calls_of_ours_allocate_nothing, "C4.peers.allocations"),
	TEST(portable_ctr128_16k_vs_bearssl, "C4.peers.portable"),
	TEST(portable_cbc128_decrypt_16k_vs_bearssl, "C4.peers.portable"),
	{0},
};
