/* SPDX-License-Identifier: Apache-2.0 */
/* key_test.c - keys: files that are replaced by nothing, and what OpenSSH reads. */
/* needs: signoff hist noise gauge */
#include "lab.h"

static const enum gng_attest_algorithm algorithms[] = {GNG_ATTEST_ED25519, GNG_ATTEST_P256};

static void key_is_the_same_when_read_again(void **state)
{
	static const char *const names[] = {"Ed25519", "ECDSA P-256"};
	struct gng_attest_key *again;
	struct lab_key key;
	struct stat about;

	(void)state;
	lab_open();
	for (int i = 0; i < 2; i++) {
		key = lab_key(i ? "b" : "a", algorithms[i]);
		assert_int_equal(stat(lab_path(i ? "b.pem" : "a.pem"), &about), 0);
		assert_int_equal(about.st_mode & 0777, 0600);
		assert_string_equal(gng_attest_key_algorithm(key.secret), names[i]);
		assert_string_equal(gng_attest_key_id(key.secret), gng_attest_key_id(key.public));
		assert_int_equal(strlen(gng_attest_key_id(key.secret)), 64);
		assert_int_equal(
			gng_attest_key_open(&again, lab_path(i ? "b.pem" : "a.pem"), true, NULL),
			GNG_OK);
		assert_string_equal(gng_attest_key_id(again), gng_attest_key_id(key.secret));
		gng_attest_key_close(again);
		lab_key_close(&key);
	}
}

static void key_replaces_no_file(void **state)
{
	struct lab_key key;
	struct gng_why why;
	char *text;
	size_t len;

	(void)state;
	lab_open();
	key = lab_key("a", GNG_ATTEST_ED25519);
	lab_write("old.pem", "precious", 0644);
	assert_int_equal(gng_attest_key_save(key.secret, lab_path("old.pem"), &why), GNG_EINVAL);
	assert_non_null(strstr(why.text, "keys are not replaced"));
	text = lab_read("old.pem", &len);
	assert_string_equal(text, "precious");
	free(text);
	assert_int_equal(gng_attest_key_save(key.secret, lab_path("none/a.pem"), &why), GNG_EINVAL);
	lab_key_close(&key);
}

/* refuses opens a file and requires one sentence that names it and has part in it. */
static void refuses(const char *name, bool secret, const char *part)
{
	struct gng_attest_key *key;
	struct gng_why why = {0};

	assert_int_equal(gng_attest_key_open(&key, lab_path(name), secret, &why), GNG_EINVAL);
	assert_null(key);
	if (!strstr(why.text, part) || !strstr(why.text, name))
		fail_msg("'%s' does not say '%s'", why.text, part);
}

static void key_refuses_other_files_in_one_sentence(void **state)
{
	struct lab_key key;
	char *text;
	size_t len;

	(void)state;
	lab_open();
	key = lab_key("a", GNG_ATTEST_ED25519);
	lab_write("junk", "junk", 0644);
	lab_write("empty", "", 0644);
	lab_write("locked", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n", 0644);
	text = lab_read("a.pem", &len);
	text[32] ^= 1; /* in the header: another secret would be as good a key */
	lab_write("bent", text, 0644);
	text[40] = '\0';
	lab_write("cut", text, 0644);
	free(text);
	refuses("missing", true, "cannot be read");
	refuses("tree", true, "cannot be read");
	assert_int_equal(mkfifo(lab_path("fifo"), 0600), 0);
	refuses("fifo", true, "is no regular file");
	refuses("junk", true, "no Ed25519 or P-256 key");
	refuses("empty", false, "no Ed25519 or P-256 key");
	refuses("locked", true, "passphrase");
	refuses("bent", true, "no Ed25519 or P-256 key");
	refuses("cut", true, "no Ed25519 or P-256 key");
	refuses("a.pub", true, "holds a public key");
	refuses("a.pem", false, "holds a private key");
	lab_key_close(&key);
}

static void key_refuses_other_algorithms(void **state)
{
	(void)state;
	lab_open();
	if (lab_shell("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out p384 && "
		      "openssl genpkey -algorithm X25519 -out x25519") != 0)
		return gng_probe_skip("the program openssl is not here", "apt-get install openssl");
	refuses("p384", true, "no Ed25519 or P-256 key");
	refuses("x25519", true, "no Ed25519 or P-256 key");
}

/* The private key of DSSE's protocol.md, "Test Vectors" (d there). Its top bit is set, so that an
 * mpint of it has a byte more (RFC 4251, 5); a key made here has that every other time. */
static const char published[] = "-----BEGIN PRIVATE KEY-----\n"
				"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg1z7EN/1jRuNhnF6/\n"
				"3/8PaRaASVWtMqyaxJKw7eH2/7ehRANCAARnzTkPd6o1nLCMIjX2UicEk6ntgysK\n"
				"vMAfcJVMA5DSOAx4K9VOJpElpE9EM6/xQyzpThK8pzqmesgM6hJgjd90\n"
				"-----END PRIVATE KEY-----\n";

/* OpenSSH itself reads the private file and must name the public key that the line names. */
static void expect_openssh_reads(const struct gng_attest_key *key)
{
	char *line = gng_attest_key_ssh(key), *secret = gng_attest_key_ssh_private(key), *said;
	size_t len;

	assert_non_null(line);
	assert_non_null(secret);
	lab_write("ssh", secret, 0600);
	lab_expect(0, "", "ssh-keygen -y -f ssh");
	said = lab_read("said", &len);
	*strrchr(line, ' ') = '\0'; /* the comments differ */
	assert_memory_equal(said, line, strlen(line));
	/* the file names its public key itself: only a signature shows the secret */
	lab_expect(0, "Good ",
		   "rm -f text.sig && echo text >text &&"
		   " ssh-keygen -q -Y sign -n gonogo -f ssh text &&"
		   " ssh-keygen -Y check-novalidate -n gonogo -s text.sig <text");
	free(said);
	free(secret);
	free(line);
}

static void key_is_read_by_openssh(void **state)
{
	struct gng_attest_key *known;
	struct lab_key key;

	(void)state;
	lab_open();
	if (lab_shell("command -v ssh-keygen") != 0)
		return gng_probe_skip("ssh-keygen is not here", "apt-get install openssh-client");
	for (int i = 0; i < 2; i++) {
		key = lab_key(i ? "b" : "a", algorithms[i]);
		expect_openssh_reads(key.secret);
		assert_null(gng_attest_key_ssh_private(key.public));
		lab_key_close(&key);
	}
	lab_write("known.pem", published, 0600);
	assert_int_equal(gng_attest_key_open(&known, lab_path("known.pem"), true, NULL), GNG_OK);
	expect_openssh_reads(known);
	gng_attest_key_close(known);
}

const struct suite_test suite_tests[] = {
	TEST(key_is_the_same_when_read_again, "H1.attest.key"),
	TEST(key_replaces_no_file, "H1.attest.key"),
	TEST(key_refuses_other_files_in_one_sentence, "H1.attest.refusals"),
	TEST(key_refuses_other_algorithms, "H1.attest.key"),
	TEST(key_is_read_by_openssh, "H1.attest.independent"),
	{0},
};
