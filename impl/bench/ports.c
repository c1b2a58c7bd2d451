/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ports.c - latency and throughput of the instructions of AES and GHASH, and the speed of the
 * loops that nothing can beat: the instructions of a mode on registers alone.
 *
 * Each loop is one asm block, so that no compiler adds, drops or reorders an instruction. The
 * 12 streams cover 2 instructions a cycle at a latency of 6. Registers hold whatever they held:
 * the time of these instructions does not depend on data.
 */
#include "gng_bench.h"

#include <string.h>

#include <gng_base.h>

#define NUM_TRIES 31
#define LEN 48	   /* instructions in one turn of a loop of one kind */
#define STREAMS 12 /* vectors in one turn of a mix */
#define TURNS 400  /* some 20,000 instructions: 5 us */
#define MIX_TURNS 60

#if defined(__x86_64__)

#define ALL "0,1,2,3,4,5,6,7,8,9,10,11"
#define REGISTERS                                                                             \
	"cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", \
		"xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"
#define LOOP(name, body, end)                                                   \
	static void name(uint64_t turns)                                        \
	{                                                                       \
		__asm__ volatile(".p2align 6\n1:\n" body "dec %0\njnz 1b\n" end \
				 : "+r"(turns)                                  \
				 :                                              \
				 : REGISTERS);                                  \
	}
#define NO_END ""
#define WIDE_END "vzeroupper\n"

