/* SPDX-License-Identifier: Apache-2.0 */
/* rt_verbs.c - `gonogo rt`: audit, plan, apply, restore, boot, and what they print. */
#include "rtconf_verbs.h"

#include <string.h>

#include <gng_sysfile.h>
#include <gng_term.h>
#include <jansson.h>

/* print writes a JSON value and drops it. */
static void print(json_t *json)
{
	json_dumpf(json, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(json);
}

/* ---- audit ---- */

static void say_finding(const struct gng_term *term, const struct gng_rtconf_finding *finding)
{
	gng_term_say(term, finding->ok ? GNG_TERM_GOOD : GNG_TERM_BAD, "%-5s",
		     finding->ok ? "ok" : "mend");
	printf(" %-15s %s\n", finding->code, finding->evidence);
	if (!finding->ok)
		gng_term_wrap(stdout, 22, finding->remedy);
}

static json_t *finding_json(const struct gng_rtconf_finding *finding)
{
	return json_pack("{s:s,s:b,s:s,s:s}", "code", finding->code, "ok", finding->ok, "evidence",
			 finding->evidence, "remedy", finding->remedy);
}

int rt_audit(const struct rt_options *options)
{
	struct gng_rtconf_finding findings[GNG_RTCONF_MAX_FINDINGS];
	const size_t num = gng_rtconf_audit(findings, options->root, &options->cpus);
	json_t *all = json_array();
	char list[GNG_RTCONF_CPUS_TEXT];
	struct gng_term term;
	size_t bad = 0;

	gng_term_init(&term, stdout);
	for (size_t i = 0; i < num; i++) {
		bad += !findings[i].ok;
		if (options->json)
			json_array_append_new(all, finding_json(&findings[i]));
		else
			say_finding(&term, &findings[i]);
	}
	if (options->json)
		print(json_incref(all));
	else
		printf("\n%zu of %zu checks for CPU %s want mending\n", bad, num,
		       gng_rtconf_cpus_list(list, &options->cpus));
	json_decref(all);
	return bad != 0;
}

/* ---- plan and apply ---- */

static enum gng_term_tone tone_of(enum gng_rtconf_state state)
{
	static const enum gng_term_tone tones[GNG_RTCONF_NUM_STATES] = {
		[GNG_RTCONF_READY] = GNG_TERM_GOOD,
		[GNG_RTCONF_CHANGE] = GNG_TERM_DOUBT,
		[GNG_RTCONF_APPLIED] = GNG_TERM_GOOD,
		[GNG_RTCONF_REFUSED] = GNG_TERM_BAD};

	return tones[state];
}

/* say_step tells why only once for a knob of many files, such as all interrupts. */
static void say_step(const struct gng_term *term, const struct gng_rtconf_step *step,
		     const char *told)
{
	gng_term_say(term, tone_of(step->state), "%-8s", gng_rtconf_state_name(step->state));
	printf(" %-15s %s\n", step->knob, step->path);
	if (step->state != GNG_RTCONF_READY) {
		printf("%25s%s -> %s", "", step->before, step->want);
		if (step->state == GNG_RTCONF_REFUSED && *step->answer)
			printf(": it says %s", step->answer);
		printf(step->error ? ": %s\n" : "\n", strerror(step->error));
		if (strcmp(told, step->note) != 0)
			gng_term_wrap(stdout, 25, step->note);
	}
}

static json_t *step_json(const struct gng_rtconf_step *step)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:i}", "knob", step->knob, "path",
			 step->path, "state", gng_rtconf_state_name(step->state), "before",
			 step->before, "want", step->want, "answer", step->answer, "note",
			 step->note, "errno", step->error);
}

