/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rate.c - how fast a fuzzer is, as a share of a fuzzer that does nothing, in the same minute on
 * the same machine: executions a second alone say more about the machine.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "farm_report.h"

#define ROUNDS 5
#define RUN_S 300
#define NEARLY 0.97 /* docs/ARCHITECTURE.md, ratio rule */

static const struct {
	const char *name;
	double limit;
} classes[] = {
	[FARM_PARSER] = {"parser", 0.4},
	[FARM_CRYPTO] = {"crypto", 0.15},
	[FARM_DER] = {"der", 0.01},
	[FARM_YARDSTICK] = {"yardstick", 1},
};

struct rate {
	double own, trivial, ratio; /* medians; executions a CPU second */
	double ratios[ROUNDS];
};

static enum gng_status unpack(const struct farm_target *target, const char *folder,
			      const struct farm_options *options, struct gng_why *why)
{
	const char *argv[] = {target->replay, "--seeds", target->seeds, "--unpack", folder, NULL};
	struct farm_child child = {0};
	enum gng_status status = farm_make_dir(folder, why);

	if (status == GNG_OK && *target->replay && *target->seeds)
		status = farm_child_start(&child, argv, NULL, NULL, why);
	farm_child_wait(&child, options->stop);
	farm_child_fini(&child);
	return status;
}

/* shot is one run: what it executed and the CPU time of it. */
struct shot {
	double executions, cpu_s;
};

/* name_inputs makes the option that names each seed. Given a folder libFuzzer would write what it
 * finds into it, and a third of the time would be the file system's. */
static enum gng_status name_inputs(char option[FARM_PATH], const char *folder, const char *seeds,
				   struct gng_why *why)
{
	char path[FARM_PATH], *text = NULL;
	enum gng_status status = GNG_ENOMEM;
	struct farm_names list;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	farm_list(&list, seeds);
	for (size_t i = 0; out && i < list.num; i++)
		fprintf(out, "%s%s/%s", i ? "," : "", seeds, list.names[i]);
	farm_path(path, "%s/inputs", folder);
	if (list.num)
		farm_path(option, "-seed_inputs=@%s", path);
	else
		farm_path(option, "-seed=1");
	if (out && fclose(out) == 0)
		status = farm_write(path, text, strlen(text), why);
	farm_list_fini(&list);
	free(text);
	return status;
}

/* shoot runs a number of executions. A number, not a time: the same seed then does the same work
 * each time, however busy the machine is. */
static bool shoot(struct shot *shot, const struct farm_target *target, const char *schedule,
		  const struct farm_options *options, double runs, struct gng_why *why)
{
	static const char name[] = "stat::number_of_executed_units:";
	char folder[FARM_PATH], seeds[FARM_PATH], inputs[FARM_PATH], number[48];
	/* With functions by name, a symboliser's time would count. */
	const char *argv[] = {target->program,
			      "-seed=1",
			      "-max_len=4096",
			      "-print_funcs=0",
			      "-print_final_stats=1",
			      schedule,
			      number,
			      inputs,
			      NULL};
	struct farm_child child = {0};
	const char *found = NULL;

	farm_path(folder, "%s/rate", options->out);
	farm_path(seeds, "%s/seeds", folder);
	farm_remove(folder);
	snprintf(number, sizeof(number), "-runs=%.0f", runs);
	if (unpack(target, seeds, options, why) == GNG_OK &&
	    name_inputs(inputs, folder, seeds, why) == GNG_OK &&
	    farm_child_start(&child, argv, farm_env(false), folder, why) == GNG_OK) {
		child.deadline_s = farm_now() + RUN_S;
		farm_child_wait(&child, options->stop);
		found = child.status ? NULL : memmem(child.tail, child.len, name, strlen(name));
		shot->cpu_s = child.cpu_s;
		if (found)
			shot->executions = strtod(found + strlen(name), NULL);
	}
	farm_child_fini(&child);
	farm_remove(folder);
	return found;
}

/* gauged is a fuzzer with the number of executions that takes about the seconds that were asked
 * for, and what its start and its seeds alone take. */
struct gauged {
	const struct farm_target *target;
	const char *schedule; /* of the fuzzer that is measured, for the yardstick too */
	double runs;
	struct shot start;
};

static bool gauge(struct gauged *gauged, const struct farm_options *options, double seconds,
		  struct gng_why *why)
{
	struct shot shot = {0};
	double more;

	if (!shoot(&gauged->start, gauged->target, gauged->schedule, options, 0, why))
		return false;
	for (gauged->runs = 4096; gauged->runs < 1e9; gauged->runs *= more) {
		if (!shoot(&shot, gauged->target, gauged->schedule, options, gauged->runs, why))
			return false;
		if (shot.cpu_s - gauged->start.cpu_s > seconds / 2)
			return true;
		more = seconds / fmax(shot.cpu_s - gauged->start.cpu_s, seconds / 8);
	}
	return true;
}

/* gauge_yardstick does it again where the fuzzer beside it is scheduled in another way. */
static bool gauge_yardstick(struct gauged *trivial, const char *schedule,
			    const struct farm_options *options, double seconds, struct gng_why *why)
{
	if (trivial->schedule && strcmp(trivial->schedule, schedule) == 0)
		return true;
	trivial->schedule = schedule;
	if (gauge(trivial, options, seconds, why))
		return true;
	trivial->schedule = NULL;
	return false;
}

