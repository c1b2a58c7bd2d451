/* SPDX-License-Identifier: Apache-2.0 */
/* relay.c - what becomes of each packet on a bad network. */
#include "av_relay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void av_relay_init(struct av_relay *relay, const struct av_weather *weather)
{
	*relay = (struct av_relay){.weather = *weather, .random = weather->seed};
}

/* draw is SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t draw(struct av_relay *relay)
{
	uint64_t z = relay->random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static bool happens(struct av_relay *relay, uint32_t ppm)
{
	return draw(relay) % 1000000 < ppm;
}

static bool is_lost(struct av_relay *relay)
{
	const struct av_weather *weather = &relay->weather;

	if (happens(relay, relay->bad ? weather->leave_ppm : weather->enter_ppm))
		relay->bad = !relay->bad;
	return happens(relay, relay->bad ? weather->bad_loss_ppm : weather->good_loss_ppm) ||
	       weather->down;
}

size_t av_relay_take(struct av_relay *relay, struct av_relay_copy copies[2], size_t len,
		     uint64_t now_ns)
{
	const struct av_weather *weather = &relay->weather;
	const bool lost = is_lost(relay), twice = happens(relay, weather->duplicate_ppm);
	const bool cut = happens(relay, weather->truncate_ppm);
	const bool late = happens(relay, weather->reorder_ppm);
	const uint64_t jitter = draw(relay) % (weather->jitter_us + 1u);
	const size_t rest = len ? draw(relay) % len : 0;
	uint64_t due = now_ns + (weather->delay_us + jitter) * 1000;

	relay->counts.in++;
	if (lost) {
		relay->counts.lost++;
		return 0;
	}
	if (due < relay->last_due_ns)
		due = relay->last_due_ns;
	if (late)
		due += weather->reorder_us * UINT64_C(1000);
	else
		relay->last_due_ns = due;
	copies[0] = copies[1] = (struct av_relay_copy){due, cut ? rest : len};
	relay->counts.truncated += cut;
	relay->counts.reordered += late;
	relay->counts.duplicated += twice;
	relay->counts.out += 1u + twice;
	return 1u + twice;
}

/* ---- text ---- */

static void set_loss(struct av_weather *weather, uint64_t loss_ppm, uint64_t burst)
{
	/* In the bad state all is lost and it is left after burst packets on average, so the share
	 * of time in it must be the loss. */
	weather->bad_loss_ppm = 1000000;
	weather->leave_ppm = (uint32_t)(1000000 / burst);
	weather->enter_ppm =
		(uint32_t)(loss_ppm * (weather->leave_ppm / (1e6 - (double)loss_ppm)) + 0.5);
}

struct words {
	uint64_t loss, burst, duplicate, truncate, reorder, delay, jitter, late, seed;
};

static uint64_t *word_of(struct words *words, const char *name, size_t len)
{
	const struct {
		const char *name;
		uint64_t *value;
	} known[] = {{"loss", &words->loss},
		     {"burst", &words->burst},
		     {"duplicate", &words->duplicate},
		     {"truncate", &words->truncate},
		     {"reorder", &words->reorder},
		     {"delay", &words->delay},
		     {"jitter", &words->jitter},
		     {"late", &words->late},
		     {"seed", &words->seed}};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strlen(known[i].name) == len && memcmp(known[i].name, name, len) == 0)
			return known[i].value;
	return NULL;
}

static bool read_word(struct words *words, const char *at, size_t len)
{
	const char *sign = memchr(at, '=', len);
	uint64_t *value = sign ? word_of(words, at, (size_t)(sign - at)) : NULL;
	char *end;

	if (!value || sign[1] < '0' || sign[1] > '9')
		return false;
	*value = strtoull(sign + 1, &end, 10);
	return end == at + len && *value <= 1000000;
}

enum gng_status av_weather_read(struct av_weather *weather, const char *text, struct gng_why *why)
{
	struct words words = {.burst = 1, .late = 2000, .seed = 1};

	for (const char *at = text; *at;) {
		const size_t len = strcspn(at, ",");

		if (!read_word(&words, at, len))
			return gng_why_set(why, GNG_EFORMAT, 0, "av.relay",
					   "'%.*s' is no weather: write loss=20000,burst=4,"
					   "duplicate=,truncate=,reorder=,delay=,jitter=,late=,"
					   "seed= with numbers up to 1000000",
					   (int)(len < 40 ? len : 40), at);
		at += len + (at[len] == ',');
	}
	if (words.burst == 0 || words.loss >= 1000000)
		return gng_why_set(why, GNG_EFORMAT, 0, "av.relay",
				   "a burst of 0 packets or a loss of all is no weather");
	*weather = (struct av_weather){.seed = words.seed,
				       .duplicate_ppm = (uint32_t)words.duplicate,
				       .truncate_ppm = (uint32_t)words.truncate,
				       .reorder_ppm = (uint32_t)words.reorder,
				       .delay_us = (uint32_t)words.delay,
				       .jitter_us = (uint32_t)words.jitter,
				       .reorder_us = (uint32_t)words.late};
	set_loss(weather, words.loss, words.burst);
	return GNG_OK;
}
