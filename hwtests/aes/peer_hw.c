/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer_hw.c - speed of AES against other libraries: ratios of interleaved slices, each for the
 * variant that its name begins with. Limits stand in peer.budget; a test without one reports.
 */
/* needs: bench clock */
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

/* library_of finds the peer of "..._vs_ipsec_mb": names of tests have '_' for '-'. */
static struct peer_library *library_of(struct peer_libraries *libraries, const char *peer)
{
	char name[24];

	snprintf(name, sizeof(name), "%s", peer);
	for (char *at = name; *at; at++)
		*at = *at == '_' ? '-' : *at;
	return peer_library_named(libraries, name, strlen(name));
}

static void skip_absent(const struct peer_library *library)
{
	char remedy[80];

	snprintf(remedy, sizeof(remedy), "apt-get install %s", library->adapter->package);
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
	TEST(vaes512_gcm256_seal_16k_vs_nettle, "C4.peers.vaes512"),
	TEST(vaes512_gcm256_seal_16k_vs_libgcrypt, "C4.peers.vaes512"),
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
	TEST(portable_ctr128_16k_vs_bearssl, "C4.peers.portable"),
	TEST(portable_cbc128_decrypt_16k_vs_bearssl, "C4.peers.portable"),
	{0},
};
