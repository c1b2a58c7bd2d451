/* SPDX-License-Identifier: Apache-2.0 */
/*
 * control.c - the example of docs/rtos.md: a control loop with three rates, a watchdog and a fault
 * log. A heater is simulated, so that the loop can be judged.
 */
#include "board.h"

#define SENSE_TICKS 5 /* a tick is a millisecond */
#define CONTROL_TICKS 20
#define REPORT_TICKS 250
#define RUN_TICKS 3000
#define TARGET_MC 60000 /* thousandths of a degree Celsius */

/* What one task tells the next: the sensor's mean to the controller. */
static struct gng_rtos_queue samples;
static int32_t sample_elements[8];

/* What all share: the state of the plant, under a mutex. */
static struct gng_rtos_mutex plant_mutex;
static struct {
	int32_t temperature_mc, power_pct;
} plant = {.temperature_mc = 20000};

/* Each task reports its life by a flag; the watchdog wants all of them within its time. */
enum { SENSE_ALIVE = 1, CONTROL_ALIVE = 2, REPORT_ALIVE = 4, ALL_ALIVE = 7 };
static struct gng_rtos_flags alive;
static volatile uint32_t num_barks;

/* The fault log: what happened, in order. */
struct fault {
	uint32_t tick;
	const char *what;
};
static struct fault fault_log[8];
static volatile uint32_t num_faults;

static void log_fault(const char *what)
{
	if (num_faults < 8)
		fault_log[num_faults] = (struct fault){gng_rtos_now(), what};
	num_faults++;
}

static void on_late(struct gng_rtos_task *task, struct gng_rtos_period *period)
{
	(void)task;
	(void)period;
	log_fault("deadline missed");
}

static struct gng_rtos_task sense_task, control_task, report_task, watch_task;
static GNG_RTOS_STACK(sense_stack, 96);
static GNG_RTOS_STACK(control_stack, 96);
static GNG_RTOS_STACK(report_stack, 128);
static GNG_RTOS_STACK(watch_stack, 96);

/* The fast rate: reads the sensor, and passes a mean of four on. */
static void sense(void *arg)
{
	struct gng_rtos_period period;
	int32_t sum = 0;

	(void)arg;
	(void)!gng_rtos_period_init(&period, SENSE_TICKS);
	for (unsigned int n = 1;; n++) {
		(void)!gng_rtos_period_wait(&period);
		(void)!gng_rtos_mutex_lock(&plant_mutex, GNG_RTOS_FOREVER);
		sum += plant.temperature_mc;
		gng_rtos_mutex_unlock(&plant_mutex);
		gng_rtos_flags_set(&alive, SENSE_ALIVE);
		if (n % 4 != 0)
			continue;
		sum /= 4;
		if (gng_rtos_queue_send(&samples, &sum, GNG_RTOS_NO_WAIT) != GNG_RTOS_OK)
			log_fault("controller too slow");
		sum = 0;
	}
}

/* The middle rate: a proportional-integral controller, which drives the actuator. */
static void control(void *arg)
{
	int32_t sample, error, integral = 0, power;

	(void)arg;
	for (;;) {
		if (gng_rtos_queue_receive(&samples, &sample, 2 * CONTROL_TICKS) != GNG_RTOS_OK) {
			log_fault("no sample");
			continue;
		}
		error = TARGET_MC - sample;
		integral += error / 8;
		if (integral > 80000)
			integral = 80000;
		power = (error * 2 + integral) / 1000;
		power = power < 0 ? 0 : power > 100 ? 100 : power;
		(void)!gng_rtos_mutex_lock(&plant_mutex, GNG_RTOS_FOREVER);
		plant.power_pct = power;
		gng_rtos_mutex_unlock(&plant_mutex);
		gng_rtos_flags_set(&alive, CONTROL_ALIVE);
	}
}

/* The plant: each millisecond it warms by its power and loses to the air at 20 degrees. */
static void simulate(struct gng_rtos_timer *timer)
{
	(void)timer;
	plant.temperature_mc += plant.power_pct - (plant.temperature_mc - 20000) / 1000;
}

static uint32_t num_in_band, num_reports;

/* The slow rate, and the end of the example. */
static void report(void *arg)
{
	struct gng_rtos_period period;
	uint32_t wrong = 0;

	(void)arg;
	(void)!gng_rtos_period_init(&period, REPORT_TICKS);
	while (gng_rtos_now() < RUN_TICKS) {
		wrong += gng_rtos_period_wait(&period) != GNG_RTOS_OK;
		board_figure("temperature_mc", (uint32_t)plant.temperature_mc);
		num_reports++;
		num_in_band += plant.temperature_mc > 59000 && plant.temperature_mc < 61000;
		gng_rtos_flags_set(&alive, REPORT_ALIVE);
	}
	board_check(wrong == 0 && num_reports == RUN_TICKS / REPORT_TICKS,
		    "each report was in time");
	board_check(num_in_band >= 4, "the loop holds its temperature");
	board_check(num_faults == 0 && num_barks == 0, "nothing was logged while all was well");
	(void)gng_rtos_task_stop(&sense_task); /* a fault on purpose: the sensor dies */
	gng_rtos_delay(2 * REPORT_TICKS);
	board_check(num_faults > 0 && fault_log[0].what[0] == 'n', "its death is in the log");
	board_check(num_barks > 0, "and the watchdog barked");
	board_check(gng_rtos_task_unused_stack(&report_task) > 4, "the stacks suffice");
	for (uint32_t i = 0; i < num_faults && i < 2; i++) {
		board_print("# fault: ");
		board_print(fault_log[i].what);
		board_figure(", tick", fault_log[i].tick);
	}
	board_end();
}

static void watch(void *arg)
{
	uint32_t got;

	(void)arg;
	for (;;) {
		if (gng_rtos_flags_wait(&alive, &got, ALL_ALIVE, GNG_RTOS_ALL,
					REPORT_TICKS + CONTROL_TICKS) != GNG_RTOS_OK) {
			num_barks++;
			log_fault("watchdog");
		}
	}
}

static void must(enum gng_rtos_status status)
{
	if (status != GNG_RTOS_OK)
		board_exit(8);
}

int main(void)
{
	static struct gng_rtos_timer plant_timer;

	board_plan(6);
	gng_rtos_init(0);
	gng_rtos_on_late(on_late);
	must(gng_rtos_mutex_init(&plant_mutex));
	must(gng_rtos_queue_init(&samples, sample_elements, 4, 8));
	must(gng_rtos_flags_init(&alive));
	must(gng_rtos_task_init(&sense_task, sense, NULL, 20, sense_stack, 96));
	must(gng_rtos_task_init(&control_task, control, NULL, 15, control_stack, 96));
	must(gng_rtos_task_init(&report_task, report, NULL, 5, report_stack, 128));
	must(gng_rtos_task_init(&watch_task, watch, NULL, 25, watch_stack, 96));
	must(gng_rtos_timer_init(&plant_timer, simulate, NULL));
	must(gng_rtos_timer_start(&plant_timer, 1, 1));
	gng_rtos_systick_start(16000);
	return (int)gng_rtos_start(NULL);
}
