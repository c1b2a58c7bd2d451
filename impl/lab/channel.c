/* SPDX-License-Identifier: Apache-2.0 */
/* channel.c - takes a guest's frames apart (lab_frame.h). The guest is not trusted: it may be
 * the very kernel that a test broke. */
#include "lab_channel.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab_text.h"

#define MAX_TROUBLES 64

/* frame is one header with its payload. */
struct frame {
	char word[16];
	size_t index;
	long a, b;
	size_t len;
	const char *payload;
};

static enum gng_status bad(struct gng_why *why, const char *what)
{
	return gng_why_set(why, GNG_EFORMAT, 0, "lab.channel", "the guest's records: %s", what);
}

static enum gng_status append(struct lab_bytes *bytes, const char *more, size_t len,
			      struct gng_why *why)
{
	char *grown = realloc(bytes->text, bytes->len + len + 1);

	if (!grown)
		return gng_why_set(why, GNG_ENOMEM, 0, "lab.channel", "no memory");
	bytes->text = grown;
	if (len)
		memcpy(grown + bytes->len, more, len);
	bytes->len += len;
	grown[bytes->len] = '\0';
	return GNG_OK;
}

enum gng_status lab_channel_init(struct lab_channel *channel, size_t num_steps, struct gng_why *why)
{
	*channel = (struct lab_channel){.num_steps = num_steps};
	channel->steps = calloc(num_steps + 1, sizeof(*channel->steps));
	if (!channel->steps)
		return gng_why_set(why, GNG_ENOMEM, 0, "lab.channel", "no memory");
	return GNG_OK;
}

void lab_channel_fini(struct lab_channel *channel)
{
	for (size_t i = 0; channel->steps && i < channel->num_steps; i++) {
		free(channel->steps[i].report.text);
		free(channel->steps[i].output.text);
	}
	free(channel->steps);
	free(channel->rest.text);
	lab_list_fini(&channel->troubles);
	lab_list_fini(&channel->kernel);
	*channel = (struct lab_channel){0};
}

/* ---- one frame ---- */

static enum gng_status take_hello(struct lab_channel *channel, const struct frame *frame,
				  struct gng_why *why)
{
	if (channel->hello)
		return bad(why, "a second hello: the guest started again");
	if (frame->a != LAB_FRAME_VERSION)
		return bad(why, "another version of the format: make, and boot again");
	channel->hello = true;
	channel->uptime_s = (double)frame->b / 1e3;
	return GNG_OK;
}

static enum gng_status take_begin(struct lab_channel *channel, const struct frame *frame,
				  struct gng_why *why)
{
	if (frame->index >= channel->num_steps) /* 0 passes elsewhere, as in frames of no test */
		return bad(why, "a test that was not ordered");
	if (frame->index != channel->num_begun || channel->num_begun != channel->num_ended)
		return bad(why, "a test begins out of order");
	channel->steps[frame->index].begun = true;
	channel->num_begun++;
	return GNG_OK;
}

static enum gng_status take_bytes(struct lab_bytes *bytes, const struct frame *frame,
				  struct gng_why *why)
{
	if (bytes->len + frame->len > LAB_STEP_CAP)
		return gng_why_set(why, GNG_ELIMIT, 0, "lab.channel",
				   "the guest's records: test %zu says more than %zu MiB",
				   frame->index, LAB_STEP_CAP >> 20);
	return append(bytes, frame->payload, frame->len, why);
}

static enum gng_status take_end(struct lab_channel *channel, const struct frame *frame)
{
	struct lab_step *step = &channel->steps[frame->index];

	step->ended = true;
	step->wait_status = (int)frame->a;
	step->seconds = (double)frame->b / 1e3;
	channel->num_ended++;
	return GNG_OK;
}

static enum gng_status take_trouble(struct gng_lab_list *troubles, const struct frame *frame,
				    struct gng_why *why)
{
	char *text = strndup(frame->payload, frame->len);
	const bool kept = text && (troubles->num >= MAX_TROUBLES || lab_list_add(troubles, text));

	free(text);
	return kept ? GNG_OK : gng_why_set(why, GNG_ENOMEM, 0, "lab.channel", "no memory");
}

static enum gng_status take_bye(struct lab_channel *channel, const struct frame *frame,
				struct gng_why *why)
{
	if (frame->a < 0 || (size_t)frame->a != channel->num_ended ||
	    channel->num_ended != channel->num_steps)
		return bad(why, "it takes leave before every test has ended");
	channel->bye = true;
	return GNG_OK;
}

