/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - gonogo key, signoff --key and verify, as a lab types them. */
/* needs: signoff hist noise gauge */
#include "lab.h"

static const char *const programs[] = {"gonogo-key", "gonogo-signoff", "gonogo-verify", NULL};

static void key_command_makes_shows_and_exports(void **state)
{
	(void)state;
	lab_open();
	lab_install(programs);
	lab_expect(0, "Ed25519 ", "tree/build/gonogo-key new a.pem");
	lab_expect(0, "ECDSA P-256 ", "tree/build/gonogo-key new b.pem --type p256");
	lab_expect(0, "Ed25519 ", "tree/build/gonogo-key show a.pem");
	lab_expect(0, "BEGIN PUBLIC KEY", "tree/build/gonogo-key export a.pem --public");
	lab_expect(0, "ssh-ed25519 AAAA", "tree/build/gonogo-key export a.pem --ssh");
	lab_expect(0, "", "tree/build/gonogo-key export a.pem --ssh-private a.ssh");
	lab_expect(2, "choose another name",
		   "tree/build/gonogo-key export b.pem --ssh-private a.ssh");
	lab_expect(2, "keys are not replaced", "tree/build/gonogo-key new a.pem");
	lab_expect(2, "ed25519 or p256", "tree/build/gonogo-key new c.pem --type rsa");
	lab_expect(2, "gonogo key --help", "tree/build/gonogo-key");
	lab_expect(2, "cannot be read", "tree/build/gonogo-key show none");
	lab_expect(0, "usage: gonogo key", "tree/build/gonogo-key --help");
}

static void signoff_signs_what_verify_accepts(void **state)
{
	(void)state;
	lab_open();
	lab_install(programs);
	lab_expect(0, "",
		   "tree/build/gonogo-key new a.pem && tree/build/gonogo-key new b.pem --type "
		   "p256");
	lab_expect(0, "",
		   "tree/build/gonogo-key export a.pem --public >a.pub && "
		   "tree/build/gonogo-key export b.pem --public >b.pub");
	lab_expect(2, "no Ed25519 or P-256 key",
		   "tree/build/gonogo-signoff --profile tiny --floor 0.1 --out o "
		   "--key tree/vectors/toy/a.vec");
	assert_int_not_equal(access(lab_path("o"), F_OK), 0); /* nothing was begun */
	lab_expect(0, "bundle.intoto.jsonl, signed by ",
		   "tree/build/gonogo-signoff --profile tiny --floor 0.1 --out o --key a.pem --key "
		   "b.pem");
	lab_expect(
		0, "verified: GO, as signed by 2 of 2 keys",
		"tree/build/gonogo-verify o/signoff --pubkey a.pub --pubkey b.pub --threshold 2");
	lab_expect(0, "signatures not checked against a key you trust",
		   "tree/build/gonogo-verify o/signoff");
	lab_expect(1, "", "tree/build/gonogo-verify o/signoff | grep verified");
	lab_expect(0, "\"trust\": \"verified\"",
		   "tree/build/gonogo-verify o/signoff/ --json --pubkey b.pub");
	lab_expect(2, "holds a private key", "tree/build/gonogo-verify o/signoff --pubkey a.pem");
	lab_expect(2, "3 signatures are demanded",
		   "tree/build/gonogo-verify o/signoff --pubkey a.pub --threshold 3");
	lab_expect(2, "no folder", "tree/build/gonogo-verify o/none --pubkey a.pub");
	lab_expect(2, "one folder", "tree/build/gonogo-verify");
	lab_expect(0, "review  ",
		   "tree/build/gonogo-verify o/signoff --pubkey a.pub --pubkey b.pub --countersign "
		   "b.pem");
	lab_expect(99, "refused: records.jsonl: it is not the file that was signed",
		   "echo >>o/signoff/records.jsonl; tree/build/gonogo-verify o/signoff --pubkey "
		   "a.pub");
	lab_expect(99, "\"verdict\": \"REFUSED\"",
		   "tree/build/gonogo-verify o/signoff --pubkey a.pub --json");
}

/* What is planned and not built is in the plan, and in what a verifier makes again. */
static void verify_accepts_a_profile_of_planned_systems(void **state)
{
	(void)state;
	lab_open();
	lab_install(programs);
	lab_write("tree/impl/signoff/grown.profile",
		  "title a toy that will grow\ngrade lab\npresent\nsystem T1 T2\n", 0644);
	lab_expect(0, "",
		   "tree/build/gonogo-key new a.pem &&"
		   " tree/build/gonogo-key export a.pem --public >a.pub");
	lab_expect(3, "1 failed",
		   "tree/build/gonogo-signoff --profile grown --floor 0.1 --out o"
		   " --key a.pem");
	lab_expect(3, "verified: INCOMPLETE", "tree/build/gonogo-verify o/signoff --pubkey a.pub");
}

