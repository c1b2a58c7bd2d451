/* SPDX-License-Identifier: Apache-2.0 */
/* soak_test.c - the file of a soak: what it sums up, what a death leaves, what is refused. */
#include "../command.h"

#include <av_soak.h>

static struct gng_av_result result;

/* grow adds frames and misses to the result, as a pipeline would. */
static void grow(uint64_t frames, uint64_t lost, uint64_t woken)
{
	if (!result.rows[GNG_AV_VIDEO]) {
		assert_int_equal(gng_hist_open(&result.rows[GNG_AV_VIDEO], 1, 10000000000, 2),
				 GNG_OK);
		assert_int_equal(gng_hist_open(&result.rows[GNG_AV_AUDIO], 1, 10000000000, 2),
				 GNG_OK);
	}
	gng_hist_record_n(result.rows[GNG_AV_VIDEO], 4000000, frames - lost);
	gng_hist_record_n(result.rows[GNG_AV_VIDEO], GNG_AV_LOST_NS, lost);
	gng_hist_record_n(result.rows[GNG_AV_AUDIO], 50000, 10 * frames);
	result.video.num += frames;
	result.video.misses += lost;
	result.video.causes[GNG_AV_LOST] += lost;
	result.audio.num += 10 * frames;
	result.audio.misses += woken;
	result.audio.causes[GNG_AV_WOKEN] += woken;
}

static void forget(void)
{
	gng_av_result_fini(&result);
}

/* text is a file in the making. */
struct text {
	char bytes[1 << 16];
	size_t len;
	char hash[AV_SOAK_HASH];
};

static void begin_text(struct text *text)
{
	memset(text, 0, sizeof(*text));
	memset(text->hash, '0', AV_SOAK_HASH - 1);
}

static void add_json(struct text *text, const char *json)
{
	char *line;

	assert_non_null(json);
	assert_int_equal(av_soak_line(&line, text->hash, json, NULL), GNG_OK);
	memcpy(text->bytes + text->len, line, strlen(line));
	text->len += strlen(line);
	free(line);
}

static void add_begin(struct text *text, const char *id, const char *boot, uint64_t at_s)
{
	char *json = av_soak_begin(id, "720p60", boot, at_s * 1000000000);

	add_json(text, json);
	free(json);
}

static void add_minute(struct text *text, uint64_t at_s)
{
	char *json = av_soak_minute(&result, at_s * 1000000000);

	add_json(text, json);
	free(json);
}

/* happen adds events to the result, and ticks near them of which some were missed. */
static void happen(enum gng_av_near_kind kind, uint64_t events, uint64_t ticks, uint64_t frames,
		   uint64_t periods)
{
	result.near[kind].events += events;
	result.near[kind].num[0] += ticks;
	result.near[kind].missed[0] += frames;
	result.near[kind].num[1] += 10 * ticks;
	result.near[kind].missed[1] += periods;
}

/* two_segments is 3 minutes, a gap of 40 s with a reboot, and a minute. */
static void two_segments(struct text *text, const char *id)
{
	begin_text(text);
	add_begin(text, id, "boot-a", 100);
	grow(3600, 0, 0);
	add_minute(text, 160);
	grow(3600, 2, 3);
	happen(GNG_AV_MEMORY, 4, 50, 2, 1);
	happen(GNG_AV_QUIET, 0, 7000, 0, 2);
	add_minute(text, 220);
	grow(3600, 0, 0);
	add_minute(text, 280);
	forget();
	add_begin(text, id, "boot-b", 320);
	grow(3600, 1, 0);
	happen(GNG_AV_MEMORY, 1, 10, 0, 0);
	happen(GNG_AV_USB, 2, 20, 1, 0);
	add_minute(text, 380);
	forget();
}

static void a_file_sums_up_its_segments_and_no_gap(void **state)
{
	static struct text text;
	struct av_soak soak;

	(void)state;
	two_segments(&text, "aa");
	assert_int_equal(av_soak_read(&soak, "f", text.bytes, text.len, NULL), GNG_OK);
	assert_int_equal(soak.video.num, 4 * 3600);
	assert_int_equal(soak.video.misses, 3);
	assert_int_equal(soak.video.causes[GNG_AV_LOST], 3);
	assert_int_equal(soak.audio.num, 4 * 36000);
	assert_int_equal(soak.audio.misses, 3);
	assert_int_equal(soak.audio.causes[GNG_AV_WOKEN], 3);
	assert_int_equal(soak.video.hist->total, 4 * 3600);
	assert_int_equal(soak.segments, 2);
	assert_int_equal(soak.boots, 2);
	assert_int_equal(soak.num_gaps, 1);
	assert_int_equal(soak.gap_ns, 40000000000);
	assert_int_equal(soak.minutes, 4);
	assert_int_equal(soak.minutes_missed, 2);
	assert_int_equal(soak.torn, 0);
	assert_string_equal(soak.hash, text.hash);
	av_soak_fini(&soak);
}

