/* SPDX-License-Identifier: Apache-2.0 */
/* start.c - rte_eal_init on a thread of this library, which is the main lcore as long as it lasts.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_log.h>

#include "eal_log.h"

struct gng_eal {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	void (*fn)(void *arg); /* what the thread is to do next */
	void *arg;
	bool is_ready, is_ending;
	struct gng_eal_report *report; /* of the start; NULL afterwards */
	struct eal_log log;
	FILE *stream;
	char **argv;  /* what EAL gets: it permutes the list, and one entry stands twice then */
	char **texts; /* the same, to be freed: EAL keeps parts of them as long as it runs */
	int argc;
	char prefix[64];
};

/* remove_own removes what is left of this process's own prefix, and of no other's: that may be
 * about to start. */
static void remove_own(void *prefix, const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	const size_t len = strlen(prefix);

	if (strncmp(name, prefix, len) == 0 &&
	    (name[len] == '\0' || strncmp(name + len, "map_", 4) == 0))
		(void)!gng_dpdk_remove(path, NULL);
}

static void close_ports(void)
{
	uint16_t port;

	RTE_ETH_FOREACH_DEV(port)
	{
		(void)rte_eth_dev_stop(port);
		(void)rte_eth_dev_close(port);
	}
}

/* end takes down what rte_eal_init brought up, and what it left. */
static void end(bool started, const char *prefix)
{
	const struct gng_dpdk_machine here = {.root = "", .uid = (unsigned int)geteuid()};

	if (started) {
		close_ports();
		rte_eal_cleanup();
	}
	gng_dpdk_leftovers(&here, remove_own, (void *)(uintptr_t)prefix);
}

/* init fills the report. The stream of an EAL that runs already is put back. */
static void init(struct gng_eal *eal)
{
	struct gng_eal_report *report = eal->report;
	FILE *before = rte_log_get_stream();

	rte_openlog_stream(eal->stream);
	report->rc = rte_eal_init(eal->argc, eal->argv);
	report->eal_errno = rte_errno;
	report->num_ports = report->rc < 0 ? 0 : rte_eth_dev_count_avail();
	eal_log_end(&eal->log);
	eal_judge(report, &eal->log);
	if (report->rc < 0)
		rte_openlog_stream(before == stderr ? NULL : before);
}

/* next returns what to do, NULL at the end. */
static bool next(struct gng_eal *eal)
{
	pthread_mutex_lock(&eal->lock);
	while (!eal->fn && !eal->is_ending)
		pthread_cond_wait(&eal->changed, &eal->lock);
	pthread_mutex_unlock(&eal->lock);
	return eal->fn != NULL;
}

static void done(struct gng_eal *eal)
{
	pthread_mutex_lock(&eal->lock);
	eal->fn = NULL;
	eal->is_ready = true;
	pthread_cond_broadcast(&eal->changed);
	pthread_mutex_unlock(&eal->lock);
}

static void *live(void *arg)
{
	struct gng_eal *eal = arg;
	bool started;

	init(eal);
	started = eal->report->rc >= 0;
	done(eal);
	while (next(eal)) {
		eal->fn(eal->arg);
		done(eal);
	}
	end(started, eal->prefix);
	if (started)
		rte_openlog_stream(NULL);
	return NULL;
}

static void release(struct gng_eal *eal)
{
	if (eal->stream)
		fclose(eal->stream);
	for (int i = 0; eal->texts && i < eal->argc; i++)
		free(eal->texts[i]);
	free(eal->texts);
	free(eal->argv);
	pthread_cond_destroy(&eal->changed);
	pthread_mutex_destroy(&eal->lock);
	free(eal);
}

static bool copy_arguments(struct gng_eal *eal, const struct gng_eal_config *config)
{
	eal->argc = config->argc + 1;
	eal->argv = calloc((size_t)eal->argc + 1, sizeof(*eal->argv));
	eal->texts = calloc((size_t)eal->argc + 1, sizeof(*eal->texts));
	if (!eal->argv || !eal->texts)
		return false;
	for (int i = 0; i < eal->argc; i++) {
		eal->argv[i] = eal->texts[i] = strdup(i ? config->argv[i - 1] : "gonogo");
		if (!eal->argv[i])
			return false;
	}
	return true;
}

static struct gng_eal *make(const struct gng_eal_config *config, const char *prefix,
			    struct gng_eal_report *report)
{
	struct gng_eal *eal = calloc(1, sizeof(*eal));

	if (!eal)
		return NULL;
	eal->report = report;
	snprintf(eal->prefix, sizeof(eal->prefix), "%s", prefix);
	pthread_mutex_init(&eal->lock, NULL);
	pthread_cond_init(&eal->changed, NULL);
	eal->stream = eal_log_stream(&eal->log);
	if (copy_arguments(eal, config) && eal->stream)
		return eal;
	release(eal);
	return NULL;
}

/* All threads that EAL makes inherit the mask: signals of the caller's runtime stay with it. */
static int start_thread(struct gng_eal *eal)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&eal->thread, NULL, live, eal);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

/* ask_preflight takes the first finding from a reason to another, if there is one. */
static void ask_preflight(struct gng_eal_report *report, const struct gng_dpdk_request *request,
			  enum gng_dpdk_reason from, enum gng_dpdk_reason to)
{
	struct gng_dpdk_check checks[GNG_DPDK_MAX_CHECKS];
	struct gng_dpdk_machine machine;
	size_t num;

