/* SPDX-License-Identifier: Apache-2.0 */
/* proc.c - reads /proc/interrupts and /proc/pressure/cpu (proc(5)). */
#include "noise_log.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool noise_read(char *text, size_t cap, int fd)
{
	size_t len = 0;

	while (len < cap) {
		const ssize_t num = pread(fd, text + len, cap - len, (off_t)len);

		if (num < 0)
			return false;
		if (num == 0) {
			text[len] = '\0';
			return true;
		}
		len += (size_t)num;
	}
	return false;
}

/* columns counts the "CPUn" of the first line, and sets *column to that of cpu, -1 without. */
static int columns(const char *text, int cpu, int *column)
{
	int num = 0;

	*column = -1;
	for (const char *c = text; *c && *c != '\n';) {
		char *end;

		/* strtol would skip blanks, and find a number in the next line */
		if (*c != 'C' || strncmp(c, "CPU", 3) != 0 || !isdigit((unsigned char)c[3])) {
			c++;
			continue;
		}
		if (strtol(c + 3, &end, 10) == cpu)
			*column = num;
		num++;
		c = end;
	}
	return num;
}

/* row returns the count of the column in a row "name: n n ... text". Rows with fewer counts
 * than CPUs (ERR, MIS) belong to no CPU. */
static int64_t row(const char *line, int column, int num_columns)
{
	const char *c = line + strcspn(line, ":\n");
	int64_t found = 0;

	if (*c++ != ':')
		return 0;
	for (int i = 0; i < num_columns; i++) {
		char *end;
		int64_t count;

		while (*c == ' ')
			c++;
		if (!isdigit((unsigned char)*c))
			return 0;
		count = strtoll(c, &end, 10);
		if (i == column)
			found = count;
		c = end;
	}
	return found;
}

int64_t noise_interrupts_of(const char *text, int cpu)
{
	int column;
	const int num_columns = columns(text, cpu, &column);
	uint64_t total = 0; /* wraps rather than overflows, should the kernel ever count so far */

	if (column < 0)
		return -1;
	for (const char *line = strchr(text, '\n'); line; line = strchr(line + 1, '\n'))
		total += (uint64_t)row(line + 1, column, num_columns);
	return (int64_t)(total & INT64_MAX);
}

double noise_psi_avg10(const char *text)
{
	double avg10;

	return sscanf(text, "some avg10=%lf", &avg10) == 1 ? avg10 : (double)NAN;
}