/* speed returns executions a CPU second, start and seeds left out; NAN if there were none. */
static double speed(const struct gauged *gauged, const struct farm_options *options,
		    struct gng_why *why)
{
	struct shot shot = {0};

	if (!shoot(&shot, gauged->target, gauged->schedule, options, gauged->runs, why))
		return NAN;
	return (shot.executions - gauged->start.executions) / (shot.cpu_s - gauged->start.cpu_s);
}

static int by_value(const void *one, const void *other)
{
	const double a = *(const double *)one, b = *(const double *)other;

	return (a > b) - (a < b);
}

static double median(double values[ROUNDS])
{
	double sorted[ROUNDS];

	memcpy(sorted, values, sizeof(sorted));
	qsort(sorted, ROUNDS, sizeof(*sorted), by_value);
	return sorted[ROUNDS / 2];
}

static bool measure(struct rate *rate, const struct farm_target *target, struct gauged *trivial,
		    const struct farm_options *options, double seconds)
{
	struct gauged gauged = {.target = target, .schedule = farm_schedule(target)};
	double own[ROUNDS], other[ROUNDS];
	struct gng_why why = {0};
	bool ok;

	ok = gauge_yardstick(trivial, gauged.schedule, options, seconds, &why) &&
	     gauge(&gauged, options, seconds, &why);

	for (size_t i = 0; i < ROUNDS && ok; i++) {
		other[i] = speed(trivial, options, &why);
		own[i] = speed(&gauged, options, &why);
		rate->ratios[i] = own[i] / other[i];
		ok = isfinite(rate->ratios[i]) && rate->ratios[i] > 0;
	}
	if (!ok && !*options->stop)
		gng_term_error("%s cannot be timed%s%s", target->name, *why.text ? ": " : "",
			       why.text);
	if (!ok)
		return false;
	rate->own = median(own);
	rate->trivial = median(other);
	rate->ratio = median(rate->ratios);
	return true;
}

static const char *judge(const struct rate *rate, double limit)
{
	size_t under = 0;

	for (size_t i = 0; i < ROUNDS; i++)
		under += rate->ratios[i] < NEARLY * limit;
	if (rate->ratio >= limit)
		return "PASS";
	return under == ROUNDS ? "FAIL" : "INCONCLUSIVE";
}

static const struct farm_target *yardstick(const struct farm_targets *targets)
{
	for (size_t i = 0; i < targets->num; i++)
		if (targets->all[i].kind == FARM_YARDSTICK)
			return &targets->all[i];
	return NULL;
}

static void print_row(const struct gng_term *term, const struct farm_target *target,
		      const struct rate *rate, const char *verdict)
{
	char own[GNG_TERM_FIGURE_CAP], trivial[GNG_TERM_FIGURE_CAP];

	fprintf(term->out, "rate    %-24s %-7s %9s /s  %9s /s  %6.3f  >= %-4g  ", target->name,
		classes[target->kind].name, gng_term_count(own, (uint64_t)rate->own),
		gng_term_count(trivial, (uint64_t)rate->trivial), rate->ratio,
		classes[target->kind].limit);
	gng_term_say(term,
		     strcmp(verdict, "PASS") == 0   ? GNG_TERM_GOOD
		     : strcmp(verdict, "FAIL") == 0 ? GNG_TERM_BAD
						    : GNG_TERM_DOUBT,
		     "%s", verdict);
	fputc('\n', term->out);
	fflush(term->out);
}

int farm_rate(const struct farm_targets *targets, const struct farm_options *options,
	      const struct gng_term *term, double seconds)
{
	struct gauged trivial = {.target = yardstick(targets)};
	json_t *rows = json_array();
	int code = GNG_GO;

	if (!trivial.target) {
		gng_term_error("no fuzzer has the line \"class: yardstick\": there is nothing to "
			       "compare with");
		json_decref(rows);
		return 4;
	}
	for (size_t i = 0; i < targets->num && !*options->stop; i++) {
		const struct farm_target *target = &targets->all[i];
		const char *verdict;
		struct rate rate;

		if (target == trivial.target || target->kind == FARM_GO)
			continue;
		if (!measure(&rate, target, &trivial, options, seconds)) {
			code = GNG_NO_GO;
			continue;
		}
		verdict = judge(&rate, classes[target->kind].limit);
		if (strcmp(verdict, "FAIL") == 0)
			code = GNG_NO_GO;
		print_row(term, target, &rate, verdict);
		json_array_append_new(rows,
				      json_pack("{s:s, s:s, s:f, s:f, s:f, s:f, s:s}", "fuzzer",
						target->name, "class", classes[target->kind].name,
						"exec_per_cpu_s", rate.own, "trivial_per_cpu_s",
						rate.trivial, "ratio", rate.ratio, "limit",
						classes[target->kind].limit, "verdict", verdict));
	}
	if (options->json) {
		json_dumpf(rows, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
		putchar('\n');
	}
	json_decref(rows);
	return *options->stop ? GNG_INCOMPLETE : code;
}
