/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_base.h - the vocabulary every subsystem shares: status, reason, CPU bits, secrets.
 *
 * Compiles freestanding: only gng_cpu_caps and gng_cpu_mask (environment) and gng_why_set
 * (formatting) need a hosted C library, and they are absent without one.
 */
#ifndef GNG_BASE_H
#define GNG_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#define GNG_STATIC_ASSERT static_assert
#else
#define GNG_STATIC_ASSERT _Static_assert
#endif

#define GNG_MUST __attribute__((warn_unused_result))
#define GNG_TARGET(isa) __attribute__((target(isa)))
#define GNG_PRINTF(text, first) __attribute__((format(printf, text, first)))

/* gng_status is the outcome of a call. Numbers are frozen: reports, Go and the lab
 * archive store them. */
enum gng_status {
	GNG_OK = 0,
	GNG_EINVAL = 1,	      /* the caller broke the documented contract */
	GNG_EAUTH = 2,	      /* a tag, signature or padding did not verify */
	GNG_EUNSUPPORTED = 3, /* this CPU, kernel or device cannot do it */
	GNG_EPERM = 4,	      /* it could, but this process may not */
	GNG_ENOMEM = 5,
	GNG_ESYS = 6,	 /* see gng_why.sys_errno */
	GNG_EFORMAT = 7, /* the input file or message is malformed: see gng_why.text */
	GNG_ELIMIT = 8,	 /* a length or use limit of the specification is exceeded */
};

/* gng_status_name returns the constant's name, e.g. "GNG_EAUTH"; "GNG_?" for a number
 * that is none. Never NULL. */
const char *gng_status_name(enum gng_status status);

/*
 * gng_why records why a call that touches the machine or a file failed. The caller owns
 * it, so the reason survives goroutines that change threads between two calls.
 */
struct gng_why {
	enum gng_status status;
	int sys_errno;	   /* positive errno, or 0 */
	const char *where; /* static dotted path, e.g. "vec.open"; NULL in a zeroed struct */
	char text[256];	   /* one sentence without newline, NUL-terminated */
};

/*
 * gng_why_set fills *why (if not NULL) and returns status, so that a failing path reads
 * `return gng_why_set(why, GNG_ESYS, errno, "vec.open", "%s: cannot open", path);`.
 * A text that does not fit is cut at a character boundary (UTF-8); control bytes become '?'.
 * An argument may be why->text itself, so a caller can put a file's name before a reason.
 */
enum gng_status gng_why_set(struct gng_why *why, enum gng_status status, int sys_errno,
			    const char *where, const char *format, ...) GNG_PRINTF(5, 6);

/* gng_cpu bits: features of this CPU whose register state the system saves (XCR0). */
enum gng_cpu {
	GNG_CPU_SSSE3 = 1u << 0,
	GNG_CPU_SSE41 = 1u << 1,
	GNG_CPU_AESNI = 1u << 2,
	GNG_CPU_PCLMUL = 1u << 3,
	GNG_CPU_AVX = 1u << 4,
	GNG_CPU_AVX2 = 1u << 5,
	GNG_CPU_BMI2 = 1u << 6,
	GNG_CPU_VAES = 1u << 7, /* with GNG_CPU_AVX2: ymm; with GNG_CPU_AVX512: zmm */
	GNG_CPU_VPCLMUL = 1u << 8,
	GNG_CPU_AVX512 = 1u << 9, /* F, VL, BW and DQ together: the level that kernels use */
	GNG_CPU_GFNI = 1u << 10,
	GNG_CPU_SHA = 1u << 11,
	GNG_CPU_RDTSCP = 1u << 12,
	GNG_CPU_TSC_INVARIANT = 1u << 13,
	GNG_CPU_HYPERVISOR = 1u << 14,
};

/*
 * gng_cpu_caps returns the gng_cpu bits of this CPU less those that the environment
 * variable GNG_CPU masks: a comma-separated list of "-NAME", NAME a feature in lower case
 * ("-vaes") or a level: "-vaes512" clears AVX512, "-vaes256" clears VAES and VPCLMUL. A
 * feature takes along what is built on it: AVX2 needs AVX; VAES, VPCLMUL and AVX512 need
 * AVX2; VAES needs AESNI, VPCLMUL needs PCLMUL. Detected once a process; thread-safe.
 * Unknown names are ignored here, and reported by gng_cpu_mask.
 */
uint32_t gng_cpu_caps(void);

/* gng_cpu_detect returns the unmasked bits; 0 on other machines than x86. CPUID traps in a virtual
 * machine (tens of microseconds), so call gng_cpu_caps on hot paths. */
uint32_t gng_cpu_detect(void);

/*
 * gng_cpu_mask parses the text of GNG_CPU and sets *cleared to the bits it masks.
 * NULL and "" mask nothing. GNG_EFORMAT names the first unknown token in why; *cleared then
 * holds what the other tokens mask.
 */
GNG_MUST enum gng_status gng_cpu_mask(uint32_t *cleared, const char *text, struct gng_why *why);

/* gng_cpu_name returns the lower-case name of one bit ("aesni"), or NULL if it has none. */
const char *gng_cpu_name(uint32_t bit);

/* gng_ct_equal compares a[0..len) with b[0..len) in time that depends on len only. With
 * len 0 they are equal, and may be NULL. */
bool gng_ct_equal(const void *a, const void *b, size_t len);

/* gng_wipe overwrites p[0..len) with zeros that the compiler may not remove. With len 0 p
 * may be NULL. */
void gng_wipe(void *p, size_t len);

#ifdef __cplusplus
}
#endif

#endif /* GNG_BASE_H */
