/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suite.c - replays a fuzzer's seeds, so that each corpus is a unit test in every build:
 * --list, --run replay, --unpack DIR (one file a seed, as libFuzzer wants them), or files.
 *
 * A .seeds file is text: "# requirements: ID...", "# cases: N", then "name = hex" lines; an
 * empty hex is the empty input. It is found by --seeds FILE, else by $GNG_SEEDS (the runner sets
 * it), else at fuzz/<subsystem>/<stem>.seeds for a program <subsystem>_<stem>_fuzz.
 */
#include "suite.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>

#include <gng_probe.h>

const int fuzz_replays = 1;

#define MAX_TEXT ((size_t)16 << 20) /* of a .seeds file */

struct seeds {
	char path[4096];
	char *text, *at;
	unsigned int line;
	char requirements[512];
	uint64_t num_declared;
	int is_declared;
};

struct seed {
	char name[64];
	uint8_t *data;
	size_t size;
};

/* ---- reading ---- */

static int complain(const struct seeds *seeds, const char *what)
{
	char text[4300];

	snprintf(text, sizeof(text), "%s:%u: %s", seeds->path, seeds->line, what);
	fprintf(stderr, "%s\n", text);
	gng_probe_corrupt(text);
	return -1;
}

/* read_file returns the bytes of a file and a NUL behind them, or NULL with errno set. */
static char *read_file(const char *path, size_t *len)
{
	FILE *file = fopen(path, "rb");
	char *bytes = file ? malloc(MAX_TEXT + 1) : NULL, *fitting = NULL;

	if (bytes) {
		*len = fread(bytes, 1, MAX_TEXT, file);
		bytes[*len] = '\0';
		fitting = ferror(file) ? NULL : realloc(bytes, *len + 1);
		if (!fitting)
			free(bytes);
	}
	if (file)
		fclose(file);
	return fitting;
}

