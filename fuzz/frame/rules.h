/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules.h - the rules of frames written down a second time, as one walk over a list of layers that
 * each say where the next begins; the fuzzer and conformance compare gng_frame_read with them.
 */
#ifndef FUZZ_FRAME_RULES_H
#define FUZZ_FRAME_RULES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* rules_packet: next is -1 for a tag or type to come, 4 or 6 for IP, 100 + N for a header of IPv6
 * or a transport, 0 at the end. error is NULL while all is sound. */
struct rules_packet {
	const uint8_t *bytes;
	size_t at, end, network, offset, payload, num_tags, num_headers;
	const char *error, *clause;
	int next, version, protocol, more;
	unsigned long fragment;
	unsigned int ports[2];
};

static inline unsigned int rules_16(const struct rules_packet *p, size_t at)
{
	return (unsigned int)p->bytes[at] * 256 + p->bytes[at + 1];
}

static inline int rules_broken(struct rules_packet *p, const char *error, size_t offset,
			       const char *clause)
{
	p->error = error;
	p->offset = offset;
	p->clause = clause;
	return 1;
}

/* rules_short says whether need bytes are not there. */
static inline int rules_short(struct rules_packet *p, size_t need, const char *clause)
{
	return p->at + need > p->end ? rules_broken(p, "cut", p->end, clause) : 0;
}

static inline void rules_type(struct rules_packet *p)
{
	const unsigned int type = rules_16(p, p->at - 2);

	if (type == 0x8100 || type == 0x88a8) {
		if (rules_short(p, 4, "IEEE 802.1Q 9"))
			return;
		if (++p->num_tags > 4) {
			rules_broken(p, "tags", p->at - 2, "IEEE 802.1Q 9");
			return;
		}
		p->at += 4;
		return;
	}
	p->network = p->at;
	p->next = type == 0x800 ? 4 : type == 0x86dd ? 6 : 0;
	if (type > 1500 && type < 1536)
		rules_broken(p, "type", p->at - 2, "IEEE 802.3 3.2.6");
	else if (type <= 1500 && !rules_short(p, type, "IEEE 802.3 3.2.6"))
		p->end = p->at + type;
}

/* rules_options: the second byte of an option says its length, with base bytes that it omits. */
static inline void rules_options(struct rules_packet *p, size_t at, size_t end, int six,
				 const char *clause)
{
	while (at < end && !p->error) {
		const unsigned int kind = p->bytes[at], single = six ? kind == 0 : kind == 1;
		size_t len;

		if (!six && kind == 0)
			return;
		if (single) {
			at++;
			continue;
		}
		if (end - at < 2) {
			rules_broken(p, "option", at, clause);
			return;
		}
		len = (size_t)p->bytes[at + 1] + (six ? 2 : 0);
		if (len < 2 || at + len > end)
			rules_broken(p, "option", at + 1, clause);
		at += len;
	}
}

static inline void rules_fragment(struct rules_packet *p, unsigned long offset, int more,
				  size_t field, size_t length, const char *clause)
{
	p->fragment = offset;
	p->more = more;
	if (more && (p->end - p->at) % 8 != 0)
		rules_broken(p, "fragment", length, clause);
	else if (offset + (p->end - p->at) > 65535)
		rules_broken(p, "fragment", field, clause);
}

static inline unsigned int rules_sum(const struct rules_packet *p, size_t len)
{
	unsigned long sum = 0;

	for (size_t i = 0; i < len; i += 2)
		sum += rules_16(p, p->at + i);
	return (unsigned int)(sum % 65535);
}

static inline void rules_ip4(struct rules_packet *p)
{
	const char *const clause = "RFC 791 3.1";
	size_t header, total;

	if (rules_short(p, 20, clause))
		return;
	header = (size_t)(p->bytes[p->at] % 16) * 4;
	total = rules_16(p, p->at + 2);
	if (p->bytes[p->at] / 16 != 4)
		rules_broken(p, "version", p->at, clause);
	else if (header < 20)
		rules_broken(p, "header", p->at, clause);
	else if (total < header)
		rules_broken(p, "length", p->at + 2, clause);
	else if (!rules_short(p, total, clause) && rules_sum(p, header) != 0)
		rules_broken(p, "sum", p->at + 10, "RFC 1122 3.2.1.2");
	if (p->error)
		return;
	p->end = p->at + total;
	rules_options(p, p->at + 20, p->at + header, 0, clause);
	p->version = 4;
	p->protocol = p->bytes[p->at + 9];
	p->next = 100 + p->protocol;
	p->at += header;
	if (!p->error)
		rules_fragment(p, (rules_16(p, p->network + 6) % 8192) * 8UL,
			       p->bytes[p->network + 6] >> 5 & 1, p->network + 6, p->network + 2,
			       clause);
}

