/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - `gonogo av run`: its JSON, its files, its exit status, and how it refuses. */
/* requires: jansson x264 openh264 */
#include <jansson.h>

#include "../command.h"

static json_int_t number(json_t *object, const char *key)
{
	assert_true(json_is_integer(json_object_get(object, key)));
	return json_integer_value(json_object_get(object, key));
}

static int exit_of(const char *verdict)
{
	return strcmp(verdict, "PASS") == 0 ? 0 : strcmp(verdict, "FAIL") == 0 ? 1 : 3;
}

/* has_note says whether one of the notes holds words. */
static bool has_note(json_t *answer, const char *words)
{
	json_t *notes = json_object_get(answer, "notes");

	for (size_t i = 0; i < json_array_size(notes); i++)
		if (strstr(json_string_value(json_array_get(notes, i)), words))
			return true;
	return false;
}

static void check_rows(json_t *rows)
{
	static const char *const first[] = {"audio tick to PCM queue", "H.264 done to RTP packets",
					    "send to driver (drv_xmit)"};

	assert_int_equal(json_array_size(rows), 14);
	for (size_t i = 0; i < COUNT_OF(first); i++)
		assert_string_equal(
			json_string_value(json_object_get(json_array_get(rows, i), "row")),
			first[i]);
}

static uint32_t get32(const uint8_t *bytes)
{
	uint32_t value;

	memcpy(&value, bytes, sizeof(value));
	return value;
}

/* Each record is an IPv4 packet whose UDP length says how much RTP of version 2 is in it. */
static size_t count_records(const uint8_t *bytes, size_t len)
{
	size_t num = 0, at = 24;

	assert_true(len > 24);
	assert_int_equal(get32(bytes), 0xa1b23c4d);
	assert_int_equal(get32(bytes + 20), 228);
	for (; at + 16 < len; num++) {
		const size_t captured = get32(bytes + at + 8);
		const uint8_t *packet = bytes + at + 16;

		assert_true(captured <= len - at - 16);
		assert_int_equal(packet[0], 0x45);
		assert_int_equal(packet[2] << 8 | packet[3], captured);
		assert_int_equal(packet[24] << 8 | packet[25], captured - 20);
		assert_int_equal(packet[28] >> 6, 2);
		at += 16 + captured;
	}
	assert_int_equal(at, len);
	return num;
}

static void check_files(json_int_t sent)
{
	static uint8_t bytes[8 << 20];
	char *svg = command_read("a.svg");
	FILE *file = command_open("a.pcap", "rb");
	const size_t len = fread(bytes, 1, sizeof(bytes), file);

	fclose(file);
	assert_int_equal(count_records(bytes, len), sent);
	assert_int_equal(strncmp(svg, "<svg ", 5), 0);
	assert_non_null(strstr(svg, "</svg>"));
	assert_non_null(strstr(svg, "class='p50'"));
	free(svg);
}

static void json_plot_and_pcap_agree_with_the_exit_status(void **state)
{
	const int status = command("gonogo-av run --seconds 1 --json --no-noise --plot a.svg "
				   "--pcap a.pcap");
	json_t *answer = command_json();

	(void)state;
	check_rows(json_object_get(answer, "rows"));
	assert_int_equal(number(json_object_get(answer, "video"), "n"), 60);
	assert_int_equal(number(json_object_get(answer, "audio"), "n"), 1000);
	assert_int_equal(status, exit_of(json_string_value(json_object_get(answer, "verdict"))));
	assert_true(has_note(answer, "the picture is synthetic"));
	assert_true(has_note(answer, "the microphone is synthetic"));
	assert_true(json_is_null(json_object_get(answer, "camera")));
	assert_true(json_is_null(json_object_get(answer, "microphone")));
	assert_true(json_is_null(json_object_get(answer, "ended")));
	assert_int_equal(json_object_size(json_object_get(answer, "near")), 6);
	assert_true(json_is_true(json_object_get(
		json_object_get(json_object_get(answer, "video"), "control"), "wakes")));
	assert_true(number(json_object_get(answer, "waits"), "longest_ns") >= 0);
	check_files(number(answer, "sent"));
	json_decref(answer);
}

