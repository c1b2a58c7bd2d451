/* SPDX-License-Identifier: Apache-2.0 */
/* archive.h - a folder of summaries in the shape of CLI.md, removed when the process ends. */
#ifndef HISTORY_ARCHIVE_H
#define HISTORY_ARCHIVE_H

#include "../suite.h"

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gng_history.h>

static char archive_folder[PATH_MAX / 4];

static inline int archive_remove_one(const char *path, const struct stat *about, int kind,
				     struct FTW *where)
{
	(void)about;
	(void)kind;
	(void)where;
	return remove(path);
}

static inline void archive_remove(void)
{
	nftw(archive_folder, archive_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void archive_open(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(archive_folder, sizeof(archive_folder), "%s/gonogo-history-XXXXXX",
		 tmp ? tmp : P_tmpdir);
	assert_non_null(mkdtemp(archive_folder));
	assert_int_equal(atexit(archive_remove), 0);
}

/* archive_path returns the path of name; four are good at a time. */
static inline const char *archive_path(const char *name)
{
	static char paths[4][PATH_MAX];
	static unsigned int next;
	char *path = paths[next++ % 4];

	snprintf(path, PATH_MAX, "%s/%s", archive_folder, name);
	return path;
}

static inline void archive_write(const char *name, const char *text)
{
	FILE *file = fopen(archive_path(name), "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* archive_run writes run "r<day>" of that day, whose ratio and latency have these values. */
static inline const char *archive_run(int day, const char *verdict, double ratio, double latency)
{
	char name[64], text[2048];

	snprintf(name, sizeof(name), "r%d", day);
	mkdir(archive_path(name), 0777);
	snprintf(text, sizeof(text),
		 "{\"verdict\":\"%s\",\"profile\":\"here\",\"grade\":\"lab\",\"planned\":10,"
		 "\"required\":9,\"counts\":{\"PASS\":5,\"FAIL\":1,\"ERROR\":1,\"MISSING\":1,"
		 "\"SKIP\":1,\"INCONCLUSIVE\":1},\"id\":\"run-%02d\",\"started\":"
		 "\"2026-11-%02dT00:00:00Z\",\"seconds\":1.5,\"version\":\"0.1.0\","
		 "\"plan_sha256\":\"00\",\"item\":{\"commit\":\"0123456789abcdef\",\"tree\":\"1\","
		 "\"state\":\"clean tree\"},\"records\":[{\"id\":\"hwtests.a.b.seal\","
		 "\"variant\":\"aesni\",\"build\":\"release\",\"measurements\":[{\"name\":\"seal\","
		 "\"value\":%g,\"unit\":\"ratio\",\"lo\":null,\"hi\":null,\"quantile\":0.0,"
		 "\"budget\":\">=\",\"limit\":2.0,\"verdict\":\"PASS\"}]},{\"id\":"
		 "\"hwtests.a.c.rx\",\"variant\":\"\",\"build\":\"release\",\"measurements\":["
		 "{\"name\":\"rx\",\"value\":%g,\"unit\":\"us\",\"lo\":null,\"hi\":null,"
		 "\"quantile\":0.99},{\"name\":\"none\",\"value\":null,\"unit\":\"us\"}]}]}\n",
		 verdict, day, day, ratio, latency);
	snprintf(name, sizeof(name), "r%d/summary.json", day);
	archive_write(name, text);
	snprintf(name, sizeof(name), "r%d", day);
	return archive_path(name);
}

static inline struct gng_history *archive_history(void)
{
	struct gng_history *history;
	struct gng_why why = {0};

	if (gng_history_open(&history, archive_path(GNG_HISTORY_FILE), true, &why) != GNG_OK)
		fail_msg("%s", why.text);
	return history;
}

static inline void archive_add(struct gng_history *history, const char *dir)
{
	struct gng_why why = {0};

	if (gng_history_add(history, dir, &why) != GNG_OK)
		fail_msg("%s", why.text);
}

#endif /* HISTORY_ARCHIVE_H */
