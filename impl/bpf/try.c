/* SPDX-License-Identifier: Apache-2.0 */
/* try.c - loads a program, and keeps what the kernel said of it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bpf_call.h"
#include "bpf_opcodes.h"
#include "gng_bpf.h"

#define LOG_FIRST ((size_t)64 << 10)
#define LOG_MOST \
	((size_t)16 << 20) /* what is longer is the log of a million steps: its head serves */
#define LOG_LEVEL 4	   /* BPF_LOG_STATS: complaints without a trace, which grows to gigabytes */

int bpf_call(int command, const void *attr, size_t len)
{
	return (int)syscall(SYS_bpf, command, attr, len);
}

void bpf_close(int fd)
{
	close(fd);
}

/* ---- maps in the code ---- */

/* loaded is a program whose maps exist. */
struct loaded {
	struct gng_bpf_insn *insns; /* a copy with descriptors, or NULL if no map is named */
	int fds[GNG_BPF_MAX_MAPS];
	size_t num_fds;
	bool borrowed; /* the descriptors are the caller's */
};

static bool names_map(const struct gng_bpf_insn *insn)
{
	return insn->code == (BPF_LD | BPF_DW | BPF_IMM) &&
	       (insn->src_reg == BPF_PSEUDO_MAP_FD || insn->src_reg == BPF_PSEUDO_MAP_VALUE);
}

static enum gng_status put_fds(struct loaded *loaded, const struct gng_bpf_program *program,
			       struct gng_why *why)
{
	const size_t num = program->code->num_insns;

	loaded->insns = malloc((num + 1) * sizeof(*loaded->insns));
	if (!loaded->insns)
		return gng_why_set(why, GNG_ENOMEM, 0, "bpf.try", "no memory");
	if (num) /* no instruction at all is a case too */
		memcpy(loaded->insns, program->code->insns, num * sizeof(*loaded->insns));
	for (size_t i = 0; i < num; i++) {
		const uint32_t map = (uint32_t)loaded->insns[i].imm;

		/* what is no index stays as it is: a descriptor that is not open is a case too */
		if (!names_map(&loaded->insns[i]) || map >= GNG_BPF_MAX_MAPS)
			continue;
		if (map >= loaded->num_fds)
			return gng_why_set(why, GNG_EFORMAT, 0, "bpf.try",
					   "instruction %zu names map %u, and there are %zu", i,
					   map, loaded->num_fds);
		loaded->insns[i].imm = loaded->fds[map];
	}
	return GNG_OK;
}

static enum gng_status make_maps(struct loaded *loaded, const struct gng_bpf_program *program,
				 struct gng_why *why)
{
	loaded->borrowed = program->map_fds != NULL;
	for (size_t i = 0; i < program->num_maps; i++) {
		const int fd = loaded->borrowed ? program->map_fds[i]
						: gng_bpf_map_create(&program->maps[i]);

		if (fd < 0)
			return gng_why_set(why, GNG_ESYS, -fd, "bpf.try", "map %zu: %s", i,
					   strerror(-fd));
		loaded->fds[loaded->num_fds++] = fd;
	}
	return put_fds(loaded, program, why);
}

static void unload(struct loaded *loaded)
{
	for (size_t i = 0; i < loaded->num_fds && !loaded->borrowed; i++)
		close(loaded->fds[i]);
	free(loaded->insns);
}

/* ---- loading ---- */

static int load(const struct loaded *loaded, const struct gng_bpf_program *program, char *log,
		size_t log_cap)
{
	const struct bpf_load_attr attr = {
		.prog_type = program->type,
		.insn_cnt = (uint32_t)program->code->num_insns,
		.insns = (uintptr_t)loaded->insns,
		.license = (uintptr_t)(program->license ? program->license : "GPL"),
		.log_level = log ? LOG_LEVEL : 0,
		.log_size = (uint32_t)log_cap,
		.log_buf = (uintptr_t)log,
		.prog_flags = program->flags,
		.expected_attach_type = program->attach,
	};

	return bpf_call(BPF_CALL_PROG_LOAD, &attr, sizeof(attr));
}

/* take_log loads again with a log that grows until it fits. */
static enum gng_status take_log(struct gng_bpf_verdict *verdict, const struct loaded *loaded,
				const struct gng_bpf_program *program, struct gng_why *why)
{
	for (size_t cap = LOG_FIRST; cap <= LOG_MOST; cap *= 16) {
		char *log = realloc(verdict->log, cap);
		int fd;

		if (!log)
			return gng_why_set(why, GNG_ENOMEM, 0, "bpf.try", "no memory");
		verdict->log = log;
		*log = '\0';
		fd = load(loaded, program, log, cap);
		log[cap - 1] = '\0';
		if (fd >= 0)
			close(fd);
		if (fd >= 0 || errno != ENOSPC)
			break;
	}
	verdict->log_len = strlen(verdict->log);
	return GNG_OK;
}

enum gng_status gng_bpf_try(struct gng_bpf_verdict *verdict, const struct gng_bpf_program *program,
			    bool want_log, struct gng_why *why)
{
	struct loaded loaded = {0};
	enum gng_status status;
	int fd;

	*verdict = (struct gng_bpf_verdict){.log = strdup("")};
	if (!verdict->log)
		return gng_why_set(why, GNG_ENOMEM, 0, "bpf.try", "no memory");
	status = make_maps(&loaded, program, why);
	if (status == GNG_OK) {
		fd = load(&loaded, program, NULL, 0);
		verdict->error = fd < 0 ? errno : 0;
		if (fd >= 0)
			close(fd);
		if (fd < 0 && want_log)
			status = take_log(verdict, &loaded, program, why);
	}
	unload(&loaded);
	if (status != GNG_OK)
		gng_bpf_verdict_fini(verdict);
	return status;
}

void gng_bpf_verdict_fini(struct gng_bpf_verdict *verdict)
{
	free(verdict->log);
	verdict->log = NULL;
}

/* last_words returns the last line of a log that is no statistics. */
static const char *last_words(char *log)
{
	char *end = log + strlen(log);

	for (;;) {
		char *line;

		while (end > log && end[-1] == '\n')
			*--end = '\0';
		line = strrchr(log, '\n');
		line = line ? line + 1 : log;
		if (line == log || strncmp(line, "processed ", 10) != 0)
			return line;
		end = line;
		*end = '\0';
	}
}

enum gng_status gng_bpf_load(int *fd, const struct gng_bpf_program *program, struct gng_why *why)
{
	struct gng_bpf_verdict verdict;
	struct loaded loaded = {0};
	enum gng_status status = make_maps(&loaded, program, why);
	int loaded_fd, error;

	if (status != GNG_OK) {
		unload(&loaded);
		return status;
	}
	loaded_fd = load(&loaded, program, NULL, 0);
	error = errno;
	unload(&loaded);
	if (loaded_fd >= 0) {
		*fd = loaded_fd;
		return GNG_OK;
	}
	status = gng_bpf_try(&verdict, program, true, why);
	if (status != GNG_OK)
		return status;
	gng_why_set(why, GNG_ESYS, error, "bpf.load", "%s (%s): %.180s", gng_bpf_errno_name(error),
		    gng_bpf_classify(error, verdict.log), last_words(verdict.log));
	gng_bpf_verdict_fini(&verdict);
	return GNG_ESYS;
}