static void a_file_says_what_each_miss_was(void **state)
{
	static struct text text;
	const struct gng_av_near *near;
	struct av_soak soak;

	(void)state;
	two_segments(&text, "aa");
	assert_int_equal(av_soak_read(&soak, "f", text.bytes, text.len, NULL), GNG_OK);
	near = &soak.near[GNG_AV_MEMORY];
	assert_int_equal(near->events, 5); /* of both segments */
	assert_int_equal(near->num[0], 60);
	assert_int_equal(near->missed[0], 2);
	assert_int_equal(near->num[1], 600);
	assert_int_equal(near->missed[1], 1);
	assert_int_equal(soak.near[GNG_AV_USB].missed[0], 1);
	assert_int_equal(soak.near[GNG_AV_QUIET].missed[1], 2);
	assert_int_equal(soak.near[GNG_AV_CLOCK].events, 0);
	assert_int_equal(soak.minutes_unwatched, 0);
	assert_int_equal(soak.num_worst, 2);
	assert_int_equal(soak.worst[0].at_ns, 220000000000);
	assert_int_equal(soak.worst[0].missed[0], 2);
	assert_int_equal(soak.worst[0].missed[1], 3);
	assert_int_equal(soak.worst[0].causes[GNG_AV_LOST], 2);
	assert_int_equal(soak.worst[0].causes[GNG_AV_WOKEN], 3);
	assert_int_equal(soak.worst[0].events[GNG_AV_MEMORY], 4);
	assert_int_equal(soak.worst[1].at_ns, 380000000000);
	assert_int_equal(soak.worst[1].events[GNG_AV_MEMORY], 1); /* of its line, not of the file */
	assert_int_equal(soak.worst[1].events[GNG_AV_USB], 2);
	av_soak_fini(&soak);
}

/* Of 40 bad lines the 16 worst are kept, whatever their order. */
static void the_worst_lines_are_kept(void **state)
{
	static struct text text;
	struct av_soak soak;

	(void)state;
	begin_text(&text);
	add_begin(&text, "aa", "boot", 1);
	for (uint64_t i = 0; i < 40; i++) {
		grow(60, 1 + i * 7 % 40, 0);
		add_minute(&text, 2 + i);
	}
	forget();
	assert_int_equal(av_soak_read(&soak, "f", text.bytes, text.len, NULL), GNG_OK);
	assert_int_equal(soak.minutes_missed, 40);
	assert_int_equal(soak.num_worst, AV_SOAK_WORST);
	for (size_t i = 0; i < soak.num_worst; i++)
		assert_int_equal(soak.worst[i].missed[0], 40 - i);
	av_soak_fini(&soak);
}

/* A line of an older version, which told no events, is no line without them. */
static void a_file_without_events_is_read(void **state)
{
	static struct text text;
	struct av_soak soak;
	char *json, *near;

	(void)state;
	begin_text(&text);
	add_begin(&text, "aa", "boot", 1);
	grow(60, 1, 0);
	json = av_soak_minute(&result, 2000000000);
	assert_non_null(json);
	near = strstr(json, ",\"near\":");
	assert_non_null(near);
	memcpy(near, "}", 2); /* it is the last member */
	add_json(&text, json);
	free(json);
	forget();
	assert_int_equal(av_soak_read(&soak, "f", text.bytes, text.len, NULL), GNG_OK);
	assert_int_equal(soak.minutes_unwatched, 1);
	assert_int_equal(soak.num_worst, 1);
	av_soak_fini(&soak);
}

/* Wherever death cuts the file, its whole lines are read and the rest is told. */
static void a_torn_line_is_left_out(void **state)
{
	static struct text text;
	struct av_soak soak;

	(void)state;
	two_segments(&text, "aa");
	for (size_t len = 0; len < text.len; len++) {
		if (av_soak_read(&soak, "f", text.bytes, len, NULL) != GNG_OK)
			suite_fail("a file of %zu bytes is refused", len);
		if (soak.good_len + soak.torn != len ||
		    memchr(text.bytes + soak.good_len, '\n', soak.torn) != NULL)
			suite_fail("of %zu bytes %zu are good and %llu torn", len, soak.good_len,
				   (unsigned long long)soak.torn);
		av_soak_fini(&soak);
	}
	assert_true(text.len > 1000);
}