static enum gng_status take_frame(struct lab_channel *channel, const struct frame *frame,
				  struct gng_why *why)
{
	struct lab_step *step = &channel->steps[frame->index];

	if (channel->bye)
		return bad(why, "something follows its bye");
	if (strcmp(frame->word, LAB_FRAME_HELLO) == 0)
		return take_hello(channel, frame, why);
	if (strcmp(frame->word, LAB_FRAME_TROUBLE) == 0)
		return take_trouble(&channel->troubles, frame, why);
	if (strcmp(frame->word, LAB_FRAME_KERNEL) == 0)
		return take_trouble(&channel->kernel, frame, why);
	if (!channel->hello)
		return bad(why, "no hello at their beginning");
	if (strcmp(frame->word, LAB_FRAME_BYE) == 0)
		return take_bye(channel, frame, why);
	if (strcmp(frame->word, LAB_FRAME_BEGIN) == 0)
		return take_begin(channel, frame, why);
	if (!step->begun || step->ended)
		return bad(why, "a test says something before its begin or after its end");
	if (strcmp(frame->word, LAB_FRAME_REPORT) == 0)
		return take_bytes(&step->report, frame, why);
	if (strcmp(frame->word, LAB_FRAME_OUTPUT) == 0)
		return take_bytes(&step->output, frame, why);
	if (strcmp(frame->word, LAB_FRAME_LATE) == 0)
		return step->late = true, GNG_OK;
	if (strcmp(frame->word, LAB_FRAME_END) == 0)
		return take_end(channel, frame);
	return bad(why, "a frame of no known kind");
}

/* ---- headers ---- */

/* read_header reads a line without its newline. A number too large for its type is no number. */
static bool read_header(struct frame *frame, const char *line, size_t len)
{
	char copy[LAB_FRAME_HEADER_CAP];
	intmax_t values[4];
	char *at = copy, *end;
	size_t word;

	memcpy(copy, line, len);
	copy[len] = '\0';
	word = strcspn(copy, " ");
	if (word == 0 || word >= sizeof(frame->word) || strlen(copy) != len)
		return false;
	memcpy(frame->word, copy, word);
	frame->word[word] = '\0';
	at = copy + word;
	for (size_t i = 0; i < 4; i++) {
		if (*at != ' ')
			return false;
		values[i] = strtoimax(at + 1, &end, 10);
		if (end == at + 1 || values[i] < 0 || values[i] > INT32_MAX)
			return false;
		at = end;
	}
	frame->index = (size_t)values[0];
	frame->a = (long)values[1];
	frame->b = (long)values[2];
	frame->len = (size_t)values[3];
	return *at == '\0';
}

/* next finds a whole frame in text[0..len); *used is 0 if there is none yet. */
static enum gng_status next(struct frame *frame, size_t *used, const struct lab_channel *channel,
			    const char *text, size_t len, struct gng_why *why)
{
	const char *newline =
		memchr(text, '\n', len < LAB_FRAME_HEADER_CAP ? len : LAB_FRAME_HEADER_CAP);
	size_t head;

	*used = 0;
	if (!newline)
		return len < LAB_FRAME_HEADER_CAP ? GNG_OK
						  : bad(why, "a header that is no frame's");
	head = (size_t)(newline - text);
	if (head >= LAB_FRAME_HEADER_CAP || !read_header(frame, text, head))
		return bad(why, "a header that is no frame's");
	if (frame->len > LAB_FRAME_PAYLOAD_CAP)
		return bad(why, "a frame that is too long");
	if (frame->index >= channel->num_steps && frame->index != 0)
		return bad(why, "a test that was not ordered");
	if (len - head - 1 < frame->len)
		return GNG_OK;
	frame->payload = newline + 1;
	*used = head + 1 + frame->len;
	return GNG_OK;
}

enum gng_status lab_channel_take(struct lab_channel *channel, const void *bytes, size_t len,
				 struct gng_why *why)
{
	enum gng_status status = append(&channel->rest, bytes, len, why);
	size_t at = 0, used = 1;
	struct frame frame;

	while (status == GNG_OK && used > 0 && at < channel->rest.len) {
		status = next(&frame, &used, channel, channel->rest.text + at,
			      channel->rest.len - at, why);
		if (status == GNG_OK && used > 0)
			status = take_frame(channel, &frame, why);
		at += status == GNG_OK ? used : 0;
	}
	if (at > 0) {
		memmove(channel->rest.text, channel->rest.text + at, channel->rest.len - at);
		channel->rest.len -= at;
	}
	return status;
}