static void say_plan(const struct rt_options *options, const struct gng_rtconf_plan *plan)
{
	size_t counts[GNG_RTCONF_NUM_STATES] = {0};
	json_t *all = json_array();
	struct gng_term term;

	gng_term_init(&term, stdout);
	for (size_t i = 0; i < plan->num_steps; i++) {
		counts[plan->steps[i].state]++;
		if (options->json)
			json_array_append_new(all, step_json(&plan->steps[i]));
		else
			say_step(&term, &plan->steps[i], i ? plan->steps[i - 1].note : "");
	}
	if (options->json)
		print(json_incref(all));
	else
		printf("\n%zu ready, %zu to change, %zu applied, %zu refused\n",
		       counts[GNG_RTCONF_READY], counts[GNG_RTCONF_CHANGE],
		       counts[GNG_RTCONF_APPLIED], counts[GNG_RTCONF_REFUSED]);
	json_decref(all);
}

static enum gng_status make_plan(struct gng_rtconf_plan *plan, const struct rt_options *options,
				 struct gng_why *why)
{
	enum gng_status status = gng_rtconf_plan_make(plan, options->root, &options->cpus, why);

	if (status != GNG_OK || options->partition == GNG_RTCONF_NO_PARTITION)
		return status;
	status = gng_rtconf_plan_partition(plan, &options->cpus, options->partition, why);
	if (status != GNG_OK)
		gng_rtconf_plan_fini(plan);
	return status;
}

int rt_plan(const struct rt_options *options)
{
	struct gng_rtconf_plan plan;
	struct gng_why why;

	if (make_plan(&plan, options, &why) != GNG_OK)
		return rt_fail(&why);
	say_plan(options, &plan);
	gng_rtconf_plan_fini(&plan);
	return 0;
}

int rt_apply(const struct rt_options *options)
{
	struct gng_rtconf_plan plan;
	enum gng_status status;
	struct gng_why why;
	int refused = 0;

	if (make_plan(&plan, options, &why) != GNG_OK)
		return rt_fail(&why);
	status = gng_rtconf_apply(&plan, options->saved, &why);
	for (size_t i = 0; i < plan.num_steps; i++)
		refused |= plan.steps[i].state == GNG_RTCONF_REFUSED;
	if (status == GNG_OK) {
		say_plan(options, &plan);
		if (!options->json)
			printf("undo it by gonogo rt restore --saved %s\n", options->saved);
	}
	gng_rtconf_plan_fini(&plan);
	return status == GNG_OK ? refused : rt_fail(&why);
}

/* ---- restore ---- */

static void say_undone(void *context, const struct gng_rtconf_undone *undone)
{
	static const char *const words[] = {"back", "foreign", "stuck"};

	(void)context;
	printf("%-8s %s: %s", words[undone->outcome], undone->path, undone->now);
	printf(undone->outcome == GNG_RTCONF_BACK
		       ? "\n"
		       : ", not %s: somebody else has changed it, or the kernel refuses\n",
	       undone->before);
}

int rt_restore(const struct rt_options *options)
{
	struct gng_why why;

	if (gng_rtconf_restore(options->root, options->saved, say_undone, NULL, &why) != GNG_OK)
		return rt_fail(&why);
	puts("nothing that gonogo rt applied is left");
	return 0;
}

/* ---- boot ---- */

int rt_boot(const struct rt_options *options)
{
	char line[4096], add[3 * GNG_RTCONF_CPUS_TEXT];

	if (!gng_sysfile_read(line, sizeof(line), options->root, "/proc/cmdline"))
		*line = '\0';
	gng_rtconf_boot(add, line, &options->cpus);
	puts(*add ? add : "the kernel command line has all that these CPUs want");
	return *add != '\0';
}

/* ---- units and proofs ---- */

void rt_say_complaint(void *file, const struct gng_rtconf_complaint *one)
{
	if (one->line)
		printf("%s:%zu: %s\n", (const char *)file, one->line, one->text);
	else
		printf("%s: %s\n", (const char *)file, one->text);
}