static char *next_line(struct seeds *seeds)
{
	char *line = seeds->at, *end = line + strcspn(line, "\n");

	if (*line == '\0')
		return NULL;
	seeds->at = *end ? end + 1 : end;
	seeds->line++;
	*end = '\0';
	while (end > line && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return line;
}

static int read_comment(struct seeds *seeds, const char *line)
{
	char *end;

	if (strncmp(line, "# requirements: ", 16) == 0)
		snprintf(seeds->requirements, sizeof(seeds->requirements), "%s", line + 16);
	if (strncmp(line, "# cases: ", 9) != 0)
		return 0;
	if (seeds->is_declared)
		return complain(seeds, "'# cases:' stands twice: remove one");
	errno = 0;
	seeds->num_declared = strtoull(line + 9, &end, 10);
	seeds->is_declared = 1;
	if (errno != 0 || end == line + 9 || *end || !isdigit((unsigned char)line[9]))
		return complain(seeds, "'# cases:' is not followed by a number");
	return 0;
}

static int nibble(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* decode gives the seed exactly as many bytes as it has: a sanitizer then sees over-reads. */
static int decode(struct seeds *seeds, struct seed *seed, const char *hex)
{
	const size_t len = strlen(hex);

	if (len % 2 != 0)
		return complain(seeds, "an odd number of hex digits: complete the last byte");
	seed->size = len / 2;
	seed->data = malloc(seed->size);
	if (!seed->data && seed->size > 0)
		return complain(seeds, "no memory");
	for (size_t i = 0; i < seed->size; i++) {
		const int high = nibble(hex[2 * i]), low = nibble(hex[2 * i + 1]);

		if (high < 0 || low < 0) {
			free(seed->data);
			return complain(seeds, "not hex: write two of 0-9, a-f for each byte");
		}
		seed->data[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}

static int read_seed(struct seeds *seeds, struct seed *seed, char *line)
{
	const size_t len = strspn(line, "abcdefghijklmnopqrstuvwxyz"
					"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
	const char *equals = line + len + strspn(line + len, " \t");

	if (len == 0 || len >= sizeof(seed->name) || *equals != '=')
		return complain(seeds, "write name = hex; a name is of A-Z a-z 0-9 _ -");
	snprintf(seed->name, sizeof(seed->name), "%.*s", (int)len, line);
	return decode(seeds, seed, equals + 1 + strspn(equals + 1, " \t"));
}

/* next_seed returns 1 with a seed whose data the caller frees, 0 at the end, -1 on error. */
static int next_seed(struct seeds *seeds, struct seed *seed)
{
	for (char *line; (line = next_line(seeds));) {
		if (*line == '\0')
			continue;
		if (*line != '#')
			return read_seed(seeds, seed, line) == 0 ? 1 : -1;
		if (read_comment(seeds, line) != 0)
			return -1;
	}
	return 0;
}

/* ---- finding ---- */

static void find_path(struct seeds *seeds, const char *given, const char *program)
{
	const char *slash = strrchr(program, '/');
	const char *name = slash ? slash + 1 : program;
	const size_t subsystem = strcspn(name, "_"), len = strlen(name);

	if (!given)
		given = getenv("GNG_SEEDS");
	if (given)
		snprintf(seeds->path, sizeof(seeds->path), "%s", given);
	else if (len > subsystem + 6) /* "_" and "_fuzz" */
		snprintf(seeds->path, sizeof(seeds->path), "fuzz/%.*s/%.*s.seeds", (int)subsystem,
			 name, (int)(len - subsystem - 6), name + subsystem + 1);
}

static int open_seeds(struct seeds *seeds, const char *given, const char *program)
{
	size_t len;

	memset(seeds, 0, sizeof(*seeds));
	find_path(seeds, given, program);
	seeds->text = seeds->at = read_file(seeds->path, &len);
	if (!seeds->text)
		return complain(seeds, "cannot be read: give --seeds FILE or set GNG_SEEDS");
	if (strlen(seeds->text) != len)
		return complain(seeds, "a NUL byte, or longer than 16 MiB");
	return 0;
}

/* ---- what to do with them ---- */

static int each_seed(struct seeds *seeds, int (*use)(const struct seed *seed, const void *arg),
		     const void *arg, uint64_t *num)
{
	struct seed seed;
	int more;

	*num = 0;
	while ((more = next_seed(seeds, &seed)) == 1) {
		more = use(&seed, arg);
		free(seed.data);
		if (more != 0)
			return complain(seeds, "the seed cannot be used");
		++*num;
	}
	if (more < 0)
		return -1;
	if (!seeds->is_declared)
		return complain(seeds, "no line '# cases: N': declare how many seeds there are");
	return 0;
}

static int execute(const struct seed *seed, const void *arg)
{
	(void)arg;
	fprintf(stderr, "seed %s, %zu bytes\n", seed->name, seed->size); /* last line of a crash */
	LLVMFuzzerTestOneInput(seed->data, seed->size);
	gng_probe_assertion(); /* a broken property aborts */
	return 0;
}

static int replay(struct seeds *seeds)
{
	uint64_t num = 0;
	int ok = each_seed(seeds, execute, NULL, &num) == 0;

	gng_probe_cases(num, seeds->num_declared);
	if (ok && num != seeds->num_declared) {
		char what[96];

		snprintf(what, sizeof(what), "%" PRIu64 " seeds, '# cases:' says %" PRIu64, num,
			 seeds->num_declared);
		ok = complain(seeds, what) == 0;
	}
	return gng_probe_end(ok);
}

static int write_file(const struct seed *seed, const void *dir)
{
	char path[4096];
	FILE *file;
	int bad;

	snprintf(path, sizeof(path), "%s/%s", (const char *)dir, seed->name);
	file = fopen(path, "wb");
	if (!file) {
		fprintf(stderr, "%s: cannot be written: %s\n", path, strerror(errno));
		return -1;
	}
	bad = fwrite(seed->data, 1, seed->size, file) != seed->size;
	return fclose(file) != 0 || bad ? -1 : 0;
}

static int list(struct seeds *seeds)
{
	struct seed seed;

	while (next_seed(seeds, &seed) == 1)
		free(seed.data);
	printf("replay\t0\t%s\n", seeds->requirements);
	return 0;
}

static int run_files(char **paths, int num)
{
	for (int i = 0; i < num; i++) {
		size_t size;
		char *data = read_file(paths[i], &size);
		char *fitting = data && size > 0 ? realloc(data, size) : data;

		if (!fitting) {
			fprintf(stderr, "%s: cannot be read: %s\n", paths[i], strerror(errno));
			return 1;
		}
		LLVMFuzzerTestOneInput((const uint8_t *)fitting, size);
		free(fitting);
		printf("%s: holds\n", paths[i]);
	}
	return 0;
}

static int usage(const char *program)
{
	fprintf(stderr,
		"usage: %s [--seeds FILE] [--list | --run replay | --unpack DIR] | FILE...\n",
		program);
	return 2;
}

static int run_verb(struct seeds *seeds, char **argv, int argc)
{
	uint64_t num;

	if (argc == 1 && strcmp(argv[0], "--list") == 0)
		return list(seeds);
	if (argc == 2 && strcmp(argv[0], "--unpack") == 0)
		return each_seed(seeds, write_file, argv[1], &num) == 0 ? 0 : 1;
	return replay(seeds);
}

static int is_verb(char **argv, int argc)
{
	if (argc == 0)
		return 1;
	if (strcmp(argv[0], "--list") == 0)
		return argc == 1;
	if (strcmp(argv[0], "--unpack") == 0)
		return argc == 2;
	return argc == 2 && strcmp(argv[0], "--run") == 0 && strcmp(argv[1], "replay") == 0;
}

int main(int argc, char **argv)
{
	const char *program = argv[0], *given = NULL;
	struct seeds seeds;
	int status;

	argv++, argc--;
	if (argc >= 2 && strcmp(argv[0], "--seeds") == 0) {
		given = argv[1];
		argv += 2, argc -= 2;
	}
	if (argc > 0 && argv[0][0] != '-')
		return run_files(argv, argc);
	if (!is_verb(argv, argc))
		return usage(program);
	if (open_seeds(&seeds, given, program) != 0)
		status = argc == 2 && strcmp(argv[0], "--run") == 0 ? gng_probe_end(false) : 1;
	else
		status = run_verb(&seeds, argv, argc);
	free(seeds.text);
	return status;
}