static void signoff_adds_itself_to_the_history(void **state)
{
	static const char *const both[] = {"gonogo-signoff", "gonogo-history", NULL};

	(void)state;
	lab_open();
	lab_install((const char *const[]){"gonogo-signoff", NULL});
	/* without SQLite there is a sign-off all the same */
	lab_expect(0, "3 passed", "tree/build/gonogo-signoff --profile tiny --floor 0.1 --out o");
	assert_int_not_equal(access(lab_path("o/history.sqlite"), F_OK), 0);
	if (!lab_is_built("gonogo-history"))
		return gng_probe_skip("gonogo-history is not built: there is no SQLite",
				      "apt-get install libsqlite3-dev");
	lab_install(both);
	lab_expect(0, "3 passed", "tree/build/gonogo-signoff --profile tiny --floor 0.1 --out o");
	lab_expect(0, "GO       tiny", "tree/build/gonogo-history --out o");
	/* a history that cannot be written costs no sign-off, and stays as it is */
	lab_expect(0, "it is kept as",
		   "echo scribble >o/history.sqlite;"
		   " tree/build/gonogo-signoff --profile tiny --floor 0.1 --out o");
	lab_expect(0, "", "grep -q scribble o/history.sqlite.damaged-1");
}

/* readme_lines returns the commands of README.md's section (caller frees), or NULL. */
static char *readme_lines(void)
{
	const char *vectors = getenv("GNG_VECTORS");
	char path[PATH_MAX], *text, *at, *end;
	size_t len;

	assert_non_null(vectors);
	snprintf(path, sizeof(path), "%s/../README.md", vectors);
	if (access(path, R_OK) != 0)
		return NULL;
	text = lab_read_path(path, &len);
	at = strstr(text, "## Verify a sign-off");
	at = at ? strstr(at, "```sh\n") : NULL;
	end = at ? strstr(at + 6, "```\n") : NULL;
	if (!end)
		fail_msg("README.md has no commands that verify a sign-off");
	at = strndup(at + 6, (size_t)(end - at - 6));
	free(text);
	return at;
}

#define README "(lab=$PWD; cd o/signoff && HOME=$lab TMPDIR=$lab sh -e $lab/readme.sh)"

static void readme_verifies_with_public_tools_alone(void **state)
{
	char *lines;

	(void)state;
	lab_open();
	lab_install(programs);
	if (lab_shell("openssl version && jq --version && base64 --version") != 0)
		return gng_probe_skip("openssl or jq is not here", "apt-get install openssl jq");
	lines = readme_lines();
	if (!lines)
		return gng_probe_skip("README.md is not installed", "run in the source tree");
	lab_write("readme.sh", lines, 0644);
	free(lines);
	lab_expect(0, "",
		   "tree/build/gonogo-key new a.pem --type p256 &&"
		   " tree/build/gonogo-key export a.pem --public >lab.pub");
	lab_expect(0, "",
		   "tree/build/gonogo-signoff --profile tiny --floor 0.1 --out o --key a.pem");
	lab_expect(0, "Signature Verified Successfully", README);
	lab_expect(0, "\"verdict\": \"GO\"", README);
	/* a skip that the profile forgives is named, and takes nothing from the GO */
	lab_expect(0, "\"required without a PASS\": []", README);
	lab_expect(0, "conformance.toy.ok.ok_skips [release]: no such card", README);
	lab_expect(1, "FAILED", "sed -i 's/SKIP/PASS/' o/signoff/records.jsonl; " README);
	lab_expect(1, "Verification Failure",
		   "sed -i 's/\"sig\":\"./\"sig\":\"N/' o/signoff/bundle.intoto.jsonl; " README);
	/* one that the profile does not forgive is why it is no GO */
	lab_write("tree/impl/signoff/strict.profile", "title a toy\ngrade lab\nname toy.ok\n",
		  0644);
	lab_expect(1, "NO-GO",
		   "tree/build/gonogo-signoff --profile strict --floor 0.1 --out o --key a.pem");
	lab_expect(0, "required without a PASS\": [\n    \"conformance.toy.ok.ok_skips [release]\"",
		   README);
}

const struct suite_test suite_tests[] = {
	TEST(key_command_makes_shows_and_exports, "H1.attest.command H1.attest.key"),
	TEST(signoff_signs_what_verify_accepts, "H1.attest.command"),
	TEST(verify_accepts_a_profile_of_planned_systems, "H1.attest.projections"),
	TEST(signoff_adds_itself_to_the_history, "H1.attest.command"),
	TEST(readme_verifies_with_public_tools_alone, "H1.attest.independent"),
	{0},
};
