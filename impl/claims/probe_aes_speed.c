/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe_aes_speed.c - what AES instructions cost in core cycles, and what follows from that.
 * A dependent chain gives the latency, independent chains the throughput.
 */
#include "claims_probe.h"
#include "probe_aes_model.h"

#include <emmintrin.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gng_aes.h>
#include <gng_clock.h>

#define LOOPS 64
#define PER_LOOP 64 /* instructions of one loop */

/* Eight registers in turn keep eight instructions in flight: more than latency times
 * throughput of any AES unit so far. */
#define REPEAT(times, body) "1:\n\t.rept " times "\n\t" body ".endr\n\tdec %[loops]\n\tjnz 1b"
#define ON_ALL(head)                                                                 \
	head "%%xmm0\n\t" head "%%xmm1\n\t" head "%%xmm2\n\t" head "%%xmm3\n\t" head \
	     "%%xmm4\n\t" head "%%xmm5\n\t" head "%%xmm6\n\t" head "%%xmm7\n\t"
#define ALL_REGISTERS "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7"

static void aesenc_chain(void *context)
{
	__m128i x = _mm_setzero_si128(), key = _mm_set1_epi32(0x1234567);
	long loops = LOOPS;

	(void)context;
	__asm__ volatile(REPEAT("64", "aesenc %[key], %[x]\n\t")
			 : [x] "+x"(x), [loops] "+r"(loops)
			 : [key] "x"(key)
			 : "cc");
}

static void aesenc_wide(void *context)
{
	__m128i key = _mm_set1_epi32(0x1234567);
	long loops = LOOPS;

	(void)context;
	__asm__ volatile(REPEAT("8", ON_ALL("aesenc %[key], "))
			 : [loops] "+r"(loops)
			 : [key] "x"(key)
			 : "cc", ALL_REGISTERS);
}

static void assist_chain(void *context)
{
	__m128i x = _mm_set1_epi32(0x1234567);
	long loops = LOOPS;

	(void)context;
	__asm__ volatile(REPEAT("64", "aeskeygenassist $1, %[x], %[x]\n\t")
			 : [x] "+x"(x), [loops] "+r"(loops)
			 :
			 : "cc");
}

static void assist_wide(void *context)
{
	__m128i key = _mm_set1_epi32(0x1234567);
	long loops = LOOPS;

	(void)context;
	__asm__ volatile(REPEAT("8", ON_ALL("aeskeygenassist $1, %[key], "))
			 : [loops] "+r"(loops)
			 : [key] "x"(key)
			 : "cc", ALL_REGISTERS);
}

static bool lacks_aes(struct claims_finding *finding)
{
	if ((gng_cpu_detect() & GNG_CPU_AESNI) && gng_clock_core_ratio() > 0)
		return false;
	claims_find(finding, CLAIMS_ABSENT, "this CPU has no AES instructions");
	return true;
}

/* instruction_of returns the chain or the wide loop of the instruction that with names. */
static claims_work instruction_of(const char *with, bool wide)
{
	if (strcmp(with, "aesenc") == 0)
		return wide ? aesenc_wide : aesenc_chain;
	if (strcmp(with, "aeskeygenassist") == 0)
		return wide ? assist_wide : assist_chain;
	return NULL;
}

static void latency(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	const claims_work work = instruction_of(claim->with, false);
	double samples[CLAIMS_NUM_SAMPLES];

	if (!work) {
		claims_find(finding, CLAIMS_DOUBT, "no chain for '%.40s'", claim->with);
		return;
	}
	if (lacks_aes(finding))
		return;
	for (int i = 0; i < CLAIMS_NUM_SAMPLES; i++)
		samples[i] = claims_core_cycles(work, NULL) / (LOOPS * PER_LOOP);
	claims_figure_of(finding, samples, "core cycles in a dependent chain");
}

static void per_cycle(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	const claims_work work = instruction_of(claim->with, true);
	double samples[CLAIMS_NUM_SAMPLES];

	if (!work) {
		claims_find(finding, CLAIMS_DOUBT, "no chain for '%.40s'", claim->with);
		return;
	}
	if (lacks_aes(finding))
		return;
	for (int i = 0; i < CLAIMS_NUM_SAMPLES; i++)
		samples[i] = LOOPS * PER_LOOP / claims_core_cycles(work, NULL);
	claims_figure_of(finding, samples, "per core cycle with 8 independent registers");
}