/* In a chain each instruction needs the one before; in a flood 12 chains run side by side. */
#define CHAIN(step) ".rept 48\n.irp r,0\n" step ".endr\n.endr\n"
#define FLOOD(step) ".rept 4\n.irp r," ALL "\n" step ".endr\n.endr\n"
#define BOTH(name, step, end)                \
	LOOP(name##_chain, CHAIN(step), end) \
	LOOP(name##_flood, FLOOD(step), end)

/* A destructive form (SSE) and one of three operands (VEX, EVEX). */
#define SSE(op) op " %%xmm12, %%xmm\\r\n"
#define VEX(op, width) op " %%" width "mm12, %%" width "mm\\r, %%" width "mm\\r\n"

BOTH(aesenc_xmm, SSE("aesenc"), NO_END);
BOTH(aesenc_ymm, VEX("vaesenc", "y"), WIDE_END);
BOTH(aesenc_zmm, VEX("vaesenc", "z"), WIDE_END);
BOTH(aesenclast_xmm, SSE("aesenclast"), NO_END);
BOTH(aesenclast_ymm, VEX("vaesenclast", "y"), WIDE_END);
BOTH(aesenclast_zmm, VEX("vaesenclast", "z"), WIDE_END);
BOTH(aeskeygenassist_xmm, "aeskeygenassist $1, %%xmm\\r, %%xmm\\r\n", NO_END);
BOTH(pclmulqdq_xmm, SSE("pclmulqdq $0,"), NO_END);
BOTH(vpclmulqdq_ymm, VEX("vpclmulqdq $0,", "y"), WIDE_END);
BOTH(vpclmulqdq_zmm, VEX("vpclmulqdq $0,", "z"), WIDE_END);

/*
 * A mix is what 12 vectors of text need. Crypt: the rounds, and one XOR with text. GCM also
 * needs either 4 carry-less products a vector and 7 light instructions (schoolbook: 3 XORs of
 * products, 2 byte shuffles, the counter, the text), or 3 products and 10 light ones
 * (Karatsuba: 3 more to add halves). Which is faster depends on the CPU: a product costs one
 * AES instruction on Intel, some two on Zen 5. They stand between the rounds, as in good code.
 */
#define AES_ROUND(step) ".irp r," ALL "\n" step ".endr\n"
#define AMONG(step) ".rept 4\n.irp r,13,14,15\n" step ".endr\n.endr\n"
#define TIMES(num, body) ".rept " #num "\n" body ".endr\n"
#define CRYPT(num, aes, light) TIMES(num, AES_ROUND(aes)) AMONG(light)
#define SCHOOLBOOK(rest, aes, multiply, light)   \
	TIMES(4, AES_ROUND(aes) AMONG(multiply)) \
	TIMES(6, AES_ROUND(aes) AMONG(light)) AMONG(light) TIMES(rest, AES_ROUND(aes))
#define KARATSUBA(rest, aes, multiply, light)                 \
	TIMES(3, AES_ROUND(aes) AMONG(multiply) AMONG(light)) \
	TIMES(7, AES_ROUND(aes) AMONG(light)) TIMES(rest, AES_ROUND(aes))

/* A product that depends on nothing. SSE has two operands: there a copy comes first, which costs
 * no port (it is done by renaming). */
#define NEW(op, width) op " %%" width "mm12, %%" width "mm12, %%" width "mm\\r\n"

#define MIXES(bits, aes, multiply, light, end)                              \
	LOOP(crypt10_##bits, CRYPT(10, aes, light), end)                    \
	LOOP(crypt14_##bits, CRYPT(14, aes, light), end)                    \
	LOOP(schoolbook10_##bits, SCHOOLBOOK(0, aes, multiply, light), end) \
	LOOP(schoolbook14_##bits, SCHOOLBOOK(4, aes, multiply, light), end) \
	LOOP(karatsuba10_##bits, KARATSUBA(0, aes, multiply, light), end)   \
	LOOP(karatsuba14_##bits, KARATSUBA(4, aes, multiply, light), end)

MIXES(128, SSE("aesenc"), "movdqa %%xmm12, %%xmm\\r\n" SSE("pclmulqdq $0,"), SSE("pxor"), NO_END);
MIXES(256, VEX("vaesenc", "y"), NEW("vpclmulqdq $0,", "y"), NEW("vpxor", "y"), WIDE_END);
MIXES(512, VEX("vaesenc", "z"), NEW("vpclmulqdq $0,", "z"), NEW("vpxorq", "z"), WIDE_END);

#define XMM (GNG_CPU_AESNI | GNG_CPU_PCLMUL)
#define YMM (XMM | GNG_CPU_AVX2 | GNG_CPU_VAES | GNG_CPU_VPCLMUL)
#define ZMM (YMM | GNG_CPU_AVX512)
#define PORT(name, needs)                                \
	{                                                \
#name, needs, name##_chain, name##_flood \
	}

const struct gng_bench_port gng_bench_ports[] = {
	PORT(aesenc_xmm, XMM),
	PORT(aesenc_ymm, YMM),
	PORT(aesenc_zmm, ZMM),
	PORT(aesenclast_xmm, XMM),
	PORT(aesenclast_ymm, YMM),
	PORT(aesenclast_zmm, ZMM),
	PORT(aeskeygenassist_xmm, XMM),
	PORT(pclmulqdq_xmm, XMM),
	PORT(vpclmulqdq_ymm, YMM),
	PORT(vpclmulqdq_zmm, ZMM),
	{0},
};

#define MIX(bits, needs)                                                                         \
	{GNG_BENCH_MIX_CRYPT, bits, 10, needs, {crypt10_##bits}},                                \
		{GNG_BENCH_MIX_CRYPT, bits, 14, needs, {crypt14_##bits}},                        \
		{GNG_BENCH_MIX_GCM, bits, 10, needs, {schoolbook10_##bits, karatsuba10_##bits}}, \
	{                                                                                        \
		GNG_BENCH_MIX_GCM, bits, 14, needs,                                              \
		{                                                                                \
			schoolbook14_##bits, karatsuba14_##bits                                  \
		}                                                                                \
	}

#define MIX_TABLE MIX(128, XMM), MIX(256, YMM), MIX(512, ZMM)

#else

const struct gng_bench_port gng_bench_ports[] = {{0}};
#define MIX_TABLE \
	{         \
		0 \
	}

#endif

/* mix is a kind of work and the loops that do it, of which the fastest is the limit. */
static const struct mix {
	enum gng_bench_mix mix;
	unsigned int bits, rounds;
	uint32_t needs;
	void (*loops[2])(uint64_t turns);
} mixes[] = {MIX_TABLE};

#define NUM_MIXES (sizeof(mixes) / sizeof(mixes[0]))

/* core_cycles returns the core cycles of one turn. The median: the core's clock is read on
 * both sides, and moves; the least would be the try whose clock was read wrongest. */
static double core_cycles(void (*loop)(uint64_t turns), uint64_t turns)
{
	double tries[NUM_TRIES];

	loop(turns); /* warms the decoder, and wakes wide units that sleep */
	for (size_t i = 0; i < NUM_TRIES; i++) {
		const double before = gng_clock_core_ratio();
		const uint64_t first = gng_clock_start();
		uint64_t cycles;

		loop(turns);
		cycles = gng_clock_stop() - first;
		tries[i] = (double)cycles * 2 / (before + gng_clock_core_ratio());
	}
	return gng_bench_median(tries, NUM_TRIES) / (double)turns;
}

static double least_cycles(const struct mix *mix)
{
	double least = core_cycles(mix->loops[0], MIX_TURNS), other;

	if (mix->loops[1]) {
		other = core_cycles(mix->loops[1], MIX_TURNS);
		least = other < least ? other : least;
	}
	return least;
}

static bool can(uint32_t needs)
{
	return (needs & ~gng_cpu_caps()) == 0 && gng_clock_core_ratio() > 0;
}

const struct gng_bench_port *gng_bench_port_named(const char *name)
{
	for (const struct gng_bench_port *port = gng_bench_ports; port->name; port++)
		if (strcmp(port->name, name) == 0)
			return port;
	return NULL;
}

enum gng_status gng_bench_port_measure(struct gng_bench_port_figure *figure,
				       const struct gng_bench_port *port, struct gng_why *why)
{
	*figure = (struct gng_bench_port_figure){0};
	if (!can(port->needs))
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "bench.port",
				   "this CPU has no %s, or GNG_CPU masks it", port->name);
	figure->latency = core_cycles(port->chain, TURNS) / LEN;
	figure->per_cycle = LEN / core_cycles(port->flood, TURNS);
	return GNG_OK;
}

enum gng_status gng_bench_ceiling(double *per_cycle, enum gng_bench_mix mix, unsigned int bits,
				  unsigned int rounds, struct gng_why *why)
{
	*per_cycle = 0;
	for (size_t i = 0; i < NUM_MIXES; i++) {
		const struct mix *one = &mixes[i];

		if (one->mix != mix || one->bits != bits || one->rounds != rounds)
			continue;
		if (!can(one->needs))
			break;
		*per_cycle = STREAMS * (bits / 8) / least_cycles(one);
		return GNG_OK;
	}
	return gng_why_set(why, GNG_EUNSUPPORTED, 0, "bench.ceiling",
			   "there is no loop of %u bits and %u rounds for this CPU", bits, rounds);
}