/* Whatever byte is changed, the file is refused, or ends before it. */
static void no_byte_can_be_changed(void **state)
{
	static struct text text;
	struct av_soak soak;

	(void)state;
	two_segments(&text, "aa");
	for (size_t i = 0; i < text.len; i++) {
		enum gng_status status;

		text.bytes[i] ^= 1;
		status = av_soak_read(&soak, "f", text.bytes, text.len, NULL);
		text.bytes[i] ^= 1;
		if (status == GNG_OK && (i + 1 < text.len || soak.lines != 5))
			suite_fail("byte %zu can be changed", i);
		if (status == GNG_OK)
			av_soak_fini(&soak);
	}
	assert_int_equal(av_soak_read(&soak, "f", text.bytes, text.len, NULL), GNG_OK);
	assert_int_equal(soak.lines, 6);
	av_soak_fini(&soak);
}

/* A minute that was bad cannot be left out: only the end can be cut off, and whoever kept the last
 * hash sees that. */
static void no_line_can_be_taken_out(void **state)
{
	static struct text text, shorter;
	size_t num = 0;

	(void)state;
	two_segments(&text, "aa");
	for (size_t at = 0; at < text.len; num++) {
		const char *end = memchr(text.bytes + at, '\n', text.len - at);
		const size_t next = (size_t)(end - text.bytes) + 1;
		struct av_soak soak;
		enum gng_status status;

		shorter = text;
		memmove(shorter.bytes + at, text.bytes + next, text.len - next);
		status = av_soak_read(&soak, "f", shorter.bytes, text.len - (next - at), NULL);
		if (status == GNG_OK && next < text.len)
			suite_fail("line %zu can be taken out", num + 1);
		if (status == GNG_OK)
			av_soak_fini(&soak);
		at = next;
	}
	assert_int_equal(num, 6);
}

/* ---- lines that are in the chain and make no sense ---- */

static void expect_refused(const struct text *text, const char *words)
{
	struct gng_why why = {0};
	struct av_soak soak;

	assert_int_equal(av_soak_read(&soak, "f", text->bytes, text->len, &why), GNG_EFORMAT);
	if (!strstr(why.text, words))
		suite_fail("'%s' instead of '%s'", why.text, words);
}

static void lines_that_contradict_themselves_are_refused(void **state)
{
	static struct text text;

	(void)state;
	begin_text(&text);
	grow(60, 0, 0);
	add_minute(&text, 1);
	expect_refused(&text, "f:1: a minute ahead of any begin");

	begin_text(&text);
	add_begin(&text, "aa", "boot", 1);
	result.video.misses++;
	add_minute(&text, 2);
	expect_refused(&text, "f:2: the causes are not as many as the misses");

	result.video.misses--;
	result.video.num++;
	begin_text(&text);
	add_begin(&text, "aa", "boot", 1);
	add_minute(&text, 2);
	expect_refused(&text, "f:2: a histogram that is none, or not of so many");
	forget();

	begin_text(&text);
	add_begin(&text, "aa", "boot", 1);
	grow(60, 1, 0);
	add_minute(&text, 2);
	forget();
	grow(59, 1, 0);
	add_minute(&text, 3);
	expect_refused(&text, "f:3: a count is smaller");
	forget();
}

static void events_that_contradict_the_counts_are_refused(void **state)
{
	/* of 60 frames, 1 lost: more ticks than those, more misses, more misses than ticks, periods
	 */
	static const struct gng_av_near rows[] = {{1, {61, 0}, {0, 0}},
						  {1, {60, 0}, {2, 0}},
						  {1, {0, 0}, {1, 0}},
						  {1, {0, 601}, {0, 0}},
						  {1, {0, 600}, {0, 1}}};
	static struct text text;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		begin_text(&text);
		add_begin(&text, "aa", "boot", 1);
		grow(60, 1, 0);
		result.near[GNG_AV_CLOCK] = rows[i];
		add_minute(&text, 2);
		expect_refused(&text, "f:2: what is near an event");
		forget();
	}
	begin_text(&text);
	add_begin(&text, "aa", "boot", 1);
	grow(60, 0, 0);
	happen(GNG_AV_CLOCK, 2, 1, 0, 0);
	add_minute(&text, 2);
	result.near[GNG_AV_CLOCK].events = 1;
	add_minute(&text, 3);
	expect_refused(&text, "f:3: what is near an event");
	forget();
}