/*
 * cbc_floor: CBC encryption is a chain, each round needs the one before. with = "N blocks N
 * rounds N cycles N GHz": the smallest latency and the fastest clock of any such CPU, so that
 * what is impossible is so on every machine. A smaller latency measured here would count.
 */
static void cbc_floor(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	double blocks, rounds, latency, ghz, here, needed;

	if (sscanf(claim->with, "%lf blocks %lf rounds %lf cycles %lf GHz", &blocks, &rounds,
		   &latency, &ghz) != 4 ||
	    claim->quantity <= 0) {
		claims_find(finding, CLAIMS_DOUBT,
			    "'%.60s' is not N blocks N rounds N cycles N GHz", claim->with);
		return;
	}
	if (lacks_aes(finding))
		return;
	here = claims_core_cycles(aesenc_chain, NULL) / (LOOPS * PER_LOOP);
	needed = blocks * rounds * (here < latency ? here : latency) / claim->quantity;
	claims_find(finding, needed > ghz ? CLAIMS_IMPOSSIBLE : CLAIMS_POSSIBLE,
		    "%.0f blocks of %.0f dependent aesenc in %.4g ns need a clock of %.3g GHz at "
		    "%.3g cycles each (%.3g measured here), and the fastest core has %.3g",
		    blocks, rounds, claim->quantity, needed, latency, here, ghz);
}

/* software_round times the round of the model, plain C by the letter of FIPS 197. */
static void one_software_round(void *context)
{
	struct aes_model *model = context;

	for (int i = 0; i < 16; i++)
		aes_model_round(model->state, model->keys[1]);
}

static void software_round(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	static const uint8_t key[16] = {0x2b, 0x7e, 0x15, 0x16};
	struct aes_model model = {.state = {1, 2, 3}};
	double samples[CLAIMS_NUM_SAMPLES];

	(void)claim;
	aes_model_expand(model.keys, key, sizeof(key));
	for (int i = 0; i < CLAIMS_NUM_SAMPLES; i++)
		samples[i] = claims_core_cycles(one_software_round, &model) / 16;
	claims_figure_of(finding, samples, "core cycles of a round in plain C, byte by byte");
}

/* ---- GCM of one message ---- */

struct message {
	struct gng_aes_gcm_key key;
	uint8_t *bytes, tag[16];
	size_t len;
};

static double seal_once(struct message *message)
{
	static const uint8_t nonce[12];
	struct timespec first, last;

	clock_gettime(CLOCK_MONOTONIC_RAW, &first);
	if (gng_aes_gcm_seal(&message->key, nonce, sizeof(nonce), NULL, 0, message->bytes,
			     message->bytes, message->len, message->tag) != GNG_OK)
		return 0;
	clock_gettime(CLOCK_MONOTONIC_RAW, &last);
	return (double)(last.tv_sec - first.tv_sec) * 1e6 +
	       (double)(last.tv_nsec - first.tv_nsec) / 1e3;
}

/* gcm_time tells how many us our seal of a message takes; the first call is the warm-up. */
static void gcm_time(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	static const uint8_t key[16] = {1};
	struct message message = {.len = strtoul(claim->with, NULL, 10)};
	double samples[CLAIMS_NUM_SAMPLES];

	message.bytes = calloc(message.len + 1, 1);
	if (!message.bytes || gng_aes_gcm_init(&message.key, key, sizeof(key), 16) != GNG_OK) {
		free(message.bytes);
		claims_find(finding, CLAIMS_DOUBT, "no memory for %zu bytes", message.len);
		return;
	}
	seal_once(&message);
	for (int i = 0; i < CLAIMS_NUM_SAMPLES; i++)
		samples[i] = seal_once(&message);
	claims_figure_of(finding, samples, "us for our GCM-128 seal of that length, here");
	gng_aes_gcm_key_fini(&message.key);
	free(message.bytes);
}

const struct claims_probe claims_probes_aes_speed[] = {
	{"aes_latency", true, latency},	     {"aes_per_cycle", true, per_cycle},
	{"aes_cbc_floor", false, cbc_floor}, {"aes_software_round", true, software_round},
	{"aes_gcm_time", true, gcm_time},    {0},
};
