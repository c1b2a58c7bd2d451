/* SPDX-License-Identifier: Apache-2.0 */
/* network.h - sender, bad network and receiver on a virtual clock, with access units that say
 * themselves what they must contain. */
#ifndef AV_NETWORK_H
#define AV_NETWORK_H

#include <string.h>

#include <av_intake.h>
#include <av_outlet.h>
#include <av_relay.h>

#define NETWORK_WAITING 2048
#define NETWORK_MAX_UNIT 20000
#define NETWORK_FRAME_NS 16666667u
#define NETWORK_TICKS 1500u /* of 90 kHz, a frame */

static const uint8_t network_key[AV_KEY_LEN] = "a key and a salt for tests.";

/* network is one stream; counts that end with a receiver are added up. */
struct network {
	struct av_outlet outlet;
	struct av_intake intake;
	struct av_relay relay;
	uint64_t now_ns;
	uint32_t frame, random;
	size_t num_waiting;
	struct av_datagram waiting[NETWORK_WAITING];
	uint64_t due_ns[NETWORK_WAITING];
	uint64_t sent, taken, units, whole, wrong, no_room;
	uint64_t refused, repairs, late, duplicates, accepted; /* of receivers that are gone */
};

static inline uint32_t network_random(struct network *network)
{
	network->random = network->random * 1664525 + 1013904223;
	return network->random >> 8;
}

/* network_unit writes the access unit of a frame: four slices whose bytes follow from number, and
 * never hold a start code; ahead of them a parameter set in each 30th. */
static inline size_t network_unit(uint8_t out[NETWORK_MAX_UNIT], uint32_t number)
{
	const size_t slice = 200 + number * 7919 % 3000;
	const uint8_t set[9] = {0, 0, 0, 1, 0x67, 0x42, 0xc0, 0x1f, 0xa9};
	size_t len = number % 30 ? 0 : sizeof(set);

	memcpy(out, set, len);
	for (uint32_t i = 0; i < 4; i++) {
		const uint8_t start[5] = {0, 0, 0, 1, 0x41};

		memcpy(out + len, start, sizeof(start));
		len += sizeof(start);
		for (size_t at = 0; at < slice; at++)
			out[len++] = (uint8_t)(4 + (number * 31 + i * 17 + at * 13) % 251);
	}
	return len;
}

static inline void network_open(struct network *network, const struct av_weather *weather,
				const uint8_t *key)
{
	memset(network, 0, sizeof(*network));
	assert_int_equal(av_outlet_init(&network->outlet, key, 65000, NULL), GNG_OK);
	assert_int_equal(av_intake_init(&network->intake, key, NULL), GNG_OK);
	av_relay_init(&network->relay, weather);
	network->random = 1;
}

static inline void network_close(struct network *network)
{
	av_outlet_fini(&network->outlet);
	av_intake_fini(&network->intake);
}

static inline void network_relay(struct network *network, const struct av_datagram *datagram)
{
	struct av_relay_copy copies[2];
	const size_t num = av_relay_take(&network->relay, copies, datagram->len, network->now_ns);

	network->sent++;
	for (size_t i = 0; i < num; i++) {
		if (network->num_waiting == NETWORK_WAITING) {
			network->no_room++;
			continue;
		}
		network->waiting[network->num_waiting] = *datagram;
		network->waiting[network->num_waiting].len = copies[i].len;
		network->due_ns[network->num_waiting++] = copies[i].due_ns;
	}
}

/* network_send sends the next frame with that group of parity. */
static inline void network_send(struct network *network, unsigned int group)
{
	uint8_t unit[NETWORK_MAX_UNIT];
	const struct av_encoded encoded = {.bytes = unit,
					   .len = network_unit(unit, network->frame)};

	assert_int_equal(
		av_outlet_pack(&network->outlet, &encoded, network->frame * NETWORK_TICKS, NULL),
		GNG_OK);
	assert_int_equal(av_outlet_protect(&network->outlet, group, NULL), GNG_OK);
	for (size_t i = 0; i < network->outlet.num_packets; i++)
		network_relay(network, &network->outlet.packets[i]);
	network->frame++;
}

static inline void network_show(struct network *network)
{
	uint8_t expected[NETWORK_MAX_UNIT];
	struct av_unit unit;

	while (av_intake_next(&network->intake, &unit, network->now_ns)) {
		const size_t len = network_unit(expected, unit.timestamp / NETWORK_TICKS);

		network->units++;
		if (unit.damaged)
			continue;
		network->whole++;
		network->wrong += unit.len != len || memcmp(unit.bytes, expected, len) != 0;
	}
}

/* network_run lets time pass until until_ns, and hands over what is due, in order. */
static inline void network_run(struct network *network, uint64_t until_ns)
{
	for (;;) {
		size_t first = 0;

		for (size_t i = 1; i < network->num_waiting; i++)
			if (network->due_ns[i] < network->due_ns[first])
				first = i;
		if (network->num_waiting == 0 || network->due_ns[first] > until_ns)
			break;
		if (network->due_ns[first] > network->now_ns)
			network->now_ns = network->due_ns[first];
		av_intake_push(&network->intake, network->waiting[first].bytes,
			       network->waiting[first].len, network->now_ns);
		network->taken++;
		network->num_waiting--;
		network->waiting[first] = network->waiting[network->num_waiting];
		network->due_ns[first] = network->due_ns[network->num_waiting];
		network_show(network);
	}
	network->now_ns = until_ns;
	network_show(network);
}

/* network_check wants each packet to be accounted for, at any time. */
static inline void network_check(const struct network *network)
{
	const struct av_intake_counts *counts = &network->intake.counts;
	const struct av_relay_counts *relay = &network->relay.counts;

	assert_int_equal(relay->in, network->sent);
	assert_int_equal(relay->out, relay->in - relay->lost + relay->duplicated);
	assert_int_equal(network->taken + network->num_waiting + network->no_room, relay->out);
	assert_int_equal(counts->refused + counts->repairs + counts->late + counts->duplicates +
				 counts->accepted,
			 counts->datagrams);
	assert_int_equal(network->refused + network->repairs + network->late + network->duplicates +
				 network->accepted + counts->datagrams,
			 network->taken);
	assert_int_equal(counts->passed + counts->lost, counts->span);
	assert_int_equal(counts->accepted + counts->recovered,
			 counts->passed + counts->discarded + av_intake_waiting(&network->intake));
	assert_int_equal(network->wrong, 0);
}

/* network_restart makes a new receiver, which knows nothing, and so a new session with a key of its
 * own: who comes late cannot know how often the sequence number wrapped (RFC 3711 section 3.3.1),
 * and under an old key packets of the old session would be good ones. */
static inline void network_restart(struct network *network)
{
	const struct av_intake_counts *counts = &network->intake.counts;
	uint8_t key[AV_KEY_LEN];

	network->refused += counts->refused;
	network->repairs += counts->repairs;
	network->late += counts->late;
	network->duplicates += counts->duplicates;
	network->accepted += counts->accepted;
	network_close(network);
	for (size_t i = 0; i < AV_KEY_LEN; i++)
		key[i] = (uint8_t)network_random(network);
	assert_int_equal(av_intake_init(&network->intake, key, NULL), GNG_OK);
	assert_int_equal(
		av_outlet_init(&network->outlet, key, (uint16_t)network_random(network), NULL),
		GNG_OK);
}

#endif /* AV_NETWORK_H */
