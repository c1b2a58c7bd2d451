/* SPDX-License-Identifier: Apache-2.0 */
/* log.c - DPDK's log by a cookie stream, and what it says of a start. */
#include <string.h>

#include "eal_log.h"

static void keep_first(struct eal_clue *clue, enum gng_dpdk_reason reason, const char *line)
{
	if (clue->reason && clue->reason <= reason)
		return;
	clue->reason = reason;
	memcpy(clue->line, line, sizeof(clue->line));
}

static void take_line(struct eal_log *log)
{
	const enum gng_dpdk_reason reason = gng_dpdk_reason_of_line(log->line);

	memcpy(log->last, log->line, sizeof(log->last));
	if (reason)
		keep_first(&log->any, reason, log->line);
	if (reason >= GNG_DPDK_PHYSICAL && reason <= GNG_DPDK_PRIVILEGE)
		keep_first(&log->device, reason, log->line);
}

void eal_log_end(struct eal_log *log)
{
	log->line[log->len] = '\0';
	if (log->len)
		take_line(log);
	log->len = 0;
}

/* Of a line that is too long the begin counts; control bytes stay out of reports. */
void eal_log_add(struct eal_log *log, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\n')
			eal_log_end(log);
		else if (log->len < sizeof(log->line) - 1)
			log->line[log->len++] = (unsigned char)bytes[i] < ' ' ? ' ' : bytes[i];
	}
}

static ssize_t write_log(void *cookie, const char *bytes, size_t len)
{
	eal_log_add(cookie, bytes, len);
	return (ssize_t)len;
}

FILE *eal_log_stream(struct eal_log *log)
{
	const cookie_io_functions_t functions = {.write = write_log};
	FILE *stream = fopencookie(log, "w", functions);

	if (stream)
		setvbuf(stream, NULL, _IONBF, 0);
	return stream;
}

/* An EAL that runs had the memory that it needed: of its log only devices explain what is short. */
void eal_judge(struct gng_eal_report *report, const struct eal_log *log)
{
	const struct eal_clue *clue = report->rc < 0 ? &log->any : &log->device;

	memcpy(report->line, clue->reason ? clue->line : log->last, sizeof(report->line));
	if (report->rc >= 0 && report->num_ports >= report->num_wanted)
		report->reason = GNG_DPDK_READY;
	else if (clue->reason)
		report->reason = clue->reason;
	else
		report->reason = report->rc < 0 ? GNG_DPDK_OTHER : GNG_DPDK_PORTS_SHORT;
}