/* The longest frames come in their order, at most 16; that the control is fit depends on the
 * machine, that its samples are there does not. */
static void check_worst(json_t *worst)
{
	json_int_t before = INT64_MAX;

	assert_int_equal(json_array_size(worst), 16);
	for (size_t i = 0; i < json_array_size(worst); i++) {
		const json_int_t latency = number(json_array_get(worst, i), "latency_ns");

		assert_true(latency > 0 && latency <= before);
		assert_true(number(json_array_get(worst, i), "waited_ns") >= 0);
		before = latency;
	}
}

static void a_control_is_told_beside_its_medium(void **state)
{
	const int status = command("gonogo-av run --seconds 1 --control --json --no-noise");
	json_t *answer = command_json();
	json_t *video = json_object_get(json_object_get(answer, "video"), "control");
	json_t *audio = json_object_get(json_object_get(answer, "audio"), "control");

	(void)state;
	assert_int_equal(status, exit_of(json_string_value(json_object_get(answer, "verdict"))));
	assert_int_equal(number(video, "n"), 60);
	assert_true(json_is_false(json_object_get(video, "wakes")));
	assert_true(number(audio, "n") > 1000);
	assert_true(number(video, "over") <= 60);
	assert_int_equal(number(json_object_get(answer, "video"), "n"), 60);
	check_worst(json_object_get(answer, "worst"));
	json_decref(answer);
}

static void the_table_has_the_article_s_columns(void **state)
{
	const int status = command("gonogo-av run --seconds 1 --no-noise --class other");

	(void)state;
	assert_true(status == 0 || status == 1 || status == 3);
	assert_non_null(strstr(command_out, "P99.9 <"));
	assert_non_null(strstr(command_out, "SCHED_OTHER"));
	assert_non_null(strstr(command_out, "rate below"));
}

static void wrong_words_are_refused(void **state)
{
	static const struct command_refusal rows[] = {
		{"", "it wants a verb", 2},
		{"walk", "'walk'", 2},
		{"run --seconds 0", "'0'", 2},
		{"run --seconds", "--seconds", 2},
		{"run --seconds 1x", "'1x'", 2},
		{"run --video 4k", "'4k'", 2},
		{"run --encoder vp8", "'vp8'", 2},
		{"run --class rr", "'rr'", 2},
		{"run --quantile 1", "'1'", 2},
		{"run --quantile 0.4", "'0.4'", 2},
		{"run --policy seed", "'seed'", 2},
		{"run --threads 9", "'9'", 2},
		{"run --threads 0", "'0'", 2},
		{"run --fault 12", "'12'", 2},
		{"run --fault 12:0", "'12:0'", 2},
		{"run --fault 12:refuse=0", "'12:refuse=0'", 2},
		{"run --fault 12:refused", "'12:refused'", 2},
		{"run --nosuch", "--nosuch", 2},
		{"run now", "'now'", 2},
		{"run --seconds 1 --weather rain=1", "'rain=1'", 2},
		{"run --seconds 1 --key /nonexistent", "/nonexistent", 99},
		{"run --camera ''", "''", 2},
		{"run --microphone", "--microphone", 2},
		{"run --seconds 1 --no-noise --camera /nonexistent", "/nonexistent", 3},
	};

	(void)state;
	command_refuses("gonogo-av", rows, COUNT_OF(rows));
	assert_int_equal(command("gonogo-av --help"), 0);
	assert_non_null(strstr(command_out, "usage: gonogo av run"));
}

const struct suite_test suite_tests[] = {
	TEST(json_plot_and_pcap_agree_with_the_exit_status, "T2.av.stages T2.av.absent"),
	TEST(a_control_is_told_beside_its_medium, "T2.av.deadline"),
	TEST_SLOW(the_table_has_the_article_s_columns, "T2.av.stages"),
	TEST(wrong_words_are_refused, "T2.av.stages"),
	{0},
};