static void lines_that_are_none_are_refused(void **state)
{
	static const struct {
		const char *json, *words;
	} rows[] = {
		{"{", "f:2: no JSON object"},
		{"[]", "f:2: no JSON object"},
		{"{\"kind\":\"minute\"}", "f:2: no JSON object with a kind and a time"},
		{"{\"kind\":\"minute\",\"at_ns\":-1}", "f:2: no JSON object with a kind"},
		{"{\"kind\":\"hour\",\"at_ns\":1}", "f:2: a line that is neither"},
		{"{\"kind\":\"minute\",\"at_ns\":1}", "f:2: a minute without its counts"},
		{"{\"kind\":\"begin\",\"at_ns\":1}", "f:2: a begin without soak"},
		{"{\"kind\":\"begin\",\"at_ns\":1,\"soak\":\"bb\",\"config\":\"720p60\",\"boot\":"
		 "\"x\"}",
		 "f:2: a begin of another soak"},
	};
	static struct text text;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		begin_text(&text);
		add_begin(&text, "aa", "boot", 1);
		add_json(&text, rows[i].json);
		expect_refused(&text, rows[i].words);
	}
	begin_text(&text);
	memcpy(text.bytes, "hello\n", 6);
	text.len = 6;
	expect_refused(&text, "f:1: no line of a soak");
}

static void soaks_of_one_configuration_are_pooled(void **state)
{
	static struct text text;
	struct gng_why why = {0};
	struct av_soak a, b;

	(void)state;
	two_segments(&text, "aa");
	assert_int_equal(av_soak_read(&a, "f", text.bytes, text.len, NULL), GNG_OK);
	two_segments(&text, "bb");
	assert_int_equal(av_soak_read(&b, "g", text.bytes, text.len, NULL), GNG_OK);
	assert_int_equal(av_soak_add(&a, &b, NULL), GNG_OK);
	assert_int_equal(a.video.num, 8 * 3600);
	assert_int_equal(a.video.misses, 6);
	assert_int_equal(a.video.hist->total, 8 * 3600);
	assert_int_equal(a.gap_ns, 80000000000);
	assert_int_equal(a.near[GNG_AV_MEMORY].events, 10);
	assert_int_equal(a.near[GNG_AV_MEMORY].num[1], 1200);
	assert_int_equal(a.num_worst, 4);
	assert_int_equal(a.worst[1].missed[1], 3);
	b.config[0] = 'x';
	assert_int_equal(av_soak_add(&a, &b, &why), GNG_EINVAL);
	assert_non_null(strstr(why.text, "configurations"));
	av_soak_fini(&a);
	av_soak_fini(&b);
}

/* ---- on the disk ---- */

static void a_file_is_locked_resumed_and_cut_to_whole_lines(void **state)
{
	char folder[PATH_MAX + 16], path[PATH_MAX + 32];
	struct av_soak_file file, second;
	struct gng_why why = {0};
	FILE *raw;

	(void)state;
	snprintf(folder, sizeof(folder), "%s/soak", command_folder());
	snprintf(path, sizeof(path), "%s/soak.log", folder);
	assert_int_equal(av_soak_open(&file, folder, "720p60", NULL), GNG_OK);
	assert_int_equal(av_soak_open(&second, folder, "720p60", &why), GNG_EPERM);
	assert_non_null(strstr(why.text, "another soak runs there"));
	av_soak_close(&file);
	assert_int_equal(av_soak_open(&second, folder, "1080p60", &why), GNG_EINVAL);
	assert_non_null(strstr(why.text, "720p60"));
	raw = fopen(path, "a");
	assert_non_null(raw);
	fputs("0123456789 torn by a dea", raw);
	fclose(raw);
	assert_int_equal(av_soak_open(&file, folder, "720p60", NULL), GNG_OK);
	assert_int_equal(file.soak.torn, 24);
	av_soak_close(&file);
	assert_int_equal(av_soak_load(&file.soak, folder, NULL), GNG_OK);
	assert_int_equal(file.soak.segments, 2);
	assert_int_equal(file.soak.torn, 0);
	av_soak_fini(&file.soak);
	assert_int_equal(av_soak_load(&file.soak, "/nonexistent", &why), GNG_ESYS);
}

const struct suite_test suite_tests[] = {
	TEST(a_file_sums_up_its_segments_and_no_gap, "T6.av.soak"),
	TEST(a_file_says_what_each_miss_was, "T6.av.soak T2.av.causes"),
	TEST(the_worst_lines_are_kept, "T6.av.soak"),
	TEST(a_file_without_events_is_read, "T6.av.soak"),
	TEST(a_torn_line_is_left_out, "T6.av.soak"),
	TEST(no_byte_can_be_changed, "T6.av.soak"),
	TEST(no_line_can_be_taken_out, "T6.av.soak"),
	TEST(lines_that_contradict_themselves_are_refused, "T6.av.soak"),
	TEST(events_that_contradict_the_counts_are_refused, "T6.av.soak"),
	TEST(lines_that_are_none_are_refused, "T6.av.soak"),
	TEST(soaks_of_one_configuration_are_pooled, "T6.av.soak"),
	TEST(a_file_is_locked_resumed_and_cut_to_whole_lines, "T6.av.soak"),
	{0},
};
