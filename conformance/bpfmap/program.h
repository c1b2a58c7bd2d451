/* SPDX-License-Identifier: Apache-2.0 */
/* program.h - maps and programs of the tests of bpfmap, made and run on a chosen CPU. */
#ifndef CONFORMANCE_BPFMAP_PROGRAM_H
#define CONFORMANCE_BPFMAP_PROGRAM_H

#include "../suite.h"

#include <errno.h>
#include <sched.h>
#include <unistd.h>

#include <gng_bpf.h>
#include <gng_bpfmap.h>

#define REMEDY "root, or gonogo lab run bpfmap-maps"

/* what each program begins with: r0 points to the value of key 0 of map 0, or it leaves */
#define FIND "*(u32 *)(r10 - 4) = 0; r2 = r10; r2 += -4; r1 = map 0; call 1; if r0 == 0 goto out;"
#define LEAVE " out: r0 = 2; exit"
#define PLAIN FIND "r1 = *(u64 *)(r0 + 0); r1 += 1; *(u64 *)(r0 + 0) = r1;" LEAVE
#define ATOMIC FIND "r1 = 1; lock *(u64 *)(r0 + 0) += r1;" LEAVE
#define REPLACE                                                                                \
	FIND "r1 = *(u64 *)(r0 + 0); r1 += 1; *(u64 *)(r10 - 16) = r1; r1 = map 0; r2 = r10; " \
	     "r2 += -4; r3 = r10; r3 += -16; r4 = 0; call 2;" LEAVE

static inline bool map_make(struct gng_bpf_map *map, int *fd, const char *text)
{
	struct gng_why why;
	size_t num;

	if (gng_bpf_maps_parse(map, &num, 1, "map", text, &why) != GNG_OK)
		suite_fail("%s", why.text);
	*fd = gng_bpf_map_create(map);
	if (*fd == -EPERM) {
		gng_probe_skip("this process may not make BPF maps", REMEDY);
		return false;
	}
	if (*fd < 0)
		suite_fail("map %s: %s", text, gng_bpf_errno_name(-*fd));
	return true;
}

static inline int program_load_with(const struct gng_bpf_map *maps, const int *map_fds,
				    size_t num_maps, const char *type, const char *text)
{
	struct gng_bpf_code code;
	struct gng_bpf_program program = {.type = (uint32_t)gng_bpf_type(type),
					  .code = &code,
					  .maps = maps,
					  .num_maps = num_maps,
					  .map_fds = map_fds};
	struct gng_why why;
	int fd;

	if (gng_bpf_assemble(&code, "program", text, &why) != GNG_OK ||
	    gng_bpf_load(&fd, &program, &why) != GNG_OK)
		suite_fail("%s", why.text);
	gng_bpf_code_fini(&code);
	return fd;
}

static inline int program_load(const struct gng_bpf_map *map, int map_fd, const char *type,
			       const char *text)
{
	return program_load_with(map, &map_fd, 1, type, text);
}

static inline bool pin_to(unsigned int cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	return sched_setaffinity(0, sizeof(one), &one) == 0;
}

/* program_run runs a program times times on the CPU of this thread; false is for a thread, which
 * may not end the test. */
static inline bool program_run(int fd, uint32_t times)
{
	struct gng_bpf_run run = {.in = "0123456789abcdef", .in_len = 16, .repeat = times};

	return gng_bpf_run_once(&run, fd, NULL) == GNG_OK && run.retval == 2;
}

/* program_on loads, runs and unloads a program on one CPU. */
static inline void program_on(unsigned int cpu, const struct gng_bpf_map *map, int map_fd,
			      const char *text, uint32_t times)
{
	const int fd = program_load(map, map_fd, "xdp", text);

	assert_true(pin_to(cpu));
	assert_true(program_run(fd, times));
	close(fd);
}

#endif /* CONFORMANCE_BPFMAP_PROGRAM_H */
