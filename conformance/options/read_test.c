/* SPDX-License-Identifier: Apache-2.0 */
/* read_test.c - the options of a verb: what is handed on, what is refused, and by which words. */
#include "../suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <gng_options.h>

enum { SIZE = GNG_OPTIONS_OWN, FAST };

static const struct option known[] = {{"size", required_argument, NULL, SIZE},
				      {"fast", no_argument, NULL, FAST},
				      {"help", no_argument, NULL, GNG_OPTIONS_HELP},
				      {0}};

/* order is what the options say; calls counts them. */
struct order {
	uint64_t size;
	bool fast;
	unsigned int calls;
};

static bool set(void *arg, int option)
{
	struct order *order = arg;

	order->calls++;
	if (option == SIZE)
		return gng_options_number(&order->size, optarg, 1, 100);
	assert_int_equal(option, FAST);
	return order->fast = true;
}

static const struct gng_options options = {
	.verb = "weigh", .help = "usage: weigh", .known = known, .set = set};

/* said is what went to a stream of this process while fn ran. */
static char said[256];

static int begin(FILE *stream, int *before)
{
	FILE *file = tmpfile();
	int fd;

	assert_non_null(file);
	fflush(stream);
	*before = dup(fileno(stream));
	fd = dup(fileno(file));
	assert_true(*before >= 0 && fd >= 0);
	assert_true(dup2(fd, fileno(stream)) >= 0);
	fclose(file);
	return fd;
}

static void finish(FILE *stream, int before, int fd)
{
	ssize_t len;

	fflush(stream);
	assert_true(dup2(before, fileno(stream)) >= 0);
	close(before);
	len = pread(fd, said, sizeof(said) - 1, 0);
	assert_true(len >= 0);
	said[len] = '\0';
	close(fd);
}

/* read_words reads up to four words behind the verb. */
static int read_words(struct order *order, FILE *stream, const char *const words[4])
{
	char *argv[6] = {(char *)"gonogo-weigh"};
	int argc = 1, before, fd, status;

	*order = (struct order){0};
	for (size_t i = 0; i < 4 && words[i]; i++)
		argv[argc++] = (char *)words[i];
	fd = begin(stream, &before);
	status = gng_options_read(&options, order, argc, argv);
	finish(stream, before, fd);
	return status;
}

static void options_are_handed_on_and_words_are_left(void **state)
{
	struct order order;

	(void)state;
	assert_int_equal(read_words(&order, stderr, (const char *[4]){"--size", "7", "--fast"}),
			 -1);
	assert_int_equal(order.size, 7);
	assert_true(order.fast);
	assert_int_equal(order.calls, 2);
	assert_int_equal(optind, 4);
	assert_int_equal(read_words(&order, stderr, (const char *[4]){"word", "--size=100"}), -1);
	assert_int_equal(order.size, 100);
	assert_int_equal(optind, 2); /* words stand behind options then */
	assert_int_equal(read_words(&order, stderr, (const char *[4]){NULL}), -1);
	assert_int_equal(order.calls, 0);
	assert_string_equal(said, "");
}

/* Behind the first word all is left, for it may be another command's. */
static void options_may_stop_at_a_word(void **state)
{
	const char *const words[] = {"gonogo-weigh", "--fast", "cat", "--size", "x"};
	struct gng_options stopping = options;
	struct order order = {0};
	char *argv[6] = {NULL};

	(void)state;
	stopping.stops = true;
	for (size_t i = 0; i < COUNT_OF(words); i++)
		argv[i] = (char *)words[i];
	assert_int_equal(gng_options_read(&stopping, &order, COUNT_OF(words), argv), -1);
	assert_true(order.fast);
	assert_int_equal(order.calls, 1);
	assert_int_equal(optind, 2);
}

static void what_is_wrong_is_named(void **state)
{
	static const struct {
		const char *words[4], *said;
	} cases[] = {
		{{"--heavy"}, "gonogo: weigh: unknown option '--heavy'; gonogo weigh --help\n"},
		{{"--size"},
		 "gonogo: weigh: a value is missing behind '--size'; gonogo weigh --help\n"},
		{{"--size", "101", "--fast"},
		 "gonogo: weigh: --size does not take '101'; gonogo weigh --help\n"},
	};
	struct order order;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_equal(read_words(&order, stderr, cases[i].words), GNG_OPTIONS_USAGE);
		assert_string_equal(said, cases[i].said);
		assert_false(order.fast); /* nothing behind it was read */
	}
}

static void help_is_printed_and_ends_it(void **state)
{
	struct order order;

	(void)state;
	assert_int_equal(read_words(&order, stdout, (const char *[4]){"--help", "--fast"}), 0);
	assert_string_equal(said, "usage: weigh\n");
	assert_int_equal(order.calls, 0);
}

static void a_number_is_all_of_it_and_within_its_limits(void **state)
{
	static const char *const refused[] = {"",   "-1",  "+1", " 1", "1 ",
					      "1s", "0x1", "4",	 "12", "18446744073709551616"};
	uint64_t number;

	(void)state;
	assert_true(gng_options_number(&number, "5", 5, 11));
	assert_int_equal(number, 5);
	assert_true(gng_options_number(&number, "011", 5, 11));
	assert_int_equal(number, 11);
	assert_true(gng_options_number(&number, "18446744073709551615", 0, UINT64_MAX));
	assert_true(number == UINT64_MAX);
	for (size_t i = 0; i < COUNT_OF(refused); i++)
		assert_false(gng_options_number(&number, refused[i], 5, 11));
	assert_false(gng_options_number(&number, "18446744073709551616", 0, UINT64_MAX));
}

const struct suite_test suite_tests[] = {
	TEST(options_are_handed_on_and_words_are_left, "H1.options.read"),
	TEST(options_may_stop_at_a_word, "H1.options.read"),
	TEST(what_is_wrong_is_named, "H1.options.read"),
	TEST(help_is_printed_and_ends_it, "H1.options.read"),
	TEST(a_number_is_all_of_it_and_within_its_limits, "H1.options.number"),
	{0},
};
