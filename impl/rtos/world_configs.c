/* SPDX-License-Identifier: Apache-2.0 */
/* world_configs.c - the systems that are explored, by name. */
#include "rtos_world.h"

#define EVER GNG_RTOS_FOREVER
#define OPS(table) .ops = table, .num_ops = sizeof(table) / sizeof((table)[0])
#define TICKS (1u << WORLD_TICK)
#define GIVES (1u << WORLD_ISR_GIVE)
#define SETS (1u << WORLD_ISR_SET)

/* Everything once, and small enough for each run of the tests. */
static const struct world_op small[] = {
	{WORLD_LOCK, 0, EVER}, {WORLD_LOCK, 1, 1}, {WORLD_UNLOCK, 0, 0}, {WORLD_UNLOCK, 1, 0},
	{WORLD_TAKE, 0, EVER}, {WORLD_GIVE, 0, 0}, {WORLD_DELAY, 0, 1},	 {WORLD_YIELD, 0, 0},
};

/* Chains of owners through three mutexes, a timeout in their middle, tasks that wait elsewhere. */
static const struct world_op standard[] = {
	{WORLD_LOCK, 0, EVER}, {WORLD_LOCK, 1, EVER}, {WORLD_LOCK, 2, EVER},
	{WORLD_LOCK, 1, 1},    {WORLD_UNLOCK, 0, 0},  {WORLD_UNLOCK, 1, 0},
	{WORLD_UNLOCK, 2, 0},  {WORLD_SEND, 0, EVER}, {WORLD_RECEIVE, 0, EVER},
	{WORLD_DELAY, 0, 1},   {WORLD_YIELD, 0, 0},
};

/* The same with longer times and more of them, for six tasks: days of work. */
static const struct world_op chains[] = {
	{WORLD_LOCK, 0, EVER}, {WORLD_LOCK, 1, EVER}, {WORLD_LOCK, 2, EVER}, {WORLD_LOCK, 1, 2},
	{WORLD_UNLOCK, 0, 0},  {WORLD_UNLOCK, 1, 0},  {WORLD_UNLOCK, 2, 0},  {WORLD_SEND, 0, EVER},
	{WORLD_RECEIVE, 0, 1}, {WORLD_DELAY, 0, 1},   {WORLD_DELAY, 0, 2},   {WORLD_YIELD, 0, 0},
};

/* All kinds of objects, with interrupts in the middle of kernel calls. */
static const struct world_op mixed[] = {
	{WORLD_LOCK, 0, EVER},	{WORLD_LOCK, 0, 1},    {WORLD_UNLOCK, 0, 0},
	{WORLD_TAKE, 0, EVER},	{WORLD_TAKE, 0, 2},    {WORLD_GIVE, 0, 0},
	{WORLD_SEND, 0, EVER},	{WORLD_RECEIVE, 0, 1}, {WORLD_WAIT_ANY, 0, EVER},
	{WORLD_WAIT_ALL, 0, 1}, {WORLD_SET, 1, 0},     {WORLD_DELAY, 0, 1},
	{WORLD_YIELD, 0, 0},	{WORLD_TIMER, 1, 1},   {WORLD_TIMER_STOP, 0, 0},
};

/* Tasks that end, come back and change their priorities while they wait. */
static const struct world_op lives[] = {
	{WORLD_LOCK, 0, EVER}, {WORLD_LOCK, 1, 1},  {WORLD_UNLOCK, 0, 0},   {WORLD_UNLOCK, 1, 0},
	{WORLD_TAKE, 0, 2},    {WORLD_GIVE, 0, 0},  {WORLD_PRIORITY, 1, 9}, {WORLD_PRIORITY, 1, 2},
	{WORLD_STOP, 0, 0},    {WORLD_STOP, 1, 0},  {WORLD_STOP, 2, 0},	    {WORLD_RESTART, 0, 0},
	{WORLD_RESTART, 2, 0}, {WORLD_DELAY, 0, 1}, {WORLD_YIELD, 0, 0},
};

const struct world_config world_configs[] = {
	{"small",
	 "3 tasks, 2 mutexes, semaphore",
	 3,
	 2,
	 1,
	 {2, 2, 5},
	 OPS(small),
	 TICKS | GIVES,
	 true},
	{"standard",
	 "4 tasks, 3 mutexes, queue: chains of owners, a tick inside of any call",
	 4,
	 3,
	 2,
	 {3, 3, 7, 9},
	 OPS(standard),
	 TICKS,
	 true},
	{"pair",
	 "2 tasks, all objects, interrupts inside of kernel calls",
	 2,
	 1,
	 1,
	 {3, 7},
	 OPS(mixed),
	 TICKS | GIVES | SETS,
	 true},
	{"mixed",
	 "3 tasks, all objects, interrupts inside of kernel calls",
	 3,
	 1,
	 1,
	 {3, 3, 7},
	 OPS(mixed),
	 TICKS | GIVES | SETS,
	 true},
	{"lives",
	 "3 tasks that stop, restart and change priority, 2 mutexes",
	 3,
	 2,
	 1,
	 {3, 3, 7},
	 OPS(lives),
	 TICKS | GIVES,
	 true},
	{"large",
	 "6 tasks, 3 mutexes, all of chains, interrupts inside",
	 6,
	 3,
	 2,
	 {1, 3, 3, 5, 7, 9},
	 OPS(chains),
	 TICKS | GIVES,
	 true},
	{0},
};