static inline void rules_ip6(struct rules_packet *p)
{
	const char *const clause = "RFC 8200 3";
	size_t len;

	if (rules_short(p, 40, clause))
		return;
	len = rules_16(p, p->at + 4);
	p->protocol = p->bytes[p->at + 6];
	if (p->bytes[p->at] / 16 != 6)
		rules_broken(p, "version", p->at, clause);
	else if (len + (size_t)p->protocol == 0)
		rules_broken(p, "jumbogram", p->at + 4, "RFC 2675 3");
	else if (!rules_short(p, 40 + len, clause))
		p->end = p->at + 40 + len;
	p->version = 6;
	p->next = 100 + p->protocol;
	p->payload = p->at + 6; /* of the type, until a transport has a payload */
	p->at += 40;
}

/* rules_clause is NULL for what is no extension header. */
static inline const char *rules_clause(int header)
{
	static const struct {
		int header;
		const char *clause;
	} clauses[] = {
		{0, "RFC 8200 4.3"},  {43, "RFC 8200 4.4"}, {44, "RFC 8200 4.5"},
		{51, "RFC 4302 2.2"}, {60, "RFC 8200 4.6"}, {135, "RFC 6564 4"},
		{139, "RFC 6564 4"},  {140, "RFC 6564 4"},
	};

	for (size_t i = 0; i < sizeof(clauses) / sizeof(clauses[0]); i++)
		if (clauses[i].header == header)
			return clauses[i].clause;
	return NULL;
}

static inline void rules_extension(struct rules_packet *p, int header, const char *clause)
{
	const size_t at = p->at;
	size_t len = 8;

	if (p->num_headers == 8)
		rules_broken(p, "headers", p->payload, "RFC 8883 3");
	else if (header == 0 && p->num_headers)
		rules_broken(p, "order", p->payload, "RFC 8200 4.1");
	if (p->error || rules_short(p, 8, clause))
		return;
	p->num_headers++;
	p->payload = at;
	p->protocol = p->bytes[at];
	p->next = 100 + p->protocol;
	if (header == 51)
		len = 8 + (size_t)4 * p->bytes[at + 1];
	else if (header != 44)
		len = 8 + (size_t)8 * p->bytes[at + 1];
	if (len % 8)
		rules_broken(p, "header", at + 1, clause);
	else if (!rules_short(p, len, clause) && (header == 0 || header == 60))
		rules_options(p, at + 2, at + len, 1, "RFC 8200 4.2");
	p->at += len;
	if (header == 44 && !p->error)
		rules_fragment(p, rules_16(p, at + 2) / 8 * 8UL, p->bytes[at + 3] & 1, at + 2,
			       p->network + 4, clause);
}

static inline void rules_udp(struct rules_packet *p)
{
	const char *const clause = "RFC 768";
	size_t len;

	if (rules_short(p, 8, clause))
		return;
	len = rules_16(p, p->at + 4);
	if (len < 8)
		rules_broken(p, "length", p->at + 4, clause);
	else if (!p->more && !rules_short(p, len, clause))
		p->end = p->at + len;
	p->ports[0] = rules_16(p, p->at);
	p->ports[1] = rules_16(p, p->at + 2);
	p->at += 8;
}

static inline void rules_tcp(struct rules_packet *p)
{
	const char *const clause = "RFC 9293 3.1";
	size_t len;

	if (rules_short(p, 20, clause))
		return;
	len = (size_t)(p->bytes[p->at + 12] / 16) * 4;
	if (len < 20)
		rules_broken(p, "header", p->at + 12, clause);
	else if (!rules_short(p, len, clause))
		rules_options(p, p->at + 20, p->at + len, 0, clause);
	p->ports[0] = rules_16(p, p->at);
	p->ports[1] = rules_16(p, p->at + 2);
	p->at += len;
}

/* rules_judge: at and end are the payload's of a sound frame. */
static inline struct rules_packet rules_judge(const uint8_t *bytes, size_t len)
{
	struct rules_packet p = {.bytes = bytes, .end = len, .next = -1, .protocol = 59};

	if (!rules_short(&p, 14, "IEEE 802.3 3.1.1"))
		p.at = 14;
	while (!p.error && p.next && p.fragment == 0) {
		const char *clause = p.version == 6 ? rules_clause(p.next - 100) : NULL;

		if (p.next < 0)
			rules_type(&p);
		else if (p.next == 4)
			rules_ip4(&p);
		else if (p.next == 6)
			rules_ip6(&p);
		else if (clause)
			rules_extension(&p, p.next - 100, clause);
		else {
			p.next = 0;
			if (p.protocol == 17)
				rules_udp(&p);
			else if (p.protocol == 6)
				rules_tcp(&p);
		}
	}
	return p;
}

#endif /* FUZZ_FRAME_RULES_H */
