/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes_parts.c - messages that lie in several places: CTR (SP 800-38A section 6.5) and GCM (SP
 * 800-38D section 7) over lists. Checked as a whole before a byte is written.
 */
#include "aes_gcm.h"

#include "aes_span.h"

/* ---- contracts ---- */

/* list is the parts of a call, and the hull of their outputs. */
struct list {
	const struct gng_aes_part *parts;
	size_t num;
	struct aes_span outs;
};

/* list_ok is presence. */
static bool list_ok(struct list *list)
{
	if ((!list->parts && list->num > 0) || list->num > SIZE_MAX / sizeof(*list->parts))
		return false;
	list->outs = AES_SPAN_EMPTY;
	for (size_t i = 0; i < list->num; i++) {
		const struct gng_aes_part *part = &list->parts[i];

		if (!aes_present(part->in, part->len) || !aes_present(part->out, part->len))
			return false;
		aes_span_add(&list->outs, part->out, part->len);
	}
	return true;
}

static bool list_fits(const struct list *list, uint64_t max)
{
	uint64_t total = 0;

	for (size_t i = 0; i < list->num; i++) {
		if (!aes_gcm_fits(total, list->parts[i].len, max))
			return false;
		total += list->parts[i].len;
	}
	return true;
}

/* writes_on tells whether an output shares a byte with p[0..len). */
static bool writes_on(const struct list *list, const void *p, size_t len)
{
	if (!aes_span_has(&list->outs, p, len))
		return false;
	for (size_t i = 0; i < list->num; i++)
		if (aes_overlap(list->parts[i].out, list->parts[i].len, p, len))
			return true;
	return false;
}

static bool outs_in_order(const struct list *list)
{
	struct aes_span outs = AES_SPAN_EMPTY;

	for (size_t i = 0; i < list->num; i++)
		if (!aes_span_append(&outs, list->parts[i].out, list->parts[i].len))
			return false;
	return true;
}

static bool outs_apart(const struct list *list)
{
	for (size_t i = 0; i < list->num; i++)
		for (size_t j = 0; j < i; j++)
			if (aes_overlap(list->parts[i].out, list->parts[i].len, list->parts[j].out,
					list->parts[j].len))
				return false;
	return true;
}

/* list_apart: outputs are apart from each other, so one that is an input is its own. */
static bool list_apart(const struct list *list)
{
	if (writes_on(list, list->parts, list->num * sizeof(*list->parts)) ||
	    (!outs_in_order(list) && !outs_apart(list)))
		return false;
	for (size_t i = 0; i < list->num; i++)
		if (list->parts[i].in != list->parts[i].out &&
		    writes_on(list, list->parts[i].in, list->parts[i].len))
			return false;
	return true;
}

/* ---- CTR ---- */

enum gng_status gng_aes_ctr_crypt_parts(const struct gng_aes_key *key,
					const uint8_t counter_block[16],
					const struct gng_aes_part *parts, size_t num_parts)
{
	struct list list = {.parts = parts, .num = num_parts};
	struct gng_aes_ctr op;
	enum gng_status status = gng_aes_ctr_begin(&op, key, counter_block);

	if (status != GNG_OK || !list_ok(&list))
		return GNG_EINVAL;
	if (!list_fits(&list, UINT64_MAX))
		return GNG_ELIMIT;
	if (!list_apart(&list) || writes_on(&list, counter_block, GNG_AES_BLOCK))
		return GNG_EINVAL;
	for (size_t i = 0; i < num_parts; i++)
		aes_ctr_run(&op, parts[i].out, parts[i].in, parts[i].len);
	gng_aes_ctr_fini(&op);
	return GNG_OK;
}

/* ---- GCM ---- */

struct call {
	const struct gng_aes_gcm_key *key;
	const uint8_t *nonce;
	size_t nonce_len;
	const struct gng_aes_data *data;
	size_t num_data;
	struct list text;
};

static bool data_ok(const struct call *call)
{
	if ((!call->data && call->num_data > 0) || call->num_data > SIZE_MAX / sizeof(*call->data))
		return false;
	for (size_t i = 0; i < call->num_data; i++)
		if (!aes_present(call->data[i].bytes, call->data[i].len))
			return false;
	return true;
}

static bool data_fits(const struct call *call)
{
	uint64_t total = 0;

	for (size_t i = 0; i < call->num_data; i++) {
		if (!aes_gcm_fits(total, call->data[i].len, AES_GCM_MAX_DATA))
			return false;
		total += call->data[i].len;
	}
	return true;
}

/* spares_data tells whether the outputs spare what is only read. */
static bool spares_data(const struct call *call)
{
	if (writes_on(&call->text, call->nonce, call->nonce_len) ||
	    writes_on(&call->text, call->data, call->num_data * sizeof(*call->data)))
		return false;
	for (size_t i = 0; i < call->num_data; i++)
		if (writes_on(&call->text, call->data[i].bytes, call->data[i].len))
			return false;
	return true;
}

