/* SPDX-License-Identifier: Apache-2.0 */
/*
 * said.c - what libbpf warns of. It has one print function for a process; this one is set once and
 * hands each warning to the object that its thread works on, else to the function before it.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "bpfobj_own.h"

#define LINE_CAP 300 /* of one warning: some hold the whole log of a BTF */

static _Thread_local struct bpfobj_said *listener;
static libbpf_print_fn_t before;

static int take(enum libbpf_print_level level, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

static int take(enum libbpf_print_level level, const char *format, va_list args)
{
	struct bpfobj_said *said = listener;
	char text[LINE_CAP];
	int len;

	if (!said)
		return before ? before(level, format, args) : 0;
	if (level != LIBBPF_WARN)
		return 0;
	len = vsnprintf(text, sizeof(text), format, args);
	if (len > 0 && said->len + sizeof(text) < sizeof(said->text))
		said->len += (size_t)snprintf(said->text + said->len, sizeof(text), "%s%s", text,
					      (size_t)len < sizeof(text) ? "" : "\n");
	return len;
}

static void set_once(void)
{
	before = libbpf_set_print(take);
}

void bpfobj_listen(struct bpfobj_said *said)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, set_once);
	listener = said;
	if (said)
		*said = (struct bpfobj_said){.len = 0};
}

const char *bpfobj_first_words(char *line, size_t cap, const char *said)
{
	if (strncmp(said, "libbpf: ", 8) == 0)
		said += 8;
	snprintf(line, cap, "%.*s", (int)strcspn(said, "\n"), said);
	return line;
}
