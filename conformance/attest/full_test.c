/* SPDX-License-Identifier: Apache-2.0 */
/* full_test.c - a disk that is full, or a file that may not grow, costs no earlier sign-off. */
/* needs: signoff hist noise gauge */
#include "lab.h"

#include <signal.h>
#include <sys/resource.h>

#define SIGN "tree/build/gonogo-signoff --profile tiny --floor 0.1 --out o --key a.pem"

static const char *const programs[] = {"gonogo-key", "gonogo-signoff", "gonogo-verify", NULL};

/* sign_first makes a sound sign-off and keeps a copy of it: run is where it stays. */
static void sign_first(void)
{
	lab_open();
	lab_install(programs);
	lab_expect(0, "",
		   "tree/build/gonogo-key new a.pem &&"
		   " tree/build/gonogo-key export a.pem --public >a.pub");
}

/* earlier_is_whole: the first run has the bytes that it had, and is still accepted. */
#define WHOLE "diff -r kept \"$(cat first)\" && tree/build/gonogo-verify kept --pubkey a.pub"
#define KEEP "readlink -f o/signoff >first && cp -a \"$(cat first)\" kept"

#define GOOD                                                    \
	"tail -n 1 o/signoff/index.html | grep -q '</html>' &&" \
	" tree/build/gonogo-verify o/signoff --pubkey a.pub"

/* A run that could not begin leaves the link where it was; one that began shows no GO. */
#define LINK                                                      \
	"test \"$(readlink -f o/signoff)\" = \"$(cat first)\" ||" \
	" ! grep -q '<title>GO' o/signoff/index.html"

/* run_with_limit is a sign-off none of whose files may be longer than bytes. */
static int run_with_limit(rlim_t bytes)
{
	struct rlimit was, limit;
	int status;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	limit = (struct rlimit){.rlim_cur = bytes, .rlim_max = was.rlim_max};
	signal(SIGXFSZ, SIG_IGN); /* then a write fails as on a full disk */
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	status = lab_shell(SIGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	return status;
}

/* try_limits signs with each limit in turn; at least `least` of them must be too little. */
static void try_limits(const rlim_t *limits, size_t num, size_t least)
{
	size_t num_failed = 0;

	sign_first();
	lab_expect(0, "signed by", SIGN);
	lab_expect(0, "", KEEP);
	for (size_t i = 0; i < num; i++) {
		const int status = run_with_limit(limits[i]);

		num_failed += status != 0;
		lab_expect(0, "verified: GO", WHOLE);
		if (status == 0)
			lab_expect(0, "verified: GO", GOOD);
		else
			lab_expect(0, "", LINK);
	}
	assert_true(num_failed >= least);
	lab_expect(0, "signed by", SIGN); /* nothing that is left behind is in the way */
	lab_expect(0, "verified: GO", GOOD);
}

static void file_that_cannot_grow_costs_no_earlier_sign_off(void **state)
{
	/* the mark, the records, the page (two, of which one cuts it), enough */
	static const rlim_t limits[] = {0, 1000, 20000, 40000, 80000};

	(void)state;
	try_limits(limits, COUNT_OF(limits), 2);
}

/* Each sign-off takes its two noise floors of 100 ms: between those of above only now and then. */
static void file_of_any_length_costs_no_earlier_sign_off(void **state)
{
	static const rlim_t limits[] = {4, 500, 2500, 6000, 10000};

	(void)state;
	try_limits(limits, COUNT_OF(limits), 3);
}

/* The real thing: a file system of 2 MiB in a namespace of its own, and less and less room. */
static const char full_disk[] =
	"set -e\n"
	"mkdir o\n"
	"mount -t tmpfs -o size=2m none o\n" SIGN "\n" KEEP "\n"
	"for room in 0 4 16 32 48 64 96 128 400; do\n"
	"	free=$(df --output=avail -k o | tail -n 1)\n"
	"	[ $free -lt $room ] || head -c $(((free - room) * 1024)) /dev/zero >o/filler\n"
	"	code=0\n"
	"	" SIGN " 2>errors || code=$?\n"
	"	" WHOLE "\n"
	"	rm -f o/filler\n"
	"	case $code in\n"
	"	0) " GOOD " ;;\n"
	"	99) test $(wc -l <errors) = 1 ;;\n"
	"	*) echo \"room $room: exit $code\"; cat errors; exit 1 ;;\n"
	"	esac\n"
	"	echo \"room $room: exit $code: $(cat errors)\" >>rooms\n"
	"	find o/runs -mindepth 1 -maxdepth 1 ! -path \"$(cat first)\" -exec rm -r {} +\n"
	"	rm -f o/signoff\n"
	"done\n";

static void full_disk_costs_no_earlier_sign_off(void **state)
{
	size_t len;
	char *said;

	(void)state;
	sign_first();
	if (lab_shell("unshare -rm mount -t tmpfs none tree/build/tests") != 0)
		return gng_probe_skip("no file system can be mounted in a namespace of one's own",
				      "sysctl kernel.unprivileged_userns_clone=1, or run as root");
	lab_write("full.sh", full_disk, 0755);
	lab_expect(0, "verified: GO", "unshare -rm sh full.sh");
	said = lab_read("rooms", &len);
	print_message("%s", said);
	assert_non_null(strstr(said, "room 0: exit 99"));
	assert_non_null(strstr(said, "room 400: exit 0"));
	free(said);
}

const struct suite_test suite_tests[] = {
	TEST(file_that_cannot_grow_costs_no_earlier_sign_off, "H1.attest.full"),
	TEST_SLOW(file_of_any_length_costs_no_earlier_sign_off, "H1.attest.full"),
	TEST_SLOW(full_disk_costs_no_earlier_sign_off, "H1.attest.full"),
	{0},
};
