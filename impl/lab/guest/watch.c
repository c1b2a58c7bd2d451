/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch.c - what the guest's kernel reports of itself: the first line of each report of KASAN,
 * UBSAN, lockdep, DMA-API and of each warning (Linux, ABI/testing/dev-kmsg), and kmemleak's.
 */
#include <fcntl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"
#include "lab_frame.h"

#define KMEMLEAK "/sys/kernel/debug/kmemleak"
#define LEAK_AGE_MS 5100 /* kmemleak looks at no object that is younger than 5 s */
#define MAX_LEAKS 8

static void tell(const char *doing, const char *text)
{
	char sentence[400];
	const int len = snprintf(sentence, sizeof(sentence), "at %s: %.300s", doing, text);

	guest_say(LAB_FRAME_KERNEL, 0, 0, 0, sentence, (size_t)len);
}

/* is_report says whether a message begins a report. */
static bool is_report(const char *text)
{
	static const char *const beginnings[] = {"BUG: ", "WARNING: ", "UBSAN: "};

	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
		if (strncmp(text, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	return false;
}

/* look takes a record, "PRIORITY,SEQUENCE,TIME,FLAGS;TEXT": of the kernel if the priority has no
 * facility, which it adds to whatever a process writes. */
static void look(const char *doing, char *record)
{
	char *text = strchr(record, ';');

	if (!text || strtoul(record, NULL, 10) >= 8)
		return;
	text[strcspn(text, "\n")] = '\0';
	if (is_report(text + 1))
		tell(doing, text + 1);
}

void guest_watch(const char *doing)
{
	static int messages = -1;
	static char record[8192];
	ssize_t len;

	if (messages < 0)
		messages = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (messages < 0)
		return;
	/* EPIPE: messages were lost, the next read goes on behind them */
	while ((len = read(messages, record, sizeof(record) - 1)) > 0 || errno == EPIPE) {
		if (len <= 0)
			continue;
		record[len] = '\0';
		look(doing, record);
	}
}

/* ---- kmemleak ---- */

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long)(t.tv_sec * 1000 + t.tv_nsec / 1000000);
}

/* scan: the first one notes the sums of objects, the second reports those that stand and are old.
 */
static bool scan(void)
{
	const long end = now_ms() + LEAK_AGE_MS;
	const int fd = open(KMEMLEAK, O_WRONLY | O_CLOEXEC);
	bool scanned = write(fd, "scan", 4) == 4;

	while (now_ms() < end)
		usleep(10000);
	scanned = scanned && write(fd, "scan", 4) == 4;
	close(fd);
	return scanned;
}

/* tell_leak says what and whose an object is, without the dump of its bytes. */
static void tell_leak(char *object)
{
	char text[300] = "";

	for (char *line; (line = strsep(&object, "\n"));) {
		line += strspn(line, " ");
		if (strncmp(line, "hex dump", 8) == 0 || strstr(line, "  "))
			continue;
		strncat(text, *text ? " " : "", sizeof(text) - strlen(text) - 1);
		strncat(text, line, sizeof(text) - strlen(text) - 1);
	}
	tell("the end: kmemleak", text);
}

static void tell_leaks(char *text)
{
	static const char beginning[] = "unreferenced object";
	char *object = strstr(text, beginning);

	for (int i = 0; object && i < MAX_LEAKS; i++) {
		char *next = strstr(object + 1, beginning);

		if (next)
			next[-1] = '\0';
		tell_leak(object);
		object = next;
	}
}

void guest_watch_leaks(void)
{
	static char text[65536];
	size_t len = 0;
	ssize_t n;
	int fd;

	if (access(KMEMLEAK, F_OK) != 0)
		return;
	if (!scan())
		tell("the end", "nothing of leaks: kmemleak does not scan");
	/* opened anew: what was written has moved the other's position */
	fd = open(KMEMLEAK, O_RDONLY | O_CLOEXEC);
	while (len < sizeof(text) - 1 && (n = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	close(fd);
	tell_leaks(text);
	guest_watch("the end");
}