	gng_dpdk_machine_here(&machine);
	num = gng_dpdk_preflight_devices(checks, request, &machine);
	for (size_t i = 0; i < num; i++)
		if (checks[i].reason >= from && checks[i].reason <= to) {
			report->reason = checks[i].reason;
			snprintf(report->line, sizeof(report->line), "%s", checks[i].evidence);
			return;
		}
}

/* judge asks about what EAL keeps to itself: ports that are missing without a word in the log, of a
 * device that is not there or bound to no driver, and ports that no frame can reach. */
static void judge(struct gng_eal_report *report, const struct gng_dpdk_request *request,
		  const struct gng_eal_config *config)
{
	if (report->reason == GNG_DPDK_PORTS_SHORT)
		ask_preflight(report, request, GNG_DPDK_PHYSICAL, GNG_DPDK_PRIVILEGE);
	else if (report->reason == GNG_DPDK_READY && !config->may_be_deaf)
		ask_preflight(report, request, GNG_DPDK_TRANSLATED, GNG_DPDK_TRANSLATED);
}

static enum gng_status explain(const struct gng_eal_report *report, struct gng_why *why)
{
	char ports[64] = "";

	if (report->rc >= 0)
		snprintf(ports, sizeof(ports), "%zu of %zu ports: ", report->num_ports,
			 report->num_wanted);
	return gng_why_set(
		why, GNG_EUNSUPPORTED, report->rc < 0 ? report->eal_errno : 0, "eal.start",
		"%s%s (%s): %s", ports, gng_dpdk_reason_text(report->reason),
		gng_dpdk_reason_name(report->reason), gng_dpdk_reason_remedy(report->reason));
}

static enum gng_status start_here(struct gng_eal **made, struct gng_eal_report *report,
				  const struct gng_eal_config *config, const char *prefix,
				  struct gng_why *why)
{
	struct gng_eal *eal = make(config, prefix, report);
	int error;

	if (!eal)
		return gng_why_set(why, GNG_ENOMEM, 0, "eal.start", "no memory for a start");
	error = start_thread(eal);
	if (error) {
		release(eal);
		return gng_why_set(why, GNG_ESYS, error, "eal.start", "no thread: %s",
				   strerror(error));
	}
	pthread_mutex_lock(&eal->lock);
	while (!eal->is_ready)
		pthread_cond_wait(&eal->changed, &eal->lock);
	pthread_mutex_unlock(&eal->lock);
	*made = eal;
	return GNG_OK;
}

enum gng_status gng_eal_start(struct gng_eal **eal, struct gng_eal_report *report,
			      const struct gng_eal_config *config, struct gng_why *why)
{
	struct gng_dpdk_request request;
	enum gng_status status;

	*report = (struct gng_eal_report){.rc = -1, .reason = GNG_DPDK_ARGUMENT, .in_helper = true};
	status = gng_dpdk_request_read(&request, config->argc, config->argv, why);
	if (status != GNG_OK)
		return status;
	report->num_wanted =
		config->num_wanted == SIZE_MAX ? request.num_ports : config->num_wanted;
	if (config->helper) {
		status = eal_in_helper(report, config, why);
		if (status != GNG_OK)
			return status;
		judge(report, &request, config);
		if (report->reason != GNG_DPDK_READY)
			return explain(report, why);
	}
	report->in_helper = false;
	status = start_here(eal, report, config, request.file_prefix, why);
	if (status != GNG_OK)
		return status;
	judge(report, &request, config);
	if (report->reason == GNG_DPDK_READY)
		return GNG_OK;
	gng_eal_stop(*eal); /* that of a port which no frame can reach */
	*eal = NULL;
	return explain(report, why);
}

void gng_eal_call(struct gng_eal *eal, void (*fn)(void *arg), void *arg)
{
	pthread_mutex_lock(&eal->lock);
	eal->arg = arg;
	eal->fn = fn;
	pthread_cond_broadcast(&eal->changed);
	while (eal->fn)
		pthread_cond_wait(&eal->changed, &eal->lock);
	pthread_mutex_unlock(&eal->lock);
}

void gng_eal_stop(struct gng_eal *eal)
{
	if (!eal)
		return;
	pthread_mutex_lock(&eal->lock);
	eal->is_ending = true;
	pthread_cond_broadcast(&eal->changed);
	pthread_mutex_unlock(&eal->lock);
	pthread_join(eal->thread, NULL);
	release(eal);
}

int gng_eal_try(int argc, const char *const *argv)
{
	struct gng_dpdk_request request;
	unsigned int num_ports = 0;
	char **copy;
	int rc, error;

	if (gng_dpdk_request_read(&request, argc, argv, NULL) != GNG_OK)
		return 1;
	copy = calloc((size_t)argc + 2, sizeof(*copy));
	if (!copy)
		return 1;
	copy[0] = (char[]){"gonogo-eal"};
	memcpy(copy + 1, argv, (size_t)argc * sizeof(*copy));
	rc = rte_eal_init(argc + 1, copy);
	error = rte_errno;
	if (rc >= 0)
		num_ports = rte_eth_dev_count_avail();
	end(rc >= 0, request.file_prefix);
	fflush(stderr);
	printf("\ngonogo-eal: rc=%d rte_errno=%d ports=%u\n", rc, error, num_ports);
	fflush(stdout);
	free(copy);
	return rc < 0;
}