static json_t *proof_json(const struct gng_rtconf_thread *thread,
			  const struct gng_rtconf_crowd *crowd,
			  const struct gng_rtconf_proof *proof)
{
	return json_pack(
		"{s:{s:i,s:i,s:I,s:I},s:i,s:i,s:b,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:b}", "crowd",
		"threads", (int)crowd->num_threads, "let_in", (int)crowd->num_let_in, "looks",
		(json_int_t)crowd->num_looks, "inside", (json_int_t)crowd->num_inside, "cpu",
		thread->cpu, "priority", thread->priority, "fifo", proof->fifo, "spun_ns",
		(json_int_t)proof->spun_ns, "longest_gap_ns", (json_int_t)proof->longest_gap_ns,
		"lost_ns", (json_int_t)proof->lost_ns, "wakes", (json_int_t)proof->num_wakes,
		"wake_median_ns", (json_int_t)proof->wake_median_ns, "wake_p99_ns",
		(json_int_t)proof->wake_p99_ns, "wake_max_ns", (json_int_t)proof->wake_max_ns,
		"interrupts", (json_int_t)proof->num_interrupts, "strayed", proof->strayed);
}

static json_t *effects_json(const struct gng_rtconf_effects *effects)
{
	return json_pack(
		"{s:I,s:I,s:I,s:I,s:I,s:I,s:b,s:b}", "spun_ns", (json_int_t)effects->spun_ns,
		"ticks", (json_int_t)effects->num_ticks, "freed", (json_int_t)effects->num_freed,
		"rcu_softirqs", (json_int_t)effects->num_rcu_softirqs, "rcu_here_ns",
		(json_int_t)effects->rcu_here_ns, "rcu_there_ns", (json_int_t)effects->rcu_there_ns,
		"timer_waited", effects->timer_waited, "timer_ran", effects->timer_ran);
}

static void say_effects(const struct gng_rtconf_thread *thread,
			const struct gng_rtconf_effects *effects)
{
	printf("CPU %d, alone\n", thread->cpu);
	printf("  spinning %6.0f ms: %llu ticks\n", (double)effects->spun_ns / 1e6,
	       (unsigned long long)effects->num_ticks);
	printf("  freeing %llu files: RCU's softirq ran %llu times here, its threads %.1f ms here "
	       "and "
	       "%.1f ms elsewhere\n",
	       (unsigned long long)effects->num_freed,
	       (unsigned long long)effects->num_rcu_softirqs, (double)effects->rcu_here_ns / 1e6,
	       (double)effects->rcu_there_ns / 1e6);
	if (thread->priority > 0)
		printf("  a timer %s\n", effects->timer_waited
						 ? "waited until the thread had left the CPU"
						 : "became due without waiting for the thread");
}

void rt_say_proof(const struct rt_options *options, const struct gng_rtconf_thread *thread,
		  const struct gng_rtconf_crowd *crowd, const struct gng_rtconf_proof *proof,
		  const struct gng_rtconf_effects *effects)
{
	if (options->json) {
		json_t *all = proof_json(thread, crowd, proof);

		json_object_set_new(all, "effects", effects_json(effects));
		print(all);
		return;
	}
	printf("CPU %d: of %u busy threads from outside, %u got there by asking, and they were "
	       "there %.2f %% of the time\n",
	       thread->cpu, crowd->num_threads, crowd->num_let_in,
	       crowd->num_looks ? 100.0 * (double)crowd->num_inside / (double)crowd->num_looks
				: 0.0);
	printf("CPU %d, %s %d, beside a hog on the same CPU\n", thread->cpu,
	       proof->fifo ? "SCHED_FIFO" : "SCHED_OTHER", thread->priority);
	printf("  spinning %6.0f ms: away for %.3f ms, at most %.3f ms at once\n",
	       (double)proof->spun_ns / 1e6, (double)proof->lost_ns / 1e6,
	       (double)proof->longest_gap_ns / 1e6);
	printf("  waking up %5llu times: median %.3f ms late, P99 %.3f ms, worst %.3f ms\n",
	       (unsigned long long)proof->num_wakes, (double)proof->wake_median_ns / 1e6,
	       (double)proof->wake_p99_ns / 1e6, (double)proof->wake_max_ns / 1e6);
	printf("  interrupts of devices on that CPU meanwhile: %llu%s\n",
	       (unsigned long long)proof->num_interrupts,
	       proof->strayed ? "; the thread was seen elsewhere" : "");
	say_effects(thread, effects);
}
