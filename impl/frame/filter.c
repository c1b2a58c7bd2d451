/* SPDX-License-Identifier: Apache-2.0 */
/* filter.c - rules that accept or drop a frame by version, protocol, VLAN, ports and prefixes. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame_private.h"

#define MAX_WORD 64

struct words {
	const char *at;
	char word[MAX_WORD];
};

/* next_word returns false at the end; a word that is too long becomes one that is none. */
static bool next_word(struct words *words)
{
	size_t len;

	words->at += strspn(words->at, " \t");
	len = strcspn(words->at, " \t");
	if (len < MAX_WORD) {
		memcpy(words->word, words->at, len);
		words->word[len] = '\0';
	} else {
		snprintf(words->word, MAX_WORD, "%.40s...", words->at);
	}
	words->at += len;
	return len > 0;
}

/* read_number reads digits up to one of stop, or up to the end. */
static bool read_number(unsigned long *value, const char **text, unsigned long max, char stop)
{
	char *end;

	if (**text < '0' || **text > '9')
		return false;
	*value = strtoul(*text, &end, 10);
	*text = end + (*end && *end == stop);
	return *value <= max && (*end == '\0' || *end == stop);
}

/* Port 0 is none (RFC 6335 6), so that a highest of 0 means any. */
static bool read_ports(uint16_t ports[2], const char *word)
{
	unsigned long low, high;

	if (!read_number(&low, &word, UINT16_MAX, '-') || low == 0)
		return false;
	high = low;
	if (*word && !read_number(&high, &word, UINT16_MAX, '\0'))
		return false;
	ports[0] = (uint16_t)low;
	ports[1] = (uint16_t)high;
	return low <= high && word[-1] != '-';
}

static bool read_prefix(struct gng_frame_rule *rule, size_t which, char *word)
{
	char *slash = strchr(word, '/');
	const uint8_t version = strchr(word, ':') ? 6 : 4;
	const unsigned long max = version == 4 ? 32 : 128;
	const char *bits = slash ? slash + 1 : "";
	unsigned long len = max;
	uint8_t *prefix = rule->prefix[which];

	if (rule->version && rule->version != version)
		return false;
	if (slash && (!read_number(&len, &bits, max, '\0') || len == 0))
		return false;
	if (slash)
		*slash = '\0';
	memset(prefix, 0, 16);
	if (inet_pton(version == 4 ? AF_INET : AF_INET6, word, prefix) != 1)
		return false;
	for (unsigned long bit = len; bit < 128; bit++)
		prefix[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
	rule->version = version;
	rule->prefix_len[which] = (uint8_t)len;
	return true;
}

static bool read_vlan(struct gng_frame_rule *rule, const char *word)
{
	unsigned long vlan;

	if (!read_number(&vlan, &word, 4095, '\0'))
		return false;
	rule->has_vlan = true;
	rule->vlan = (uint16_t)vlan;
	return true;
}

static bool set_version(struct gng_frame_rule *rule, uint8_t version)
{
	const bool fits = !rule->version || rule->version == version;

	rule->version = version;
	return fits;
}

/* read_value reads the word behind name, which wants one. */
static bool read_value(struct gng_frame_rule *rule, const char *name, struct words *words)
{
	static const char *const names[] = {"vlan", "sport", "dport", "src", "dst"};
	size_t i = 0;

	while (i < 5 && strcmp(names[i], name) != 0)
		i++;
	if (i == 5 || !next_word(words))
		return false;
	if (i == 0)
		return read_vlan(rule, words->word);
	return i < 3 ? read_ports(rule->ports[i - 1], words->word)
		     : read_prefix(rule, i - 3, words->word);
}

static bool set_protocol(struct gng_frame_rule *rule, uint8_t protocol)
{
	const bool fits = !rule->protocol || rule->protocol == protocol;

	rule->protocol = protocol;
	return fits;
}

static bool read_word(struct gng_frame_rule *rule, struct words *words)
{
	char name[MAX_WORD];

	memcpy(name, words->word, sizeof(name));
	if (strcmp(name, "ip4") == 0)
		return set_version(rule, 4);
	if (strcmp(name, "ip6") == 0)
		return set_version(rule, 6);
	if (strcmp(name, "udp") == 0)
		return set_protocol(rule, GNG_FRAME_UDP);
	if (strcmp(name, "tcp") == 0)
		return set_protocol(rule, GNG_FRAME_TCP);
	return read_value(rule, name, words);
}

enum gng_status gng_frame_filter_add(struct gng_frame_filter *filter, const char *text,
				     struct gng_why *why)
{
	struct gng_frame_rule rule = {.accept = true};
	struct words words = {.at = text};

	if (filter->num_rules == GNG_FRAME_MAX_RULES)
		return gng_why_set(why, GNG_ELIMIT, 0, "frame.filter",
				   "a filter has at most %d rules: join some", GNG_FRAME_MAX_RULES);
	if (!next_word(&words) ||
	    (strcmp(words.word, "accept") != 0 && strcmp(words.word, "drop") != 0))
		return gng_why_set(why, GNG_EFORMAT, 0, "frame.filter",
				   "'%s': a rule begins with accept or drop", words.word);
	rule.accept = *words.word == 'a';
	while (next_word(&words))
		if (!read_word(&rule, &words))
			return gng_why_set(why, GNG_EFORMAT, 0, "frame.filter",
					   "'%s' cannot stand there; words are ip4, ip6, udp, tcp, "
					   "vlan N, sport N[-M], dport N[-M], src A[/N], dst A[/N]",
					   words.word);
	filter->rules[filter->num_rules++] = rule;
	return GNG_OK;
}

/* ---- matching ---- */

static bool matches_prefix(const struct gng_frame_rule *rule, size_t which,
			   const struct gng_frame *frame, const uint8_t *network)
{
	const size_t len = frame->version == 4 ? 4 : 16;
	const uint8_t *address = network + (frame->version == 4 ? 12 : 8) + which * len;
	const size_t bits = rule->prefix_len[which], whole = bits / 8;

	if (memcmp(address, rule->prefix[which], whole) != 0)
		return false;
	return bits % 8 == 0 ||
	       (address[whole] ^ rule->prefix[which][whole]) >> (8 - bits % 8) == 0;
}

static bool matches_port(const uint16_t range[2], uint16_t port)
{
	return port >= range[0] && port <= range[1];
}

static bool matches(const struct gng_frame_rule *rule, const struct gng_frame *frame,
		    const uint8_t *bytes)
{
	if ((rule->version && rule->version != frame->version) ||
	    (rule->protocol && rule->protocol != frame->protocol) ||
	    (rule->has_vlan && (frame->num_tags == 0 || (frame->tags[0] & 0xfff) != rule->vlan)))
		return false;
	for (size_t i = 0; i < 2; i++) {
		if (rule->ports[i][1] &&
		    (!frame->has_ports || !matches_port(rule->ports[i], frame->ports[i])))
			return false;
		if (rule->prefix_len[i] &&
		    !matches_prefix(rule, i, frame, bytes + frame->network_at))
			return false;
	}
	return true;
}

bool gng_frame_filter_match(struct gng_frame_filter *filter, const struct gng_frame *frame,
			    const void *bytes)
{
	size_t i = 0;

	while (i < filter->num_rules && !matches(&filter->rules[i], frame, bytes))
		i++;
	filter->num_matched[i]++;
	return i < filter->num_rules ? filter->rules[i].accept : filter->num_rules == 0;
}
