/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_bpf.h - eBPF programs as text, loaded as they are, and why the kernel refused them.
 *
 * Instructions are those of RFC 9669 and are written as the verifier's log writes them:
 *
 *	r1 = 5    w1 += r2    r1 = -r1    r1 s/= 3    r1 = (s8)r2    r1 = be16 r1    r1 = bswap64 r1
 *	r1 = 0x1122334455667788 ll    r1 = map 0    r1 = map_value 0 + 8    r2 = func NAME
 *	r0 = *(u32 *)(r1 + 4)    r0 = *(s16 *)(r1 + 4)    *(u64 *)(r10 - 8) = r1
 *	*(u8 *)(r1 + 0) = 7    lock *(u64 *)(r1 + 0) += r2    lock fetch *(u64 *)(r1 + 0) += r2
 *	lock xchg *(u64 *)(r1 + 0) r2    lock cmpxchg *(u64 *)(r1 + 0) r2
 *	r0 = acquire *(u32 *)(r1 + 0)    release *(u32 *)(r1 + 0) = r2
 *	if r1 s> 5 goto NAME    if w1 & r2 goto +1    goto NAME    gotol NAME    may_goto NAME
 *	NAME:
 *	call 1    call fn NAME    exit    r0 = ldabs u8 14    r0 = ldind u16 r1 + 2
 *	raw 0x07 1 0 0 0xfffffff8 (code dst src off imm)    repeat 100 r0 += 1
 *
 * ";" or a newline separates them, "#" begins a comment.
 */
#ifndef GNG_BPF_H
#define GNG_BPF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- programs ---- */

#define GNG_BPF_MAX_INSNS 1100000u /* more than a kernel takes: that it refuses them is a case */
#define GNG_BPF_MAX_MAPS 65u

/* gng_bpf_insn is struct bpf_insn of linux/bpf.h: RFC 9669 section 3, on a little-endian CPU. */
struct gng_bpf_insn {
	uint8_t code;
	uint8_t dst_reg : 4, src_reg : 4;
	int16_t off;
	int32_t imm;
};

/* gng_bpf_code is an assembled program. Instructions that name map i have i in their imm. */
struct gng_bpf_code {
	struct gng_bpf_insn *insns;
	size_t num_insns, cap;
};

/*
 * gng_bpf_assemble translates text; place ("file:line") begins messages. GNG_EFORMAT names the
 * instruction and what is wrong with it; GNG_ELIMIT for more than GNG_BPF_MAX_INSNS; GNG_ENOMEM.
 * On failure *code is untouched, else gng_bpf_code_fini frees it.
 */
GNG_MUST enum gng_status gng_bpf_assemble(struct gng_bpf_code *code, const char *place,
					  const char *text, struct gng_why *why);
void gng_bpf_code_fini(struct gng_bpf_code *code);

/* ---- maps ---- */

/*
 * gng_bpf_map says what a program's map is; text form: "TYPE KEY VALUE ENTRIES [FLAG]...", where
 * TYPE is a name of bpf_map_type in lower case and FLAG one of rdonly, wronly, noprealloc, mmap.
 */
struct gng_bpf_map {
	uint32_t type, key_len, value_len, max_entries, flags;
	bool frozen;
};

/* gng_bpf_maps_parse reads a list with commas into maps[0..*num_maps); at most max. GNG_EFORMAT. */
GNG_MUST enum gng_status gng_bpf_maps_parse(struct gng_bpf_map *maps, size_t *num_maps, size_t max,
					    const char *place, const char *text,
					    struct gng_why *why);

/* gng_bpf_map_create returns a descriptor, or -errno. */
int gng_bpf_map_create(const struct gng_bpf_map *map);

/* ---- loading ---- */

/* gng_bpf_type returns the number of a program type, "xdp", or -1 if there is none. */
int gng_bpf_type(const char *name);

/* gng_bpf_attach returns the number of an expected attach type, "cgroup_inet_ingress", or -1. */
int gng_bpf_attach(const char *name);

struct gng_bpf_program {
	uint32_t type, attach, flags; /* flags: BPF_F_STRICT_ALIGNMENT ... */
	const char *license;	      /* NULL: "GPL" */
	const struct gng_bpf_code *code;
	const struct gng_bpf_map *maps;
	size_t num_maps;
	const int *map_fds; /* NULL, or num_maps open maps in place of maps; they stay open */
};

/* gng_bpf_verdict is what the kernel said. */
struct gng_bpf_verdict {
	int error; /* 0, or a positive errno */
	char *log; /* of the verifier, never NULL */
	size_t log_len;
};

/*
 * gng_bpf_try loads a program and unloads it again. The errno is that of a load without a log: a
 * log that does not fit turns any result, even success, into ENOSPC. With want_log a refused
 * program is loaded again for its text. GNG_ESYS if a map cannot be made, GNG_EFORMAT for a
 * reference to a map that is not there, GNG_ENOMEM. gng_bpf_verdict_fini frees the log.
 */
GNG_MUST enum gng_status gng_bpf_try(struct gng_bpf_verdict *verdict,
				     const struct gng_bpf_program *program, bool want_log,
				     struct gng_why *why);
void gng_bpf_verdict_fini(struct gng_bpf_verdict *verdict);

/* gng_bpf_load loads a program and keeps it: *fd is the caller's. GNG_ESYS with the errno and the
 * last words of the log. */
GNG_MUST enum gng_status gng_bpf_load(int *fd, const struct gng_bpf_program *program,
				      struct gng_why *why);

/* ---- running ---- */

/* gng_bpf_run is one BPF_PROG_TEST_RUN: in and out are the packet before and after, retval is what
 * the program returned. */
struct gng_bpf_run {
	const void *in;
	void *out; /* NULL, or room for in_len bytes */
	size_t in_len;
	uint32_t repeat;      /* 0 is 1 */
	uint32_t retval;      /* result */
	uint32_t duration_ns; /* result: of one of the runs, on average */
};

/* gng_bpf_run_once runs a loaded program. GNG_ESYS with the errno. */
GNG_MUST enum gng_status gng_bpf_run_once(struct gng_bpf_run *run, int fd, struct gng_why *why);

/* gng_bpf_jited_len returns how many bytes of machine code a program has; 0 if the kernel
 * interprets it, or the descriptor is none of a program. */
uint32_t gng_bpf_jited_len(int fd);

/* ---- classes of rejection ---- */

/*
 * gng_bpf_classify names the class of a refusal by errno and words that stand anywhere in the
 * log: "uninitialized-register", "policy", ... ; "unknown" if no class fits. Kernels put words
 * behind the decisive line (7.3 appends advice), so the last line decides nothing.
 */
const char *gng_bpf_classify(int error, const char *log);

/* gng_bpf_class describes one class. */
struct gng_bpf_class {
	const char *name, *words; /* words: "" where the errno alone decides */
	int error;		  /* 0: any */
	const char *meaning;	  /* a sentence on what to change */
};

const struct gng_bpf_class *gng_bpf_classes(size_t *num_classes);

/* ---- this kernel ---- */

/* gng_bpf_kernel writes the series of this kernel as major * 1000 + minor: 6012. */
unsigned int gng_bpf_kernel(void);

/* gng_bpf_errno_name returns "EACCES", "ENOTSUPP" (524, which errno.h lacks), ...; never NULL.
 * gng_bpf_errno is its inverse, -1 for a name that is none. */
const char *gng_bpf_errno_name(int error);
int gng_bpf_errno(const char *name);

#ifdef __cplusplus
}
#endif

#endif /* GNG_BPF_H */