static enum gng_status check(struct call *call, const uint8_t *tag)
{
	if (!aes_gcm_key_ready(call->key) || !call->nonce || call->nonce_len == 0 || !tag ||
	    !data_ok(call) || !list_ok(&call->text))
		return GNG_EINVAL;
	if (!list_fits(&call->text, AES_GCM_MAX_TEXT) || !data_fits(call) ||
	    call->nonce_len > AES_GCM_MAX_DATA)
		return GNG_ELIMIT;
	if (!list_apart(&call->text) || !spares_data(call) ||
	    writes_on(&call->text, tag, call->key->tag_len))
		return GNG_EINVAL;
	return GNG_OK;
}

/* tag_apart tells whether a tag that is to be written spares the inputs and the lists. */
static bool tag_apart(const struct call *call, const uint8_t *tag)
{
	const size_t len = call->key->tag_len;

	if (aes_overlap(tag, len, call->nonce, call->nonce_len) ||
	    aes_overlap(tag, len, call->data, call->num_data * sizeof(*call->data)) ||
	    aes_overlap(tag, len, call->text.parts, call->text.num * sizeof(*call->text.parts)))
		return false;
	for (size_t i = 0; i < call->num_data; i++)
		if (aes_overlap(tag, len, call->data[i].bytes, call->data[i].len))
			return false;
	for (size_t i = 0; i < call->text.num; i++)
		if (aes_overlap(tag, len, call->text.parts[i].in, call->text.parts[i].len))
			return false;
	return true;
}

/* is_plain tells whether the message lies in one place, and makes it one. */
static bool is_plain(const struct call *call, struct aes_gcm_message *m)
{
	if (call->num_data > 1 || call->text.num > 1)
		return false;
	*m = (struct aes_gcm_message){.nonce = call->nonce, .nonce_len = call->nonce_len};
	if (call->num_data > 0) {
		m->aad = call->data->bytes;
		m->aad_len = call->data->len;
	}
	if (call->text.num > 0) {
		m->in = call->text.parts->in;
		m->len = call->text.parts->len;
		m->out = call->text.parts->out;
	}
	return true;
}

/* run writes the 16 bytes that a tag is cut from. */
static void run(const struct call *call, uint8_t full[GNG_AES_MAX_TAG], enum aes_gcm_state state)
{
	struct gng_aes_gcm op;

	aes_gcm_start(&op, call->key, call->nonce, call->nonce_len);
	for (size_t i = 0; i < call->num_data; i++)
		aes_gcm_add_aad(&op, call->data[i].bytes, call->data[i].len);
	op.state = state;
	for (size_t i = 0; i < call->text.num; i++)
		if (call->text.parts[i].len > 0)
			aes_gcm_crypt(&op, call->text.parts[i].out, call->text.parts[i].in,
				      call->text.parts[i].len);
	aes_gcm_full_tag(&op, full);
	gng_wipe(&op, sizeof(op));
}

enum gng_status gng_aes_gcm_seal_parts(const struct gng_aes_gcm_key *key, const uint8_t *nonce,
				       size_t nonce_len, const struct gng_aes_data *data,
				       size_t num_data, const struct gng_aes_part *parts,
				       size_t num_parts, uint8_t *tag)
{
	struct call call = {key,  nonce,    nonce_len,
			    data, num_data, {.parts = parts, .num = num_parts}};
	const enum gng_status status = check(&call, tag);
	uint8_t full[GNG_AES_MAX_TAG];
	struct aes_gcm_message m;

	if (status != GNG_OK)
		return status;
	if (!tag_apart(&call, tag))
		return GNG_EINVAL;
	if (is_plain(&call, &m)) {
		aes_gcm_seal_checked(key, &m, tag);
		return GNG_OK;
	}
	run(&call, full, AES_GCM_ENCRYPTING);
	memcpy(tag, full, key->tag_len);
	gng_wipe(full, sizeof(full));
	return GNG_OK;
}

enum gng_status gng_aes_gcm_open_parts(const struct gng_aes_gcm_key *key, const uint8_t *nonce,
				       size_t nonce_len, const struct gng_aes_data *data,
				       size_t num_data, const struct gng_aes_part *parts,
				       size_t num_parts, const uint8_t *tag)
{
	struct call call = {key,  nonce,    nonce_len,
			    data, num_data, {.parts = parts, .num = num_parts}};
	enum gng_status status = check(&call, tag);
	uint8_t full[GNG_AES_MAX_TAG];
	struct aes_gcm_message m;

	if (status != GNG_OK)
		return status;
	if (is_plain(&call, &m))
		return aes_gcm_open_checked(key, &m, tag);
	run(&call, full, AES_GCM_DECRYPTING);
	if (!gng_ct_equal(full, tag, key->tag_len)) {
		for (size_t i = 0; i < num_parts; i++)
			gng_wipe(parts[i].out, parts[i].len);
		status = GNG_EAUTH;
	}
	gng_wipe(full, sizeof(full)); /* the right tag of a forgery is a secret */
	return status;
}
